/** The table of jobs. To add one: a file that exports a function of type Job, and a line here. */
import { bench } from "../../../bench/job.ts";
import { certificate } from "./certificate.ts";
import { compare } from "./compare.ts";
import { doctor } from "./doctor.ts";
import { experiment } from "./experiment.ts";
import type {
  EventOf as EventIn,
  Job,
  OptionsOf as OptionsIn,
  ResultOf as ResultIn,
} from "../../host/job.ts";
import { generate } from "./generate.ts";
import { predict } from "./predict.ts";
import { sweep } from "./sweep.ts";
import { train } from "./train.ts";
import { trainText } from "./train-text.ts";
import { verify } from "./verify.ts";

export const jobs = {
  bench,
  certificate,
  compare,
  doctor,
  experiment,
  generate,
  predict,
  sweep,
  train,
  trainText,
  verify,
} satisfies Record<string, Job<never, unknown, unknown>>;

export type Jobs = typeof jobs;
export type JobName = keyof Jobs;
export type OptionsOf<N extends JobName> = OptionsIn<Jobs, N>;
export type ResultOf<N extends JobName> = ResultIn<Jobs, N>;
export type EventOf<N extends JobName> = EventIn<Jobs, N>;
