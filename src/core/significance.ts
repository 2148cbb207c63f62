/** Which differences between paired scores are more than chance. Pure, in float64. */
import { studentShare } from "./distributions.ts";
import { mean } from "./statistics.ts";
import { uniform } from "./random.ts";

/** Assignments of signs up to which a permutation test takes them all; of more it draws so many. */
const ASSIGNMENTS = 2 ** 14;

/**
 * The p of a paired t test, two-sided: how often a mean difference as far from 0 would come up if there were none.
 * @returns 1 where all differences are 0, 0 where all are the same and not 0; NaN for fewer than two
 */
export function pairedTest(differences: readonly number[]): number {
  const n = differences.length;
  if (n < 2) return NaN;
  const middle = mean(differences);
  const variance = differences.reduce((sum, d) => sum + (d - middle) ** 2, 0) / (n - 1);
  if (variance === 0) return middle === 0 ? 1 : 0;
  return 2 * studentShare(-Math.abs(middle) / Math.sqrt(variance / n), n - 1);
}

/**
 * The p of a permutation test that turns the signs of paired differences, two-sided: the share of assignments whose sum is as
 * far from 0 (Fisher 1935). All of them up to 14 differences; of more 16,384 are drawn, the same ones each time.
 */
export function signFlipTest(differences: readonly number[]): number {
  const n = differences.length;
  const all = 2 ** n <= ASSIGNMENTS;
  const count = all ? 2 ** n : ASSIGNMENTS;
  const draws = all ? undefined : uniform(0, 0, count * n);
  const observed = Math.abs(differences.reduce((a, b) => a + b, 0));
  const least = observed * (1 - 1e-12); // the same sum in another order is rounded otherwise
  let far = 0;
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (const [k, d] of differences.entries()) {
      const turned = draws === undefined ? (i >> k) % 2 === 1 : draws[i * n + k]! < 0.5;
      sum += turned ? -d : d;
    }
    if (Math.abs(sum) >= least) far++;
  }
  return all ? far / count : (far + 1) / (count + 1);
}

/** Holm's step-down adjustment of a family's p values (1979): each may be held against the level of the whole family. */
export function holm(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).toSorted((a, b) => p[a]! - p[b]!);
  const adjusted = new Array<number>(p.length);
  let least = 0;
  for (const [rank, i] of order.entries()) {
    least = Math.max(least, Math.min(1, (p.length - rank) * p[i]!));
    adjusted[i] = least;
  }
  return adjusted;
}
