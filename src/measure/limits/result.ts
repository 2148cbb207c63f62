/** What is measured of an adapter, as plain JSON. */
import type { Spread } from "../../core/statistics.ts";

/** Options of `measureLimits`. */
export interface LimitsOptions {
  /** Samples per measurement. */
  readonly rounds: number;
  /** Target milliseconds per sample. */
  readonly sampleMs: number;
}

/** A ceiling: the best of several ways to reach it. */
export interface Ceiling {
  /** "a * b + c, 8 chains of vec4f" */
  readonly how: string;
  readonly of: Spread;
}

/** Rate of copying this many f32, in GB/s read and written. */
export interface CopyLimit {
  readonly elements: number;
  /** By a kernel. */
  readonly kernel?: Ceiling;
  /** By copyBufferToBuffer. */
  readonly buffer?: Spread;
}

/** What the adapter can do. Measurements that a stopped suite did not reach are absent. */
export interface LimitsResult {
  readonly rounds: number;
  readonly sampleMs: number;
  /** GFLOP/s of multiplications and additions that wait for no memory. */
  readonly multiplyAdd?: Ceiling;
  readonly copies: readonly CopyLimit[];
  /** Microseconds that a dispatch with almost no work adds to a submit. */
  readonly dispatchUs?: Spread;
  /** Microseconds per submit of one such dispatch, with many submits in a row. */
  readonly submitUs?: Spread;
  /** Microseconds from a submit until four bytes are read back. */
  readonly readbackUs?: Spread;
  /** Milliseconds to learn that almost nothing is done; subtracted from the other samples. */
  readonly waitMs?: number;
}

/** The rates that others are compared with. */
export interface Ceilings {
  /** 1e9 multiplications and additions a second that depend on no memory. */
  readonly gflops: number;
  /** 1e9 bytes a second, read and written by a copy. */
  readonly gbPerSecond: number;
}
