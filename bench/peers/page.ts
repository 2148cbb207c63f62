/** The script of the page in which the libraries are compared: the usual bench, given the means to compare. */
import { benchJob } from "../../src/jobs/bench.ts";
import { offerJobs } from "../../src/jobs/offer.ts";
import { comparePeers } from "./run.ts";

offerJobs({ bench: benchJob(comparePeers) });
