/** What is measured of an adapter: plain JSON. */
import type { Spread } from "../../core/statistics.ts";

/** Options of `measureLimits`. */
export interface LimitsOptions {
  /** Samples of each measurement. */
  readonly rounds: number;
  /** Milliseconds that a sample should take. */
  readonly sampleMs: number;
}

/** A ceiling: the best of several ways to reach it. */
export interface Ceiling {
  /** "a * b + c, 8 chains of vec4f" */
  readonly how: string;
  readonly of: Spread;
}

/** What copying so many f32 reaches, in GB/s read and written. */
export interface CopyLimit {
  readonly elements: number;
  /** By a kernel. */
  readonly kernel?: Ceiling;
  /** By copyBufferToBuffer. */
  readonly buffer?: Spread;
}

/** What the adapter itself can do. What a suite that was stopped did not come to is absent. */
export interface LimitsResult {
  readonly rounds: number;
  readonly sampleMs: number;
  /** GFLOP/s of multiplications and additions that wait for no memory. */
  readonly multiplyAdd?: Ceiling;
  readonly copies: readonly CopyLimit[];
  /** Microseconds that a dispatch with next to no work adds to a submit. */
  readonly dispatchUs?: Spread;
  /** Microseconds that a submit of one such dispatch takes, many submits in a row. */
  readonly submitUs?: Spread;
  /** Microseconds from a submit until four bytes are read back. */
  readonly readbackUs?: Spread;
  /** Milliseconds that hearing of the end of next to nothing takes; taken off the samples of the others. */
  readonly waitMs?: number;
}

/** What every rate of work is also given as a part of. */
export interface Ceilings {
  /** 1e9 multiplications and additions a second that depend on no memory. */
  readonly gflops: number;
  /** 1e9 bytes a second, read and written by a copy. */
  readonly gbPerSecond: number;
}
