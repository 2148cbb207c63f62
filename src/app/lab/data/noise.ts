/** Whether what sets two activations apart is more than what sets one's own seeds apart. */
import type { Ranked } from "./curve-data.ts";

/** Whether the range of its seeds overlaps that of the best; undefined before the first evaluation, or with one seed. */
export function withinNoise(ranked: Ranked, best: Ranked, seeds: number): boolean | undefined {
  const [own, top] =
    best.accuracy === undefined ? [ranked.testLoss, best.testLoss] : [ranked.accuracy, best.accuracy];
  if (own === undefined || top === undefined || seeds < 2) return undefined;
  return own.low <= top.high && top.low <= own.high;
}

/**
 * How seldom two equally good ones of so many seeds each have ranges that do not overlap: once in so many cases. Of the
 * C(2n, n) ways in which the 2n results may be theirs, all alike, two keep them apart.
 */
export function onceIn(seeds: number): number {
  let ways = 1;
  for (let i = 1; i <= seeds; i++) ways = (ways * (seeds + i)) / i;
  return Math.round(ways / 2);
}
