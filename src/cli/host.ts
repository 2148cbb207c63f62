/** Runs a job where the GPU is, and relays what passes between it and the command that asked for it. */
import { ActigradError } from "../core/errors.ts";
import type { EventOf, JobName, OptionsOf, ResultOf } from "../jobs/index.ts";
import { fromRecord, type Outcome, type Target } from "../jobs/job.ts";
import type { GpuChoice } from "./browser.ts";
import { runInChrome } from "./chrome-host.ts";
import type { Say } from "./find-browser.ts";
import { grantFiles, mnistFolder, type GrantedFiles, type Grants } from "./grants.ts";
import { runInNode } from "./node-host.ts";
import type { Pages } from "./pages.ts";

export interface HostOptions<E> {
  readonly target?: Target;
  readonly gpu?: GpuChoice;
  /** False opens the browser's window. */
  readonly headless?: boolean;
  readonly files?: Grants;
  readonly onEvent?: (event: E) => void;
  readonly signal?: AbortSignal;
  /** Told what takes a while, and what the page's console reports as an error. */
  readonly say?: Say;
}

/** A job and what it needs of its host, as either target takes it. */
export interface HostedJob {
  readonly name: JobName;
  readonly options: unknown;
  readonly mnistFolder?: string;
  readonly gpu: GpuChoice;
  readonly headless: boolean;
  readonly files: GrantedFiles;
  readonly onEvent: (event: unknown) => void;
  readonly signal: AbortSignal;
  readonly say: Say;
}

/**
 * Runs a job and gives its result. When `signal` aborts, the job is told and its partial result awaited.
 * @throws what the job throws, rebuilt on this side; "no-gpu" without browser or adapter; "device-lost" when the
 * browser dies; "aborted"
 */
export type RunJob = <N extends JobName>(
  name: N,
  options: OptionsOf<N>,
  how?: HostOptions<EventOf<N>>,
) => Promise<ResultOf<N>>;

/** `pages` serves the job's page, see pages.ts. */
export function createHost(pages: Pages): RunJob {
  return async <N extends JobName>(name: N, options: OptionsOf<N>, how: HostOptions<EventOf<N>> = {}) => {
    const folder = mnistFolder();
    const job: HostedJob = {
      name,
      options,
      ...(folder === undefined ? {} : { mnistFolder: folder }),
      gpu: how.gpu ?? "auto",
      headless: how.headless ?? true,
      files: grantFiles(how.files ?? {}),
      onEvent: (event) => how.onEvent?.(event as EventOf<N>),
      signal: how.signal ?? new AbortController().signal,
      say: how.say ?? (() => undefined),
    };
    if (job.signal.aborted) throw new ActigradError("aborted", `${name} was stopped before it began`);
    const outcome: Outcome = how.target === "node" ? await runInNode(job) : await runInChrome(job, pages);
    if ("error" in outcome) throw fromRecord(outcome.error);
    return outcome.value as ResultOf<N>;
  };
}
