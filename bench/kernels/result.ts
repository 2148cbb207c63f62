/** What the kernels' suite is asked for and what it gives. */
import type { Spread } from "../statistics.ts";

export interface KernelOptions {
  /** Names in the table of activations. */
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
   * Milliseconds of one run, one value a round: of a sample's time, less `waitMs`, the runs' share. A run of forward
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

export interface KernelRow {
  readonly name: string;
  readonly forward?: Timing;
  /** Forward, then backward as a dispatch of its own: reads what forward saved and gy, writes dx. */
  readonly forwardBackward?: Timing;
  /** Milliseconds to compile both kernels and run them once; only where they were compiled, at the first size. */
  readonly firstCallMs?: number;
  readonly exactness?: Exactness;
  /** The kernels of forward and backward as they ran. */
  readonly wgsl?: readonly { readonly label: string; readonly text: string }[];
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
export interface KernelsResult extends Pick<KernelOptions, "rounds" | "sampleMs"> {
  readonly sizes: readonly KernelResult[];
}
