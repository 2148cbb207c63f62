/** The script of the page that the host opens. */
import { jobs } from "./index.ts";
import { offerJobs } from "../../host/offer.ts";

offerJobs(jobs);
