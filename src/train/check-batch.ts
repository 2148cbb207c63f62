import { ActigradError, checkOptions } from "../core/errors.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Loss } from "../nn/loss.ts";
import type { Model } from "../nn/sequential.ts";
import type { Batch } from "./batch.ts";
import { checkFit } from "./check-data.ts";

/**
 * A batch as a dataset of its rows.
 * @param who `batch 17`, for messages
 * @throws ActigradError "data" for anything but a batch, or one that does not fit model or loss
 */
export function datasetOf(batch: Batch, { model, loss }: { model: Model; loss: Loss }, who: string): Dataset {
  const fail = (message: string, hint?: string): never => {
    throw new ActigradError("data", `${who}: ${message}`, hint === undefined ? {} : { hint });
  };
  if (typeof batch !== "object" || batch === null)
    fail(`expected { x, labels } or { x, targets }, got ${batch}`);
  checkOptions("a batch", batch, ["x", "labels", "targets", "normalise"]);
  const { x, labels, normalise } = batch;
  const expect = (name: string, value: unknown, types: readonly { new (): object; name: string }[]): void => {
    if (types.some((type) => value instanceof type)) return;
    const got = (value as object | undefined)?.constructor?.name ?? String(value);
    fail(`${name} must be a ${types.map((type) => type.name).join(" or a ")}, got ${got}`);
  };
  expect("x", x, [Float32Array, Uint8Array]);
  const rows = x.length / model.inputs;
  if (!Number.isSafeInteger(rows) || rows < 1)
    fail(`x: ${x.length} numbers are not a whole number of rows of ${model.inputs}`);
  // A loss that sees the model may need no targets.
  const targets =
    batch.targets ??
    (loss.ofModel === true && labels === undefined ? new Float32Array(rows * model.outputs) : undefined);
  if ((labels === undefined) === (targets === undefined))
    fail("expected either labels or targets", "class indices are labels, a Uint32Array; numbers are targets");
  const samples = { name: who, rows, shape: [model.inputs], x, ...(normalise && { normalise }) };
  if (labels !== undefined) expect("labels", labels, [Uint32Array]);
  else expect("targets", targets, [Float32Array]);
  const dataset: Dataset =
    labels !== undefined
      ? { ...samples, kind: "classes", labels, classes: model.outputs }
      : { ...samples, kind: "values", targets: targets!, width: model.outputs };
  checkFit(dataset, model, loss);
  return dataset;
}
