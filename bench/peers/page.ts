/** The script of the page in which the peers are compared: the usual bench, given the means to compare. */
import { benchJob } from "../job.ts";
import { offerJobs } from "../../src/host/offer.ts";
import { comparePeers } from "./run.ts";

offerJobs({ bench: benchJob(comparePeers) });
