/** Rows that the host has at hand, without a dataset around them. */
import type { Dataset, Normalise } from "../data/dataset.ts";

/** Rows with what they are to give: class numbers, or `model.outputs` numbers each. */
export interface Batch {
  /** [rows, model.inputs], row-major; bytes are read as a dataset's. */
  readonly x: Float32Array | Uint8Array;
  readonly normalise?: Normalise;
  /** [rows]; either these or targets. */
  readonly labels?: Uint32Array;
  /** [rows, model.outputs] */
  readonly targets?: Float32Array;
}

/** Batches one after another, as they come. */
export type Batches = Iterable<Batch> | AsyncIterable<Batch>;

/** Whether rows are a dataset rather than the bare arrays of a batch. */
export const isDataset = (rows: Dataset | Batch): rows is Dataset => "kind" in rows;

/** A batch whose arrays the caller may reuse at once. */
export function copyOf(batch: Batch): Batch {
  const copy: Record<string, unknown> = { ...batch };
  for (const [name, value] of Object.entries(copy))
    if (ArrayBuffer.isView(value) && "slice" in value) copy[name] = (value as Float32Array).slice();
  return copy as unknown as Batch;
}
