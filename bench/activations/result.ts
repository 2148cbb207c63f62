/** Options and result of the suite of activations. */
import type { Spread } from "../../src/core/statistics.ts";

export interface ActivationsOptions {
  /** Names in the table of activations, and formulas. */
  readonly activations: readonly string[];
  /** Elements per tensor, f32; each size has its own table. */
  readonly elements: readonly number[];
  /** Samples of each kernel. */
  readonly rounds: number;
  /** Target milliseconds of a sample, which decide its number of dispatches. */
  readonly sampleMs: number;
}

/** How long a kernel takes. */
export interface Timing {
  /**
   * Milliseconds per run, one value per round: a run's share of the sample's time without `waitMs`. A run of forward and backward
   * is two dispatches.
   */
  readonly samplesMs: readonly number[];
  /** Median and quartiles of the samples. */
  readonly ms: Spread;
  /** Runs per sample. */
  readonly runs: number;
  /** Read and written by one run. */
  readonly bytes: number;
  readonly gbPerSecond: number;
  /** This rate as a share of the copy's. */
  readonly ofCopy: number;
}

/** Errors of the checked sample against float64. */
export interface Exactness {
  readonly checked: number;
  /** In float32 steps, of the element that is closest to its limit. */
  readonly forwardUlp: number;
  readonly backwardUlp: number;
}

/**
 * Milliseconds from WGSL text to the end of a first run on four elements, for a pipeline new to a freshly started browser with an
 * empty profile: nothing is cached.
 */
export interface ColdCompile {
  readonly forwardMs: number;
  readonly backwardMs: number;
}

/** A kernel's time over relu's, from samples of the same round: median and quartiles. */
export interface BesideRelu {
  readonly forward: Spread;
  readonly forwardBackward: Spread;
}

export interface KernelRow {
  /** A name in the table, or the formula. */
  readonly name: string;
  /** Number of exp, log, sin and similar per evaluation; 2 means two or more. */
  readonly transcendentals: 0 | 1 | 2;
  /**
   * Additions, multiplications, comparisons and selections per evaluation, with a division counted as four: the larger number of
   * f and f'.
   */
  readonly operations: number;
  readonly forward?: Timing;
  /** Forward, then backward as a separate dispatch: reads what forward saved and gy, writes dx. */
  readonly forwardBackward?: Timing;
  /** Only if they were compiled, at the first size. */
  readonly compile?: ColdCompile;
  readonly exactness?: Exactness;
  /** The kernels of forward and backward as they ran. */
  readonly wgsl?: readonly { readonly label: string; readonly text: string }[];
  /**
   * Forward and backward of a layer that learns everything it can by channel, over the same with constants, from samples of the
   * same round: median and quartiles.
   */
  readonly learned?: Spread;
  /** If relu was timed too. */
  readonly besideRelu?: BesideRelu;
}

export interface KernelResult {
  readonly elements: number;
  /** Milliseconds to submit almost nothing and learn that it is done: the median over the rounds. */
  readonly waitMs?: number;
  /** Copies a tensor: the cost of reading and writing alone. */
  readonly copy?: Timing;
  readonly rows: readonly KernelRow[];
}

/** A result for each size that was started. */
export interface ActivationsResult extends Pick<ActivationsOptions, "rounds" | "sampleMs"> {
  readonly sizes: readonly KernelResult[];
}
