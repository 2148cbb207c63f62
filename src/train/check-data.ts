/** What a model, a loss or an evaluation requires of data. */
import { ActigradError } from "../core/errors.ts";
import { type Dataset, checkDataset, sampleSize } from "../data/dataset.ts";
import type { Loss } from "../nn/loss.ts";
import type { Model } from "../nn/sequential.ts";

/** @throws ActigradError "data" for anything but a dataset, or one that does not fit model or loss */
export function checkFit(dataset: Dataset, model: Model, loss: Loss): void {
  checkDataset(dataset, loss.ignoreIndex === undefined ? undefined : loss.ignoreIndex >>> 0);
  const complain = (message: string, hint: string): never => {
    throw new ActigradError("data", `dataset "${dataset.name}": ${message}`, { hint });
  };
  if (sampleSize(dataset) !== model.inputs) {
    complain(
      `${sampleSize(dataset)} numbers per sample, the model takes ${model.inputs}`,
      "change its first layer",
    );
  }
  if (dataset.kind === "values" && loss.targets === "classes") {
    complain(`it has ${dataset.kind}, the loss ${loss.name} needs ${loss.targets}`, "choose another loss");
  }
  const { scale = 1, shift = 0 } = dataset.normalise ?? {};
  checkIndices(model, dataset.x, { what: `dataset "${dataset.name}"`, scale, shift });
  const wanted = dataset.kind === "classes" ? dataset.classes : dataset.width;
  const fits = loss.targets === "classes" ? model.outputs >= wanted : model.outputs === wanted;
  if (!fits)
    complain(`${wanted} ${dataset.kind}, the model has ${model.outputs} outputs`, "change its last layer");
}

/** Checks samples for a first layer that picks rows by them. @throws ActigradError "data" */
export function checkIndices(
  { layers, inputs }: Model,
  x: Float32Array | Uint8Array,
  { what, scale = 1, shift = 0 }: { what: string; scale?: number; shift?: number },
): void {
  const limit = layers[0]?.indices;
  if (limit === undefined) return;
  const wrong = x.findIndex((byte: number) => {
    const value = byte * scale + shift;
    return !(Number.isInteger(value) && value >= 0 && value < limit);
  });
  if (wrong < 0) return;
  const place = `row ${Math.floor(wrong / inputs)}, number ${wrong % inputs}, from 0`;
  throw new ActigradError(
    "data",
    `${what}: layer 0, ${layers[0]!.title}: expected whole numbers from 0 to below ${limit}, got ${x[wrong]! * scale + shift} (${place})`,
    { hint: "use numbers that are not standardised, or a larger table" },
  );
}

/** Number of rows in samples. @throws ActigradError "shape" if it is not whole, "data" as `checkIndices` */
export function rowsIn(model: Model, x: Float32Array, who: string): number {
  checkIndices(model, x, { what: who });
  const rows = x.length / model.inputs;
  if (Number.isSafeInteger(rows) && rows >= 1) return rows;
  throw new ActigradError(
    "shape",
    `${who}: ${x.length} numbers are not a whole number of rows of ${model.inputs}`,
  );
}
