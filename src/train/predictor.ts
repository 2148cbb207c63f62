/** A saved model that predicts: rows in their own units go in, classes or values in their own units come out. */
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

/** What a model says of rows. */
export interface Predicted {
  readonly rows: number;
  /** Outputs of each row: classes, or values. */
  readonly width: number;
  /** Numbers, [rows, width]: of values in their own units, of classes as the network gives them. */
  readonly outputs: Float64Array;
  /** One a row: the class with the largest output; NaN where an output is NaN, for then none was predicted. Of values undefined. */
  readonly classes?: Float64Array;
  /** Names of the classes, where the model knows them. */
  readonly classNames?: readonly string[];
}

/** Options of `Predictor.create`. */
export interface PredictorOptions {
  /** Whose weights. Default 0, the first. */
  readonly replica?: number;
}

/** Predicts by one replica of a saved model. */
export class Predictor {
  readonly saved: SavedModel;
  readonly #trainer: Trainer;

  private constructor(saved: SavedModel, trainer: Trainer) {
    this.saved = saved;
    this.#trainer = trainer;
  }

  /**
   * Places a saved model on a device.
   * @param saved what `load` gave
   * @throws ActigradError "option" for a replica that it has not, "limit" when the device has no room
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
    // It trains nothing: loss and optimizer are the least there are.
    const options = { model: saved.model, loss: mse(), optimizer: sgd({ lr: 0 }), batch: 1 };
    const trainer = await Trainer.create(gpu, options);
    trainer.setWeights(weights);
    return new Predictor(saved, trainer);
  }

  /**
   * @param x [rows, inputs] numbers as they were before training scaled them; of images bytes, if they were bytes then
   * @throws ActigradError "shape" for no whole number of rows, "data" for numbers that the model's scaling does not fit
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

  /** As `predict`, of samples that are scaled already: a dataset that was loaded like the model's own. */
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

  /** Frees what it has on the device. Every later call fails with "disposed". */
  dispose(): void {
    this.#trainer.dispose();
  }

  /** `dispose`, for `using`. */
  [disposeKey](): void {
    this.dispose();
  }
}

/** The place of the largest value, the first of equals; NaN where one is NaN. */
function largestOf(row: Float64Array): number {
  const most = Math.max(...row);
  return Number.isNaN(most) ? NaN : row.indexOf(most);
}

/**
 * The probability of each class, [rows, width] in float64, by what a model's outputs are.
 * @throws ActigradError "option" for outputs that are none: of values, of losses that make margins
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
