/** A task of the contest. To add one, write a file with such a record and a line in tasks/index.ts. */
import type {
  Clip,
  Dataset,
  DatasetHost,
  Loss,
  Model,
  NetworkSpec,
  Optimizer,
  Scaling,
} from "../../src/index.ts";

/** How much each task trains; results of different levels are never mixed. */
export const levels = ["S", "M", "L"] as const;
export type Level = (typeof levels)[number];

/** What is trained at one level. */
export interface Size {
  /** Rows per step. */
  readonly batch: number;
  /** Steps per training. */
  readonly steps: number;
  /** Widths of the hidden layers with plain activations; channels for image networks. */
  readonly widths: readonly number[];
}

/** Rows for training, for choosing a learning rate and for judging: no row is used twice. */
export interface Rows {
  readonly train: Dataset;
  /** Absent with a single rate. */
  readonly validation?: Dataset;
  readonly test: Dataset;
  /** The scaling of targets: errors are reported in their own units. */
  readonly scaling?: Scaling;
}

/**
 * How to read a score: a share of correct answers for classes, an error or decibels for values, bits per character for a text.
 */
export type Measure = "accuracy" | "rmse" | "psnr" | "bits";

/** How rows are learned, as a function of the activation only. */
export interface Problem {
  /** One sentence: what is learned, by what, and why it is in the contest. */
  readonly about: string;
  readonly measure: Measure;
  /** A network whose hidden layers have these widths; by default `mlp` with the rows' inputs and outputs. */
  network?(rows: Rows, widths: readonly number[], activation: string): NetworkSpec;
  /** Instead of that, a model that `network` does not make, with its own starting weights. */
  model?(rows: Rows, widths: readonly number[], activation: string, size: Size): Model;
  /** By default cross entropy for classes, squared errors for values. */
  loss?(): Loss;
  /** With a learning rate per replica; Adam by default. */
  optimizer?(lr: readonly number[]): Optimizer;
  readonly clip?: Clip;
  /** Cost of a step in forward passes, for estimates of time; 3 by default, as backward takes two. */
  readonly passes?: number;
}

/** Something to learn, with rows and sizes. */
export interface Task extends Problem {
  /** The files that it reads, if any. */
  readonly files?: "mnist";
  readonly sizes: Readonly<Record<Level, Size>>;
  /** The same rows each time. @throws ActigradError "data" if files are missing */
  load(host: DatasetHost, level: Level): Promise<Rows> | Rows;
}

/** Whether high or low scores are better. */
export const betterOf = (measure: Measure): "high" | "low" =>
  measure === "rmse" || measure === "bits" ? "low" : "high";
