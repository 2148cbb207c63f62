/** Which differences between paired scores are more than chance. Pure functions, in float64. */
import { studentShare } from "./distributions.ts";
import { mean } from "./statistics.ts";
import { uniform } from "./random.ts";

/** A permutation test takes all sign assignments up to this many, and otherwise draws this many. */
const ASSIGNMENTS = 2 ** 14;

/**
 * Two-sided p of a paired t test: how often a mean difference this far from 0 would occur by chance.
 * @param overlap test rows per training row, if each difference has its own split of the same rows (see `pairedInterval`)
 * @returns 1 if all differences are 0, 0 if all are equal and not 0; NaN for fewer than two
 */
export function pairedTest(differences: readonly number[], overlap = 0): number {
  const n = differences.length;
  if (n < 2) return NaN;
  const middle = mean(differences);
  const variance = differences.reduce((sum, d) => sum + (d - middle) ** 2, 0) / (n - 1);
  if (variance === 0) return middle === 0 ? 1 : 0;
  return 2 * studentShare(-Math.abs(middle) / Math.sqrt(variance * (1 / n + overlap)), n - 1);
}

/**
 * Two-sided p of a permutation test that flips the signs of paired differences: the share of assignments whose sum is as far from
 * 0 (Fisher 1935). Takes all assignments of up to 14 differences; for more, always the same 16,384 random ones.
 */
export function signFlipTest(differences: readonly number[]): number {
  const n = differences.length;
  const observed = Math.abs(differences.reduce((a, b) => a + b, 0));
  const least = observed * (1 - 1e-12); // the same sum in another order rounds differently
  const all = 2 ** n <= ASSIGNMENTS;
  const sums = all ? allSums(differences) : drawnSums(differences);
  const far = sums.reduce((count, sum) => count + Number(Math.abs(sum) >= least), 0);
  return all ? far / sums.length : (far + 1) / (sums.length + 1);
}

/** The sum of each assignment. */
function allSums(differences: readonly number[]): Float64Array {
  const sums = new Float64Array(2 ** differences.length);
  for (const [k, d] of differences.entries())
    for (let i = 2 ** k - 1; i >= 0; i--) {
      sums[i + 2 ** k] = sums[i]! - d;
      sums[i]! += d;
    }
  return sums;
}

function drawnSums(differences: readonly number[]): Float64Array {
  const n = differences.length;
  const draws = uniform(0, 0, ASSIGNMENTS * n);
  return Float64Array.from({ length: ASSIGNMENTS }, (_, i) =>
    differences.reduce((sum, d, k) => sum + (draws[i * n + k]! < 0.5 ? -d : d), 0),
  );
}

/** Holm's step-down adjustment of a family's p values (1979): each may be compared with the level of the whole family. */
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
