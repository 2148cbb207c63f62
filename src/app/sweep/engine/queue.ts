/** Who computes the jobs of a sweep: workers on this machine, or on many. */
import type { JobResult, SweepJob } from "../job.ts";

/** What a queue reports. */
export interface QueueObserver {
  readonly signal: AbortSignal;
  /** A job is done or set aside: called once for each, before the queue forgets it. */
  onResult(result: JobResult): Promise<void>;
  /** What a worker does, with the share of its job that is done; undefined where it does nothing. */
  onWorker(worker: string, doing: { readonly job: string; readonly share: number } | undefined): void;
  /** A fault that was recovered from: a worker that ended, a connection that was cut. */
  onIncident(text: string): void;
}

export interface Queue {
  /** Computes jobs, and returns when all are done or when the signal aborts: what is under way is then left. */
  run(jobs: readonly SweepJob[], observer: QueueObserver): Promise<void>;
  close(): Promise<void>;
}
