import type { Dataset } from "./dataset.ts";
import type { DataDescription } from "./describe.ts";
import type { ReadLike, Scaling } from "./prepare.ts";

/** A dataset in its parts, what was done to it, and what was found out about it. */
export interface LoadedData {
  readonly train: Dataset;
  /** A set's own test images, fresh points of a synthetic set, or the rows of a table that were held back. */
  readonly test: Dataset;
  /** True where another seed holds other rows back to test on. */
  readonly heldBack?: boolean;
  /** What was done to the numbers, to be done to new rows too. */
  readonly scaling: Scaling;
  /** What was read and what was guessed; `describeData` makes lines of it. */
  readonly description: DataDescription;
}

/** Options of `loadDataset`. */
export interface LoadOptions {
  /** Decides the points of a synthetic set and which rows of a table are held back. Default 0. */
  readonly seed?: number;
  /** Reads rows as those were that a model was trained on: the same scaling, the same classes. */
  readonly like?: ReadLike | undefined;
}
