/** Options and result of the training suite. */
import type { Spread } from "../../src/core/statistics.ts";

export interface TrainingOptions {
  /** Names in the table of activations, and formulas. */
  readonly activations: readonly string[];
  /** As `loadDataset` takes it. */
  readonly dataset: string;
  /** Widths of the hidden layers. */
  readonly layers: readonly number[];
  readonly batch: number;
  readonly lr: number;
  /** One replica each. */
  readonly seeds: readonly number[];
  readonly epochs: number;
  /** Maximum number of steps, instead of all epochs. */
  readonly maxSteps?: number;
}

export interface TrainingRow {
  readonly name: string;
  readonly steps: number;
  readonly seconds: number;
  /** [replica][step]; null where the loss was not finite. */
  readonly losses: readonly (readonly (number | null)[])[];
  /** Mean of each replica's last losses (`lastSteps`): median, least, greatest. */
  readonly trainLoss?: Spread;
  /** Over the whole test set, one value per replica. */
  readonly testLosses: readonly (number | null)[];
  readonly testLoss?: Spread;
  /** Shares of right answers, one per replica; empty for datasets without classes. */
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
