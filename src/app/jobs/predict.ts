/** Applies a saved model to a dataset: what `actigrad predict` runs where the GPU is. */
import { ActigradError } from "../../core/errors.ts";
import {
  type AdapterInfo,
  Trainer,
  crossEntropy,
  device,
  featuresOf,
  loadDataset,
  network,
  mse,
  sampleSize,
  sgd,
  standardise,
} from "../../index.ts";
import type { JobContext } from "../../host/job.ts";
import { readModel } from "./model-file.ts";

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
  /** One a row: the class with the largest logit (NaN where a logit is NaN), or the predicted values. */
  readonly predictions: readonly (number | readonly number[])[];
  readonly classNames?: readonly string[];
  /** Against the dataset's own labels or targets. */
  readonly loss: number;
  readonly accuracy?: number;
}

/** A table is read raw and then treated as the training rows were. */
const rawSpec = (spec: string): string => `${spec}${spec.includes(":") ? "," : ":"}scale=none`;

export async function predict(context: JobContext<never>, options: PredictOptions): Promise<PredictResult> {
  const { model: file, weights } = readModel(await context.read(options.load), options.load);
  const raw = file.standardisation !== undefined;
  const data = await loadDataset(raw ? rawSpec(options.dataset) : options.dataset, context, {
    seed: options.seed,
  });
  const loaded = data[options.part];
  const { mean = [], std = [] } = file.standardisation ?? {};
  const fits = sampleSize(loaded) === file.inputs;
  if (!fits) {
    throw new ActigradError(
      "data",
      `${options.dataset}: ${sampleSize(loaded)} numbers a sample, the model takes ${file.inputs}`,
    );
  }
  const dataset = raw
    ? standardise(loaded, { mean: Float32Array.from(mean), std: Float32Array.from(std) })
    : loaded;
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
    const { data: outputs, shape } = await trainer.predict(featuresOf(dataset));
    const { loss: losses, accuracy } = await trainer.evaluate(dataset);
    const width = shape[2];
    const rows = Array.from({ length: dataset.rows }, (_, i) => outputs.subarray(i * width, (i + 1) * width));
    return {
      adapter: gpu.adapter,
      host: context.host,
      rows: dataset.rows,
      predictions: rows.map((row) => (dataset.kind === "classes" ? largestOf(row) : [...row])),
      ...(file.classNames === undefined ? {} : { classNames: file.classNames }),
      loss: losses[0]!,
      ...(accuracy[0] === undefined ? {} : { accuracy: accuracy[0] }),
    };
  } finally {
    trainer.dispose();
    gpu.dispose();
  }
}

/** The place of the largest value, the first of equals; NaN where one is NaN: then no class was predicted. */
function largestOf(row: Float32Array): number {
  const most = Math.max(...row);
  return Number.isNaN(most) ? NaN : row.indexOf(most);
}
