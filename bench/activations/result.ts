/** What the suite of activations is asked for and what it gives. */
import type { Spread } from "../../src/core/statistics.ts";

export interface ActivationsOptions {
  /** Names in the table of activations, and formulas. */
  readonly activations: readonly string[];
  /** Elements of a tensor, f32; each size is a table of its own. */
  readonly elements: readonly number[];
  /** Samples of each kernel. */
  readonly rounds: number;
  /** Milliseconds that a sample should take: so many dispatches are put into it. */
  readonly sampleMs: number;
}

/** How long a kernel takes. */
export interface Timing {
  /**
   * Milliseconds of one run, one value per round: of a sample's time, less `waitMs`, the runs' share. A run of forward
   * and backward is two dispatches.
   */
  readonly samplesMs: readonly number[];
  /** Median and quartiles of the samples. */
  readonly ms: Spread;
  /** Runs that a sample holds. */
  readonly runs: number;
  /** Read and written by one run. */
  readonly bytes: number;
  readonly gbPerSecond: number;
  /** This rate as a part of the copy's. */
  readonly ofCopy: number;
}

/** How far the checked sample is from float64. */
export interface Exactness {
  readonly checked: number;
  /** In float32 steps, of the element that comes nearest to what is allowed. */
  readonly forwardUlp: number;
  readonly backwardUlp: number;
}

/**
 * Milliseconds from WGSL text to the end of a first run on four elements, of a pipeline that the browser, just started
 * and with an empty profile, has not seen: nothing is cached.
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
  /** exp, log, sin and the like in one evaluation; 2: two or more. */
  readonly transcendentals: 0 | 1 | 2;
  /** Additions, multiplications, comparisons and choices of one evaluation, a division counted as four: the more of f and of f'. */
  readonly operations: number;
  readonly forward?: Timing;
  /** Forward, then backward as a dispatch of its own: reads what forward saved and gy, writes dx. */
  readonly forwardBackward?: Timing;
  /** Only where they were compiled, at the first size. */
  readonly compile?: ColdCompile;
  readonly exactness?: Exactness;
  /** The kernels of forward and backward as they ran. */
  readonly wgsl?: readonly { readonly label: string; readonly text: string }[];
  /**
   * Forward and backward of a layer that learns all that it can by channel, beside those of the same with constants, of the samples
   * of the same round: median and quartiles.
   */
  readonly learned?: Spread;
  /** Where relu was timed too. */
  readonly besideRelu?: BesideRelu;
}

export interface KernelResult {
  readonly elements: number;
  /** Milliseconds that submitting next to nothing and hearing of its end take: the median over the rounds. */
  readonly waitMs?: number;
  /** Copies a tensor: what reading and writing alone cost. */
  readonly copy?: Timing;
  readonly rows: readonly KernelRow[];
}

/** A result for each size that was begun. */
export interface ActivationsResult extends Pick<ActivationsOptions, "rounds" | "sampleMs"> {
  readonly sizes: readonly KernelResult[];
}
