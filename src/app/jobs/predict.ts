/** Applies a saved model to rows: the job of `actigrad predict`. */
import { ActigradError } from "../../core/errors.ts";
import {
  type AdapterInfo,
  type NewRows,
  type Predicted,
  Predictor,
  device,
  load,
  loadNewRows,
  probabilitiesOf,
} from "../../index.ts";
import type { JobContext } from "../../host/job.ts";

export interface PredictOptions {
  /** A model file. */
  readonly load: string;
  /** The rows: a dataset's spec, or a file without labels. */
  readonly data: string;
  /** One of a dataset's parts instead of all rows of a file. */
  readonly part?: "train" | "test" | undefined;
  /** The seed given to `train`: it decides which rows of a table are held back. */
  readonly seed: number;
  readonly probabilities: boolean;
}

export interface PredictResult {
  readonly adapter: AdapterInfo;
  readonly host: string;
  readonly rows: number;
  /** The number of each row in its source, from 1. */
  readonly numbers: readonly number[];
  /** One per row: the class with the largest output (NaN if an output is NaN), or the values in their own units. */
  readonly predictions: readonly (number | readonly number[])[];
  /** For each row and class, if requested. */
  readonly probabilities?: readonly (readonly number[])[];
  /** The names of the classes. */
  readonly classNames?: readonly string[];
  /** Name of what is predicted. */
  readonly target: string;
  /** The true values, if the source has them for every row, in the form of `predictions`. */
  readonly actual?: readonly (number | readonly number[])[];
  /** Share of correct classes. */
  readonly accuracy?: number;
  /** Root of the mean squared error, in the values' own units. */
  readonly rmse?: number;
  /** How the rows' source is laid out. */
  readonly layout: string;
  /** Guesses, and what was left out. */
  readonly notes: readonly string[];
}

export async function predict(context: JobContext<never>, options: PredictOptions): Promise<PredictResult> {
  const saved = load(await context.read(options.load), { name: options.load });
  if (saved.data === undefined) {
    throw new ActigradError("data", `${options.load}: the model does not say how its rows were read`, {
      hint: "save it with its data: save(trainer, { data })",
    });
  }
  const rows = await loadNewRows(options.data, context, saved.data, options);
  const gpu = await device({ gpu: context.gpu });
  try {
    const predictor = await Predictor.create(gpu, saved);
    const predicted = await predictor.predictScaled(rows.samples);
    const probabilities = options.probabilities ? probabilitiesOf(predicted, saved.outputs) : undefined;
    const { classNames, target = predicted.classes === undefined ? "value" : "class" } = saved.data;
    return {
      adapter: gpu.adapter,
      host: context.host,
      rows: predicted.rows,
      numbers: rows.numbers,
      predictions:
        predicted.classes === undefined ? rowsOf(predicted, predicted.outputs) : [...predicted.classes],
      ...(probabilities && { probabilities: rowsOf(predicted, probabilities) }),
      ...(classNames && { classNames }),
      target,
      ...comparison(predicted, rows),
      layout: rows.format,
      notes: rows.notes,
    };
  } finally {
    gpu.dispose();
  }
}

const rowsOf = ({ rows, width }: Predicted, values: ArrayLike<number>): number[][] =>
  Array.from({ length: rows }, (_, row) => Array.from({ length: width }, (_, i) => values[row * width + i]!));

/** Predictions compared with the true values. */
function comparison(
  predicted: Predicted,
  { actual }: NewRows,
): Pick<PredictResult, "actual" | "accuracy" | "rmse"> {
  if (actual === undefined) return {};
  const { rows, classes, outputs } = predicted;
  if (classes !== undefined) {
    const right = classes.reduce((count, own, row) => count + Number(own === actual[row]), 0);
    return { actual: Array.from(actual), accuracy: right / rows };
  }
  const squares = outputs.reduce((sum, value, i) => sum + (value - actual[i]!) ** 2, 0);
  return { actual: rowsOf(predicted, actual), rmse: Math.sqrt(squares / outputs.length) };
}
