/** What a bench is asked for and what it gives: plain JSON, the content of results/bench-*.json. */
import type { AdapterInfo } from "../src/index.ts";
import type { Spread } from "./statistics.ts";

/** Changes when a reader of the file would have to. */
export const FORMAT = "actigrad-bench-1";

/** Parts that a bench is made of; `default` stands for kernels and training. */
export const suites = ["kernels", "training"] as const;
export type Suite = (typeof suites)[number];

export interface KernelOptions {
  /** Elements of a tensor, f32; each size is a table of its own. */
  readonly elements: readonly number[];
  /** Samples of each kernel. */
  readonly rounds: number;
  /** Milliseconds that a sample should take: so many dispatches are put into it. */
  readonly sampleMs: number;
}

export interface TrainingOptions {
  /** As `loadDataset` takes it. */
  readonly dataset: string;
  /** Widths of the hidden layers. */
  readonly layers: readonly number[];
  readonly batch: number;
  readonly lr: number;
  /** One replica each. */
  readonly seeds: readonly number[];
  readonly epochs: number;
  /** At most so many steps, instead of all epochs. */
  readonly maxSteps?: number;
}

export interface BenchOptions {
  readonly suites: readonly Suite[];
  /** Names in the table of activations. */
  readonly activations: readonly string[];
  /** Shortened to have a look: said so wherever figures are shown. */
  readonly quick: boolean;
  readonly kernels: KernelOptions;
  readonly training: TrainingOptions;
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
}

export interface KernelResult {
  readonly elements: number;
  /** Milliseconds that submitting next to nothing and hearing of its end take: the median over the rounds. */
  readonly waitMs?: number;
  /** Copies a tensor: what reading and writing alone cost. */
  readonly copy?: Timing;
  readonly rows: readonly KernelRow[];
}

export interface TrainingRow {
  readonly name: string;
  readonly steps: number;
  readonly seconds: number;
  /** [replica][step]; null where the loss was not finite. */
  readonly losses: readonly (readonly (number | null)[])[];
  /** Mean of each replica's last losses (`lastSteps`): median, least, greatest. */
  readonly trainLoss?: Spread;
  /** Over the whole test set, one value a replica. */
  readonly testLosses: readonly (number | null)[];
  readonly testLoss?: Spread;
  /** Shares of right answers, one a replica; empty for datasets without classes. */
  readonly testAccuracies: readonly number[];
  readonly testAccuracy?: Spread;
  /** Milliseconds of one step of all replicas, one value a submit; the first ones, which warm up, are left out. */
  readonly stepSamplesMs: readonly number[];
  readonly stepMs?: Spread;
  /** batch x replicas a step. */
  readonly imagesPerSecond?: number;
  /** For each replica the step, counted from 1, whose loss was not finite; null where all were. */
  readonly divergedAt: readonly (number | null)[];
}

export interface TrainingResult {
  readonly dataset: string;
  readonly trainRows: number;
  readonly testRows: number;
  /** 784, 128, 64, 10 */
  readonly sizes: readonly number[];
  readonly batch: number;
  readonly lr: number;
  readonly seeds: readonly number[];
  /** Steps that each activation was to make. */
  readonly steps: number;
  /** Losses that the training loss is the mean of. */
  readonly lastSteps: number;
  readonly rows: readonly TrainingRow[];
}

export interface BenchResult {
  readonly format: typeof FORMAT;
  /** False when it was stopped: then it holds what had been reached. */
  readonly complete: boolean;
  /** ISO 8601, when it began. */
  readonly date: string;
  /** "Chrome 149.0.1.2 headless" */
  readonly host: string;
  readonly adapter: AdapterInfo;
  readonly options: BenchOptions;
  readonly seconds: number;
  readonly kernels: readonly KernelResult[];
  readonly training?: TrainingResult;
}

/** What a bench tells on its way. */
export interface BenchEvent {
  readonly doing: string;
  readonly secondsLeft: number;
}
