/** Which points to compute next, round by round. */
import type { JobResult, SweepJob } from "./job.ts";

/** A job of an earlier round, with its result. */
export interface Finished {
  readonly job: SweepJob;
  readonly result: JobResult;
}

/**
 * Decides only by the results of all earlier rounds, in the order of its requests, so that resuming from a journal asks for the
 * same jobs again.
 */
export interface Strategy {
  /** Total points of all rounds, if known in advance. */
  readonly total?: number;
  /** Jobs with ids that no earlier round had; none when it is done. */
  next(rounds: readonly (readonly Finished[])[]): readonly SweepJob[];
}
