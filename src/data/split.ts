/** Holds rows back for validation. */
import { ActigradError, checkOptions } from "../core/errors.ts";
import { permutation } from "../core/random.ts";
import { selectRows, type RawDataset } from "./dataset.ts";

/** Which rows go into which part. */
export interface SplitOptions {
  /** Share of the rows to hold back, between 0 and 1. Default 0.2. */
  readonly fraction?: number;
  /** The same seed gives the same split. Default 0. */
  readonly seed?: number;
  /** Whether every class keeps its share on both sides. Default true for classes. */
  readonly stratified?: boolean;
}

/** Training rows, and rows held back. */
export interface Split<D> {
  readonly train: D;
  readonly test: D;
}

/**
 * Splits a dataset into training rows and round(rows x fraction) test rows, both shuffled.
 * @throws ActigradError "option" for a fraction outside (0, 1), "data" if a side would be empty
 */
export function split<D extends RawDataset>(dataset: D, options: SplitOptions = {}): Split<D> {
  checkOptions("split", options, ["fraction", "seed", "stratified"]);
  const { fraction = 0.2, seed = 0, stratified = dataset.kind === "classes" } = options;
  const { name, rows } = dataset;
  if (!(fraction > 0 && fraction < 1)) {
    throw new ActigradError("option", `split: expected a fraction above 0 and below 1, got ${fraction}`, {
      fraction,
    });
  }
  const held = Math.round(rows * fraction);
  if (held === 0 || held === rows) {
    const message = `dataset "${name}": a fraction of ${fraction} of ${rows} rows leaves ${rows - held} for training and ${held} for testing`;
    throw new ActigradError("data", message, { hint: "use more rows or another fraction", name });
  }
  if (stratified && dataset.kind !== "classes") {
    const message = `dataset "${name}": a stratified split needs classes, got values to predict`;
    throw new ActigradError("option", message, { name });
  }
  const order = permutation(rows, seed, 0);
  const inTest =
    dataset.kind === "classes" && stratified
      ? perClass(dataset.labels, dataset.classes, order, held)
      : new Set(order.subarray(0, held));
  return {
    train: selectRows(
      dataset,
      order.filter((row) => !inTest.has(row)),
    ),
    test: selectRows(
      dataset,
      order.filter((row) => inTest.has(row)),
    ),
  };
}

/**
 * Picks `held` rows with each class's share, rounded down or up (largest remainders first); what classes with one row cannot give
 * is taken from others.
 */
function perClass(labels: Uint32Array, classes: number, order: Uint32Array, held: number): Set<number> {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]!++;
  const exact = counts.map((count) => (count * held) / labels.length);
  const quota = exact.map(Math.floor);
  const remainder = counts.map((_, c) => exact[c]! - quota[c]!);
  const byRemainder = counts.map((_, c) => c).toSorted((a, b) => remainder[b]! - remainder[a]! || a - b);
  let left = held - quota.reduce((sum, count) => sum + count, 0);
  // A class that occurs only in test rows can never be right, so each keeps a row to train on as long as others have some to
  // spare.
  for (const kept of [1, 0])
    for (let before = 0; before !== left;) {
      before = left;
      for (const c of byRemainder)
        if (left > 0 && quota[c]! < counts[c]! - kept) {
          quota[c]!++;
          left--;
        }
    }
  const rows = new Set<number>();
  for (const row of order) if (quota[labels[row]!]!-- > 0) rows.add(row);
  return rows;
}
