/** The table of jobs. Adding one: a file that exports a function of the type Job, and a line here. */
import { bench } from "./bench.ts";
import { certificate } from "./certificate.ts";
import { experiment } from "./experiment.ts";
import type { Job } from "./job.ts";
import { predict } from "./predict.ts";
import { probe } from "./probe.ts";
import { train } from "./train.ts";
import { verify } from "./verify.ts";

export const jobs = { bench, certificate, experiment, probe, predict, train, verify } satisfies Record<
  string,
  Job<never, unknown, unknown>
>;

type Jobs = typeof jobs;
export type JobName = keyof Jobs;
export type OptionsOf<N extends JobName> = Parameters<Jobs[N]>[1];
export type ResultOf<N extends JobName> = Awaited<ReturnType<Jobs[N]>>;
export type EventOf<N extends JobName> = Jobs[N] extends Job<never, unknown, infer E> ? E : never;
