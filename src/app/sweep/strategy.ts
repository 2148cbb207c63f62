/** Which points are computed next, round by round. */
import type { JobResult, SweepJob } from "./job.ts";

/** A job of an earlier round, with what came of it. */
export interface Finished {
  readonly job: SweepJob;
  readonly result: JobResult;
}

/**
 * Decides by what all earlier rounds gave, in the order in which it asked for it, and by nothing else: whoever goes on from a
 * journal asks for the same jobs again.
 */
export interface Strategy {
  /** Points of all rounds together, where that is known before. */
  readonly total?: number;
  /** Jobs with ids that no earlier round had; none when it is done. */
  next(rounds: readonly (readonly Finished[])[]): readonly SweepJob[];
}
