/** Options and result of the contest: plain JSON. */
import type { Spread } from "../../src/core/statistics.ts";
import type { Level, Measure } from "./task.ts";
import type { TaskName } from "./tasks/index.ts";

/** Changes when results of one no longer compare with those of the other. */
export const PROTOCOL = 1;

/** Run where none are named: one of each kind that needs no file and little time. */
export const usualTasks: readonly TaskName[] = ["spirals", "deep", "regression"];
export const usualSeeds = 10;

/** What a job keeps a cell under. */
export const cellName = (task: string, activation: string): string => `${task} ${activation}`;

export interface ContestOptions {
  /** Names in the table of activations, and formulas. */
  readonly activations: readonly string[];
  readonly tasks: readonly TaskName[];
  /** Of the task "own", as `loadDataset` takes it. */
  readonly dataset?: string;
  /** A file for the task "language", instead of a made text. */
  readonly text?: string;
  /** By default S on a software adapter, M on a GPU. */
  readonly level?: Level;
  /** Of the final trainings, paired: 0, 1, ... */
  readonly seeds: number;
  /** Starting weights as fit each activation, or the same distribution for all. */
  readonly init: "fitting" | "same";
}

/** One learning rate that was tried; the seeds that choose a rate are not judged. */
export interface RateTrial {
  readonly rate: number;
  /** Scores on the validation rows, a seed each. */
  readonly validation: readonly number[];
  readonly validationLoss: readonly number[];
  readonly diverged: readonly boolean[];
}

/** What a layer's units do at the end of training: medians over the seeds. */
export interface Inside {
  readonly layer: string;
  readonly title: string;
  /** Share of its units to which no row sends anything back. */
  readonly dead: number;
  /** Share of (row, unit) at which less than a hundredth of what comes back passes; absent where the activation joins units. */
  readonly saturated?: number;
  /** Norm of the signal that comes back to it. */
  readonly signal: number;
}

/** One activation on one task. */
export interface Cell {
  readonly activation: string;
  /** As chosen to have the parameters of the plain ones. */
  readonly widths: readonly number[];
  readonly parameters: number;
  /** For the backward pass of a batch. */
  readonly savedBytes: number;
  readonly rates: readonly RateTrial[];
  readonly rate: number;
  /** The end of the grid at which it lies still, when it could grow no more. */
  readonly edge: "low" | "high" | null;
  /** On the test rows, a seed each. */
  readonly scores: readonly number[];
  readonly losses: readonly number[];
  readonly diverged: readonly boolean[];
  /** Means of the training losses over a fiftieth of the steps each: [seed][part]. */
  readonly curve: readonly (readonly number[])[];
  readonly inside: readonly Inside[];
  /** Milliseconds of a step of one network, measured in turns with the others. */
  readonly stepMs?: Spread;
}

export interface TaskResult {
  /** Its name in the table of tasks, or "own"; of a comparison that of the data. */
  readonly task: string;
  /** What is learned, in a sentence. */
  readonly about: string;
  readonly measure: Measure;
  readonly rows: { readonly train: number; readonly validation: number; readonly test: number };
  /** Which split of the rows each seed has, by number; absent where all have one. */
  readonly splits?: readonly number[];
  /** Rows tested on for each that is trained on, where several splits are of the same rows. */
  readonly overlap?: number;
  readonly batch: number;
  readonly steps: number;
  /** Of the network with plain activations, which the others' widths are matched to. */
  readonly parameters: number;
  /** What a constant prediction scores on the test rows, the mean over the splits. */
  readonly chance: number;
  readonly cells: readonly Cell[];
}

export interface ContestResult {
  readonly protocol: typeof PROTOCOL;
  /** Null where the sizes were given. */
  readonly level: Level | null;
  readonly seeds: number;
  /** "fitting" or "same"; of a comparison the name of the starting weights. */
  readonly init: string;
  readonly activations: readonly string[];
  /** Whom the others are shown against, instead of the best. */
  readonly baseline?: string;
  readonly tasks: readonly TaskResult[];
  /** The requested ones; a stopped run reached fewer. */
  readonly asked: readonly string[];
}
