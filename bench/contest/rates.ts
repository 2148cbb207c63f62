/** Which learning rates to try: a grid that grows until its best is inside. Pure. */
import { chooseTrial } from "../../src/core/trials.ts";
import { isBetter } from "./judge.ts";
import type { RateTrial } from "./result.ts";

/** 1 and 3 times the powers of ten. */
const LADDER = [1e-6, 3e-6, 1e-5, 3e-5, 1e-4, 3e-4, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
/** Where the grid starts. */
export const GRID: readonly number[] = LADDER.slice(5, 10);
/** Rates added to an end at a time. */
const GROWTH = 2;

type Edge = "low" | "high";

/**
 * What to try next; nothing if the choice among these trials stands. An end where the best lies grows, as long as the other end
 * is clearly worse. If it is not, or if no rate beats a constant prediction, better rates may lie on either side: each end that
 * has not grown yet grows first.
 * @param trials of a grid that began as `GRID`; with any other start, an end grows only if the other is clearly worse
 * @param chance score of a constant prediction on the validation rows
 */
export function nextRates(
  trials: readonly RateTrial[],
  better: "high" | "low",
  chance: number,
): readonly number[] {
  const sign = better === "high" ? 1 : -1;
  const byRate = trials.toSorted((a, b) => a.rate - b.rate);
  const [low, high] = [byRate[0]!, byRate.at(-1)!];
  const { trial, edge } = chooseTrial(trials, better);
  const grow = (end: Edge): readonly number[] =>
    end === "low"
      ? LADDER.filter((rate) => rate < low.rate).slice(-GROWTH)
      : LADDER.filter((rate) => rate > high.rate).slice(0, GROWTH);
  const learned = trials.some(
    ({ validation, diverged }) =>
      !diverged.includes(true) && isBetter(validation.map((score) => sign * (score - chance))),
  );
  const clear = edge !== null && isClearlyWorse(edge === "low" ? high : low, trial, sign);
  if (!learned || (edge !== null && !clear)) {
    const ungrown = [
      ...(low.rate === GRID[0] ? grow("low") : []),
      ...(high.rate === GRID.at(-1) ? grow("high") : []),
    ];
    if (ungrown.length > 0) return ungrown;
  }
  return clear ? grow(edge) : [];
}

/** Whether no seed of one trial reaches any of the other. */
function isClearlyWorse(
  { validation, diverged }: RateTrial,
  than: Pick<RateTrial, "validation">,
  sign: number,
): boolean {
  const most = Math.max(...validation.map((score) => sign * score));
  return (
    diverged.includes(true) ||
    Number.isNaN(most) ||
    most < Math.min(...than.validation.map((score) => sign * score))
  );
}
