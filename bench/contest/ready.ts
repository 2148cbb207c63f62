/** A task that is ready to train: its rows, the seeds that train on them, and the network of each activation. */
import { type Loss, type Model, crossEntropy, mse, network, outputsOf, sampleSize } from "../../src/index.ts";
import type { Dataset, NetworkSpec } from "../../src/index.ts";
import { mean } from "../../src/core/statistics.ts";
import { matchWidths, parameterCount } from "../../src/nn/match-parameters.ts";
import { chanceAccuracy, chanceBits, chanceSquared } from "./chance.ts";
import type { ContestOptions } from "./result.ts";
import type { Measure, Problem, Rows, Size } from "./task.ts";

/** Rows, and the seeds that are trained and judged on them: paired, the same for every activation. */
export interface Split {
  readonly rows: Rows;
  readonly seeds: readonly number[];
  /** Seed of the order of batches. Default 0. */
  readonly dataSeed?: number;
}

/** A task whose rows are loaded, at one level. */
export interface Ready {
  readonly task: Problem;
  /** One for all seeds; with few rows, several, each for some of the seeds. The learning rate is chosen on the first. */
  readonly splits: readonly Split[];
  /** Test rows per training row, if several splits are of the same rows. */
  readonly overlap?: number;
  readonly size: Size;
  readonly init: ContestOptions["init"];
  /** Only these learning rates; by default a grid that grows. */
  readonly rates?: readonly number[];
}

/** The rows of the first split, which have the shapes of all. */
export const rowsOf = ({ splits }: Ready): Rows => splits[0]!.rows;

/** The network of an activation, with the size's widths or others. */
export function modelOf(
  ready: Ready,
  activation: string,
  widths: readonly number[] = ready.size.widths,
): Model {
  const { task, size, init } = ready;
  const rows = rowsOf(ready);
  if (task.model !== undefined) return task.model(rows, widths, activation, size);
  const plain: NetworkSpec = {
    inputs: sampleSize(rows.train),
    hidden: widths,
    outputs: outputsOf(rows.train),
    activations: [activation],
  };
  const spec = task.network?.(rows, widths, activation) ?? plain;
  return network({ ...spec, ...(init === "same" && { init: "he" }) });
}

/** Parameters of the network with a plain activation. */
export const plainParameters = (ready: Ready): number => parameterCount(modelOf(ready, "relu"));

/** The widths at which an activation's network has as many parameters as the plain one. */
export const widthsOf = (ready: Ready, activation: string): readonly number[] =>
  matchWidths(
    (widths) => parameterCount(modelOf(ready, activation, widths)),
    ready.size.widths,
    plainParameters(ready),
  );

export const lossOf = (ready: Ready): Loss =>
  ready.task.loss?.() ?? (rowsOf(ready).train.kind === "classes" ? crossEntropy() : mse());

/** Score of a constant prediction on the test rows: the mean over the seeds. */
export const chanceOf = ({ task: { measure }, splits }: Ready): number =>
  mean(splits.flatMap(({ rows, seeds }) => seeds.map(() => chanceOn(measure, rows, rows.test))));

/** Score of a constant prediction, made from the training rows, on other rows. */
export function chanceOn(measure: Measure, { train, scaling }: Rows, judged: Dataset): number {
  if (measure === "bits") return chanceBits(train, judged);
  return measure === "accuracy"
    ? chanceAccuracy(train, judged)
    : scoreOf(measure, chanceSquared(train, judged, scaling?.targets?.std));
}

/** A score from a mean squared error; a peak is 1. */
export const scoreOf = (measure: Measure, squared: number): number =>
  measure === "psnr" ? -10 * Math.log10(squared) : Math.sqrt(squared);
