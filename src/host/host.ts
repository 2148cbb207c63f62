/** Runs a job where the GPU is, and relays messages between it and the calling command. */
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
import { openChrome } from "./chrome-host.ts";
import { grantFiles, mnistFolder, type Grants } from "./grants.ts";
import type { GpuChoice, HostedJob, Place, Say } from "./hosted-job.ts";
import { keptInMemory } from "./kept.ts";
import { openNode } from "./node-host.ts";
import type { Pages } from "./pages.ts";
import { restarting } from "./restart.ts";

export interface HostOptions<E> {
  readonly target?: Target;
  readonly gpu?: GpuChoice;
  /** False opens the browser's window. */
  readonly headless?: boolean;
  /** Further browser flags. */
  readonly flags?: readonly string[];
  readonly files?: Grants;
  readonly onEvent?: (event: E) => void;
  readonly signal?: AbortSignal;
  /** Called with messages about slow steps, and with errors on the page's console. */
  readonly say?: Say;
}

/**
 * Runs a job and returns its result. If `signal` aborts, tells the job and awaits its partial result. If the browser or GPU
 * crashes, restarts the job with what it has kept.
 * @throws what the job throws, rebuilt in this process; "no-gpu" without a browser or adapter; "device-lost" if crashes repeat;
 * "aborted"
 */
export type RunJob<T extends JobTable> = <N extends keyof T & string>(
  name: N,
  options: OptionsOf<T, N>,
  how?: HostOptions<EventOf<T, N>>,
) => Promise<ResultOf<T, N>>;

/**
 * @param pages serves the job's page, see pages.ts
 * @param jobs the page's table of jobs, loaded only if Node runs them itself
 */
export function createHost<T extends JobTable>(pages: Pages, jobs: () => Promise<T>): RunJob<T> {
  return async (name, options, how = {}) => {
    const job = hostedJob(name, options, how);
    const start = async (): Promise<Outcome> => {
      const place = await open(job, how.target, pages, jobs);
      try {
        return await place.run(job);
      } finally {
        await place.close();
      }
    };
    return valueOf<ResultOf<T, typeof name>>(await restarting(start, job));
  };
}

/** A host that keeps its browser, or Dawn, open between jobs. */
export interface KeptHost<T extends JobTable> {
  /** Like `RunJob`, one job at a time and without restarts: after "device-lost" the next job opens a new browser. */
  readonly runJob: RunJob<T>;
  close(): Promise<void>;
}

/** Like `createHost`. The first job decides where all of them run. */
export function keepHost<T extends JobTable>(pages: Pages, jobs: () => Promise<T>): KeptHost<T> {
  let place: Place | undefined;
  const close = async (): Promise<void> => {
    const before = place;
    place = undefined;
    await before?.close();
  };
  return {
    async runJob(name, options, how = {}) {
      const job = hostedJob(name, options, how);
      place ??= await open(job, how.target, pages, jobs);
      const outcome = await place.run(job).catch(async (error: unknown) => {
        await close();
        throw error;
      });
      if ("error" in outcome && outcome.error.code === "device-lost") await close();
      return valueOf<ResultOf<T, typeof name>>(outcome);
    },
    close,
  };
}

/** @throws ActigradError "aborted" if stopped before it began */
function hostedJob(name: string, options: unknown, how: HostOptions<never>): HostedJob {
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
    onEvent: (event) => how.onEvent?.(event as never),
    signal: how.signal ?? new AbortController().signal,
    say: how.say ?? (() => undefined),
  };
  if (job.signal.aborted) throw new ActigradError("aborted", `${name} was stopped before it began`);
  return job;
}

const open = (
  job: HostedJob,
  target: Target | undefined,
  pages: Pages,
  jobs: () => Promise<JobTable>,
): Promise<Place> => (target === "node" ? openNode(job.gpu, jobs) : openChrome(job, pages));

/** A job's value has the type stated in the table of jobs. */
function valueOf<R>(outcome: Outcome): R {
  if ("error" in outcome) throw fromRecord(outcome.error);
  return outcome.value as R;
}
