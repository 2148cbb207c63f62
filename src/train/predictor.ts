/** Predicts with a saved model: takes rows in their own units, returns classes or values in their own units. */
import { disposeKey } from "../core/dispose.ts";
import { ActigradError } from "../core/errors.ts";
import { type Numbers, type Samples, featuresOf } from "../data/dataset.ts";
import type { OutputKind } from "../data/formats/model-file.ts";
import { restoreColumns } from "../data/normalise.ts";
import { scaledFeatures } from "../data/prepare.ts";
import type { Gpu } from "../device/context.ts";
import { mse } from "../nn/losses/regression.ts";
import { sgd } from "../optim/sgd.ts";
import type { SavedModel } from "./load.ts";
import { Trainer } from "./trainer.ts";

/** A model's predictions for rows. */
export interface Predicted {
  readonly rows: number;
  /** Outputs of each row: classes, or values. */
  readonly width: number;
  /** Numbers, [rows, width]: values in their own units, or the network's raw outputs for classes. */
  readonly outputs: Float64Array;
  /**
   * One per row: the class with the largest output, or NaN if an output is NaN, because then no class was predicted. Undefined
   * for values.
   */
  readonly classes?: Float64Array;
  /** Names of the classes, if the model has them. */
  readonly classNames?: readonly string[];
}

/** Options of `Predictor.create`. */
export interface PredictorOptions {
  /** Which replica's weights. Default 0, the first. */
  readonly replica?: number;
}

/** Predicts with one replica of a saved model. */
export class Predictor {
  readonly saved: SavedModel;
  readonly #trainer: Trainer;

  private constructor(saved: SavedModel, trainer: Trainer) {
    this.saved = saved;
    this.#trainer = trainer;
  }

  /**
   * Puts a saved model on a device.
   * @param saved a result of `load`
   * @throws ActigradError "option" for a replica that does not exist, "limit" if the device has no room
   */
  static async create(
    gpu: Gpu,
    saved: SavedModel,
    { replica = 0 }: PredictorOptions = {},
  ): Promise<Predictor> {
    const weights = saved.weights[replica];
    if (weights === undefined) {
      throw new ActigradError(
        "option",
        `replica must be a whole number from 0 to ${saved.weights.length - 1}, got ${replica}`,
      );
    }
    // It trains nothing, so loss and optimizer are the simplest ones.
    const options = { model: saved.model, loss: mse(), optimizer: sgd({ lr: 0 }), batch: 1 };
    const trainer = await Trainer.create(gpu, options);
    trainer.setWeights(weights);
    return new Predictor(saved, trainer);
  }

  /**
   * @param x [rows, inputs] numbers as they were before scaling; bytes for images that were bytes
   * @throws ActigradError "shape" for a number of rows that is not whole, "data" for numbers that the model's scaling does not
   * fit
   */
  async predict(x: Numbers): Promise<Predicted> {
    const { model, data } = this.saved;
    const { inputs } = model;
    if (x.length % inputs !== 0)
      throw new ActigradError(
        "shape",
        `predict: ${x.length} numbers are not a whole number of rows of ${inputs}`,
      );
    const samples = { name: "predict", rows: x.length / inputs, shape: [inputs], x };
    return this.predictScaled(scaledFeatures(samples, data?.scaling ?? {}));
  }

  /** As `predict`, for samples that are already scaled: a dataset that was loaded like the model's own. */
  async predictScaled(samples: Samples): Promise<Predicted> {
    const { data, outputs: kind } = this.saved;
    const { shape, data: values } = await this.#trainer.predict(featuresOf(samples));
    const [, rows, width] = shape;
    const targets = data?.scaling.targets;
    const outputs = targets === undefined ? Float64Array.from(values) : restoreColumns(values, targets);
    const asClasses = data === undefined ? kind !== "values" : data.task === "classes";
    if (!asClasses) return { rows, width, outputs };
    const classes = Float64Array.from({ length: rows }, (_, row) =>
      largestOf(outputs.subarray(row * width, (row + 1) * width)),
    );
    return { rows, width, outputs, classes, ...(data?.classNames && { classNames: data.classNames }) };
  }

  /** Frees its memory on the device. Every later call fails with "disposed". */
  dispose(): void {
    this.#trainer.dispose();
  }

  /** `dispose`, for `using`. */
  [disposeKey](): void {
    this.dispose();
  }
}

/** The index of the largest value, the first of equals; NaN if any value is NaN. */
function largestOf(row: Float64Array): number {
  const most = Math.max(...row);
  return Number.isNaN(most) ? NaN : row.indexOf(most);
}

/**
 * The probability of each class, [rows, width] in float64, according to what a model's outputs mean.
 * @throws ActigradError "option" for outputs that are not probabilities: values, and losses that make margins
 */
export function probabilitiesOf(
  { rows, width, outputs, classes }: Predicted,
  kind: OutputKind,
): Float64Array {
  if (classes === undefined || kind === "values") {
    const what = classes === undefined ? "it predicts values" : "its loss gives margins";
    throw new ActigradError("option", `the model gives no probabilities: ${what}`, {
      hint: "train on classes with cross_entropy",
    });
  }
  if (kind === "probabilities") return outputs;
  const shares = outputs.map(Math.exp);
  if (kind === "logProbabilities") return shares;
  for (let row = 0; row < rows; row++) {
    const logits = outputs.subarray(row * width, (row + 1) * width);
    const most = Math.max(...logits);
    const terms = logits.map((logit) => Math.exp(logit - most));
    const sum = terms.reduce((a, b) => a + b, 0);
    shares.set(
      terms.map((term) => term / sum),
      row * width,
    );
  }
  return shares;
}
