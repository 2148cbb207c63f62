/** Runs a job where the GPU is, and relays what passes between it and the calling command. */
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
  /** Further flags of the browser. */
  readonly flags?: readonly string[];
  readonly files?: Grants;
  readonly onEvent?: (event: E) => void;
  readonly signal?: AbortSignal;
  /** Called with slow steps, and with errors on the page's console. */
  readonly say?: Say;
}

/**
 * Runs a job and returns its result. If `signal` aborts, the job is told and its partial result awaited. If browser or GPU crash,
 * it is started again with what it has kept.
 * @throws what the job throws, rebuilt on this side; "no-gpu" without browser or adapter; "device-lost" if they keep crashing;
 * "aborted"
 */
export type RunJob<T extends JobTable> = <N extends keyof T & string>(
  name: N,
  options: OptionsOf<T, N>,
  how?: HostOptions<EventOf<T, N>>,
) => Promise<ResultOf<T, N>>;

/**
 * @param pages serves the job's page, see pages.ts
 * @param jobs the table that the page offers, loaded if Node has to run them itself
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

/** A host whose browser, or Dawn, stays open between jobs. */
export interface KeptHost<T extends JobTable> {
  /** As `RunJob`, one at a time and without restarts: after "device-lost" the next job opens another browser. */
  readonly runJob: RunJob<T>;
  close(): Promise<void>;
}

/** As `createHost`; the first job decides where all run. */
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

/** @throws ActigradError "aborted" if it was stopped before it began */
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

/** A job's value is of the type that its table says. */
function valueOf<R>(outcome: Outcome): R {
  if ("error" in outcome) throw fromRecord(outcome.error);
  return outcome.value as R;
}
