/** What a task of the contest is. A new one: a file with such a record, and a line in the table in tasks/index.ts. */
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

/** How much each task is given; results of different levels are never mixed. */
export const levels = ["S", "M", "L"] as const;
export type Level = (typeof levels)[number];

/** What is trained at one level. */
export interface Size {
  /** Rows of a step. */
  readonly batch: number;
  /** Of each training. */
  readonly steps: number;
  /** Widths of the hidden layers of plain activations; of networks of images the channels. */
  readonly widths: readonly number[];
}

/** Rows to train on, to choose a learning rate by, and to judge by: no row is in two of them. */
export interface Rows {
  readonly train: Dataset;
  /** Absent where there is but one rate. */
  readonly validation?: Dataset;
  readonly test: Dataset;
  /** Of targets that were scaled: errors are told in their own units. */
  readonly scaling?: Scaling;
}

/** How a score reads: of classes a share of right answers, of values an error or decibels of it, of a text bits per character. */
export type Measure = "accuracy" | "rmse" | "psnr" | "bits";

/** How rows are learned, as a function of the activation alone. */
export interface Problem {
  /** One sentence: what is learned, by what, why it is in the contest. */
  readonly about: string;
  readonly measure: Measure;
  /** A network whose hidden layers have these widths; `mlp` with the rows' inputs and outputs by default. */
  network?(rows: Rows, widths: readonly number[], activation: string): NetworkSpec;
  /** Instead, a model that is none of `network`, with starting weights of its own. */
  model?(rows: Rows, widths: readonly number[], activation: string, size: Size): Model;
  /** Cross entropy for classes, squared errors for values by default. */
  loss?(): Loss;
  /** With a learning rate for each replica; Adam by default. */
  optimizer?(lr: readonly number[]): Optimizer;
  readonly clip?: Clip;
  /** Forward passes that a step is worth; 3 by default, as backward takes two. For the estimate of its time. */
  readonly passes?: number;
}

/** Something to learn, rows and sizes included. */
export interface Task extends Problem {
  /** What it reads from files, where it does. */
  readonly files?: "mnist";
  readonly sizes: Readonly<Record<Level, Size>>;
  /** The same rows each time. @throws ActigradError "data" where files are missing */
  load(host: DatasetHost, level: Level): Promise<Rows> | Rows;
}

/** Scores are better when they are high, or low. */
export const betterOf = (measure: Measure): "high" | "low" =>
  measure === "rmse" || measure === "bits" ? "low" : "high";
