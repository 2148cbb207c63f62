import type { Dataset } from "./dataset.ts";
import type { DataDescription } from "./describe.ts";
import type { ReadLike, Scaling } from "./prepare.ts";

/** A dataset in parts, with what was done to it and found out about it. */
export interface LoadedData {
  readonly train: Dataset;
  /** A set's own test images, new points of a synthetic set, or the rows of a table that were held back. */
  readonly test: Dataset;
  /** True if another seed holds back other rows. */
  readonly heldBack?: boolean;
  /** The scaling of the numbers, to be applied to new rows too. */
  readonly scaling: Scaling;
  /** What was read and guessed; `describeData` turns it into text. */
  readonly description: DataDescription;
}

/** Options of `loadDataset`. */
export interface LoadOptions {
  /** Decides the points of a synthetic set and which rows of a table are held back. Default 0. */
  readonly seed?: number;
  /** Reads rows like those that a model was trained on: the same scaling, the same classes. */
  readonly like?: ReadLike | undefined;
}
