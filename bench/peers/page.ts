/** The script of the comparison's page: the usual bench with the peers. */
import { benchJob } from "../job.ts";
import { offerJobs } from "../../src/host/offer.ts";
import { comparePeers } from "./run.ts";

offerJobs({ bench: benchJob(comparePeers) });
