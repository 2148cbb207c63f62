import { type Spread, mean, median } from "../src/core/statistics.ts";

export { type Spread, mean, median, quantile, quartiles } from "../src/core/statistics.ts";

/** Median, least and greatest; undefined without values. */
export const range = (values: readonly number[]): Spread | undefined =>
  values.length === 0
    ? undefined
    : { median: median(values), low: Math.min(...values), high: Math.max(...values) };

/**
 * Which spreads are the best, or cannot be told from it: their interval reaches the best median.
 * Absent ones never are.
 */
export function bestOf(spreads: readonly (Spread | undefined)[], better: "low" | "high"): boolean[] {
  const sign = better === "low" ? 1 : -1;
  const best = Math.min(...spreads.flatMap((s) => (s === undefined ? [] : [sign * s.median])));
  return spreads.map(
    (s) => s !== undefined && Math.min(sign * s.low, sign * s.high, sign * s.median) <= best,
  );
}

/** Centred moving mean over up to `width` neighbours; fewer at the ends. What is not finite stays out of it. */
export function smooth(values: readonly (number | null)[], width: number): (number | null)[] {
  const half = Math.floor(width / 2);
  return values.map((value, i) => {
    if (value === null) return null;
    const near = values.slice(Math.max(0, i - half), i + half + 1).filter((v) => v !== null);
    return mean(near);
  });
}
