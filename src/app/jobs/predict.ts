/** Applies a saved model to a dataset: what `actigrad predict` runs where the GPU is. */
import { ActigradError } from "../../core/errors.ts";
import {
  type AdapterInfo,
  type DataDescription,
  Trainer,
  crossEntropy,
  device,
  featuresOf,
  loadDataset,
  network,
  mse,
  sampleSize,
  sgd,
} from "../../index.ts";
import type { JobContext } from "../../host/job.ts";
import { readModel } from "./model-file.ts";
import { inOwnUnits, squaredErrors } from "./own-units.ts";

export interface PredictOptions {
  /** The safetensors file that `train --save` wrote. */
  readonly load: string;
  readonly dataset: string;
  readonly part: "train" | "test";
  /** The seed that `train` was given: it decides which rows of a table are held back. */
  readonly seed: number;
}

export interface PredictResult {
  readonly adapter: AdapterInfo;
  readonly host: string;
  readonly rows: number;
  /** How the rows were read. */
  readonly data: DataDescription;
  /** One a row: the class with the largest logit (NaN where a logit is NaN), or the predicted values in their own units. */
  readonly predictions: readonly (number | readonly number[])[];
  readonly classNames?: readonly string[];
  /** Against the dataset's own labels, or the mean squared error in its targets' own units. */
  readonly loss: number;
  readonly accuracy?: number;
}

export async function predict(context: JobContext<never>, options: PredictOptions): Promise<PredictResult> {
  const { model: file, weights } = readModel(await context.read(options.load), options.load);
  const data = await loadDataset(options.dataset, context, { seed: options.seed, like: file.data });
  const dataset = data[options.part];
  if (sampleSize(dataset) !== file.inputs) {
    throw new ActigradError(
      "data",
      `${options.dataset}: ${sampleSize(dataset)} numbers a sample, the model takes ${file.inputs}`,
    );
  }
  const gpu = await device({ gpu: context.gpu });
  const loss = dataset.kind === "classes" ? crossEntropy() : mse();
  const trainer = await Trainer.create(gpu, {
    model: network(file),
    loss,
    optimizer: sgd({ lr: 0 }),
    batch: 1,
  });
  try {
    trainer.setWeights(weights);
    const outputs = await trainer.predict(featuresOf(dataset));
    const width = outputs.shape[2];
    const values = inOwnUnits(outputs, data.scaling);
    const rows = Array.from({ length: dataset.rows }, (_, i) => [
      ...values.subarray(i * width, (i + 1) * width),
    ]);
    const about = { adapter: gpu.adapter, host: context.host, rows: dataset.rows, data: data.description };
    if (dataset.kind === "values") {
      const [loss] = await squaredErrors(trainer, dataset, data.scaling);
      return { ...about, predictions: rows, loss: loss! };
    }
    const { loss, accuracy } = await trainer.evaluate(dataset);
    return {
      ...about,
      predictions: rows.map(largestOf),
      ...(file.data.classNames && { classNames: file.data.classNames }),
      loss: loss[0]!,
      ...(accuracy[0] !== undefined && { accuracy: accuracy[0] }),
    };
  } finally {
    trainer.dispose();
    gpu.dispose();
  }
}

/** The place of the largest value, the first of equals; NaN where one is NaN: then no class was predicted. */
function largestOf(row: readonly number[]): number {
  const most = Math.max(...row);
  return Number.isNaN(most) ? NaN : row.indexOf(most);
}
