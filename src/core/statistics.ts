import { studentQuantile } from "./distributions.ts";

/** A middle value and an interval around it: quartiles for times, minimum and maximum for the results of seeds. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The value below which a share of the values lies, interpolated between neighbours (R's type 7). NaN is larger than everything;
 * a quantile that touches one is NaN.
 * @param share from 0 to 1
 * @throws RangeError without values
 */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError("quantile: no values");
  const sorted = Float64Array.from(values).toSorted(); // NaN comes last
  const at = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return below === above ? below : below + (above - below) * (at % 1);
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Median and quartiles; undefined without values. */
export const quartiles = (values: readonly number[]): Spread | undefined =>
  values.length === 0
    ? undefined
    : { median: median(values), low: quantile(values, 0.25), high: quantile(values, 0.75) };

/** The mean; of equal values exactly theirs, as n of them added up and divided by n need not be. NaN without values. */
export function mean(values: readonly number[]): number {
  const first = values[0] ?? NaN;
  const total = values.reduce((sum, value) => sum + (value - first), 0);
  return Number.isFinite(total)
    ? first + total / values.length
    : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A mean and a confidence interval around it. */
export interface MeanInterval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The mean of paired differences with its confidence interval by Student's t. If each pair has its own split of the same rows,
 * trainings share rows and the plain interval is too narrow; it is then the corrected resampled t (Nadeau and Bengio, Inference
 * for the generalization error, 2003), whose variance is s² (1 / n + tests / trainings).
 * @param level such as 0.95
 * @param overlap test rows per training row, if each pair has its own split; 0 if the pairs are independent
 * @returns undefined for fewer than two differences, which have no interval
 */
export function pairedInterval(
  differences: readonly number[],
  level: number,
  overlap = 0,
): MeanInterval | undefined {
  const n = differences.length;
  if (n < 2) return undefined;
  const middle = mean(differences);
  const variance = differences.reduce((sum, d) => sum + (d - middle) ** 2, 0) / (n - 1);
  const half = studentQuantile((1 + level) / 2, n - 1) * Math.sqrt(variance * (1 / n + overlap));
  return { mean: middle, low: middle - half, high: middle + half };
}

/** Median, minimum and maximum; undefined without values. */
export const range = (values: readonly number[]): Spread | undefined =>
  values.length === 0
    ? undefined
    : { median: median(values), low: quantile(values, 0), high: quantile(values, 1) };

/**
 * Which spreads are the best or cannot be distinguished from it: their interval reaches the best median.
 * Absent ones never are.
 */
export function bestOf(spreads: readonly (Spread | undefined)[], better: "low" | "high"): boolean[] {
  const sign = better === "low" ? 1 : -1;
  const best = Math.min(...spreads.flatMap((s) => (s === undefined ? [] : [sign * s.median])));
  return spreads.map(
    (s) => s !== undefined && Math.min(sign * s.low, sign * s.high, sign * s.median) <= best,
  );
}

/** Centred moving mean over up to `width` neighbours, fewer at the ends. Ignores values that are not finite. */
export function smooth(values: readonly (number | null)[], width: number): (number | null)[] {
  const half = Math.floor(width / 2);
  return values.map((value, i) => {
    if (value === null) return null;
    const near = values.slice(Math.max(0, i - half), i + half + 1).filter((v) => v !== null);
    return mean(near);
  });
}
