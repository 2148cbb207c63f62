/** Runs a job where the GPU is, and relays what passes between it and the command that asked for it. */
import { ActigradError } from "../core/errors.ts";
import {
  fromRecord,
  type EventOf,
  type JobTable,
  type OptionsOf,
  type Outcome,
  type ResultOf,
  type Target,
} from "./job.ts";
import { runInChrome } from "./chrome-host.ts";
import { grantFiles, mnistFolder, type Grants } from "./grants.ts";
import type { GpuChoice, HostedJob, Say } from "./hosted-job.ts";
import { keptInMemory } from "./kept.ts";
import { runInNode } from "./node-host.ts";
import type { Pages } from "./pages.ts";
import { restarting } from "./restart.ts";

export interface HostOptions<E> {
  readonly target?: Target;
  readonly gpu?: GpuChoice;
  /** False opens the browser's window. */
  readonly headless?: boolean;
  /** Further flags of the browser. */
  readonly flags?: readonly string[];
  readonly files?: Grants;
  readonly onEvent?: (event: E) => void;
  readonly signal?: AbortSignal;
  /** Told what takes a while, and what the page's console reports as an error. */
  readonly say?: Say;
}

/**
 * Runs a job and gives its result. When `signal` aborts, the job is told and its partial result awaited. When browser or GPU
 * crash, it is started again with what it has kept.
 * @throws what the job throws, rebuilt on this side; "no-gpu" without browser or adapter; "device-lost" when they
 * go on crashing; "aborted"
 */
export type RunJob<T extends JobTable> = <N extends keyof T & string>(
  name: N,
  options: OptionsOf<T, N>,
  how?: HostOptions<EventOf<T, N>>,
) => Promise<ResultOf<T, N>>;

/**
 * @param pages serves the job's page, see pages.ts
 * @param jobs the table that the page offers, loaded when Node is to run them itself
 */
export function createHost<T extends JobTable>(pages: Pages, jobs: () => Promise<T>): RunJob<T> {
  return async <N extends keyof T & string>(
    name: N,
    options: OptionsOf<T, N>,
    how: HostOptions<EventOf<T, N>> = {},
  ) => {
    const folder = mnistFolder();
    const job: HostedJob = {
      name,
      options,
      ...(folder === undefined ? {} : { mnistFolder: folder }),
      gpu: how.gpu ?? "auto",
      headless: how.headless ?? true,
      flags: how.flags ?? [],
      files: grantFiles(how.files ?? {}),
      kept: keptInMemory(),
      onEvent: (event) => how.onEvent?.(event as EventOf<T, N>),
      signal: how.signal ?? new AbortController().signal,
      say: how.say ?? (() => undefined),
    };
    if (job.signal.aborted) throw new ActigradError("aborted", `${name} was stopped before it began`);
    const start = async (): Promise<Outcome> =>
      how.target === "node" ? runInNode(job, (await jobs())[name]!) : runInChrome(job, pages);
    const outcome = await restarting(start, job);
    if ("error" in outcome) throw fromRecord(outcome.error);
    return outcome.value as ResultOf<T, N>;
  };
}
