/** Scores of a model that has learned nothing: it always makes the same prediction, from the training rows. */
import { mean } from "../../src/core/statistics.ts";
import type { Dataset } from "../../src/index.ts";

/** The share of the test rows that have the training rows' most frequent class; NaN without classes. */
export function chanceAccuracy(train: Dataset, test: Dataset): number {
  if (train.kind !== "classes" || test.kind !== "classes") return NaN;
  const counts = new Array<number>(train.classes).fill(0);
  for (const label of train.labels) counts[label]!++;
  const most = counts.indexOf(Math.max(...counts));
  return test.labels.filter((label) => label === most).length / test.rows;
}

/**
 * The mean squared error of the training rows' means; NaN without values.
 * @param std what each column of targets was divided by: the error is in units from before
 */
export function chanceSquared(train: Dataset, test: Dataset, std: readonly number[] = [1]): number {
  if (train.kind !== "values" || test.kind !== "values") return NaN;
  const { width } = train;
  const means = new Float64Array(width);
  for (const [i, target] of train.targets.entries()) means[i % width]! += target / train.rows;
  const off = (target: number, i: number): number => (target - means[i % width]!) * std[i % std.length]!;
  return test.targets.reduce((total, target, i) => total + off(target, i) ** 2, 0) / test.targets.length;
}

/** Bits per test label, coded by the class frequencies in training; NaN without classes. */
export function chanceBits(train: Dataset, test: Dataset): number {
  if (train.kind !== "classes" || test.kind !== "classes") return NaN;
  const counts = new Array<number>(train.classes).fill(1); // one more of each, so that none is impossible
  for (const label of train.labels) counts[label]!++;
  const all = counts.reduce((a, b) => a + b, 0);
  return mean([...test.labels].map((label) => -Math.log2(counts[label]! / all)));
}
