/** Rows as plain arrays on the host, without a dataset. */
import type { Dataset, Normalise } from "../data/dataset.ts";

/** Rows with their targets: class numbers, or `model.outputs` numbers each. */
export interface Batch {
  /** [rows, model.inputs], row-major; bytes are read as in a dataset. */
  readonly x: Float32Array | Uint8Array;
  readonly normalise?: Normalise;
  /** [rows]; give either these or targets. */
  readonly labels?: Uint32Array;
  /** [rows, model.outputs] */
  readonly targets?: Float32Array;
}

/** A sequence of batches. */
export type Batches = Iterable<Batch> | AsyncIterable<Batch>;

/** Whether rows are a dataset rather than a batch's plain arrays. */
export const isDataset = (rows: Dataset | Batch): rows is Dataset => "kind" in rows;

/** A copy of a batch, whose arrays the caller may then reuse. */
export function copyOf(batch: Batch): Batch {
  const copy: Record<string, unknown> = { ...batch };
  for (const [name, value] of Object.entries(copy))
    if (ArrayBuffer.isView(value) && "slice" in value) copy[name] = (value as Float32Array).slice();
  return copy as unknown as Batch;
}
