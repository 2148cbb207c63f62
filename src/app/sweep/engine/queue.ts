/** Who computes the jobs of a sweep: workers on this machine, or on many. */
import type { JobResult, SweepJob } from "../job.ts";

/** What a queue reports. */
export interface QueueObserver {
  readonly signal: AbortSignal;
  /** A job is done or set aside: called once for each, before the queue forgets it. */
  onResult(result: JobResult): Promise<void>;
  /** What a worker does, and the finished share of its job; undefined if it does nothing. */
  onWorker(worker: string, doing: { readonly job: string; readonly share: number } | undefined): void;
  /** A fault that was recovered from: a worker that ended, a lost connection. */
  onIncident(text: string): void;
}

export interface Queue {
  /** Computes jobs; returns when all are done, or when the signal aborts, leaving unfinished ones. */
  run(jobs: readonly SweepJob[], observer: QueueObserver): Promise<void>;
  close(): Promise<void>;
}
