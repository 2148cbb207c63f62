/** Which training rows choose a learning rate, and how many of the rest a step takes. */
import { type DataDescription, type Dataset, type LoadedData, split } from "../../index.ts";
import type { TrainOptions } from "./train-options.ts";

/** Training rows to hold back if there are several learning rates to choose from. */
const VALIDATION = 0.2;

/** The rows to train on, and those that choose a learning rate, if any. @throws ActigradError "data" for too few rows */
export function holdBack(
  data: LoadedData,
  { validation, lr }: Pick<TrainOptions, "validation" | "lr">,
  seed: number,
): { readonly train: Dataset; readonly validation?: Dataset } {
  const fraction = validation ?? (lr.length > 1 ? VALIDATION : 0);
  if (fraction === 0) return { train: data.train };
  const { train, test } = split(data.train, { fraction, seed });
  return { train, validation: test };
}

/** A batch that the rows fill, and the description with a note if it had to be smaller, or if rows were held back. */
export function fitBatch(
  batch: number,
  { train, validation }: { readonly train: Dataset; readonly validation?: Dataset },
  description: DataDescription,
): { readonly batch: number; readonly description: DataDescription } {
  const { rows } = train;
  const notes = [...description.notes];
  if (validation !== undefined)
    notes.push(
      `${validation.rows} of the training rows are held back to choose a learning rate: ${rows} are left`,
    );
  if (batch > rows)
    notes.push(`a batch of ${batch} is more than the ${rows} training rows: each step takes them all`);
  return { batch: Math.min(batch, rows), description: { ...description, notes } };
}
