/** Which learning rates are tried: a grid that grows until its best is told from its ends. Pure. */
import { chooseTrial } from "../../src/core/trials.ts";
import { isBetter } from "./judge.ts";
import type { RateTrial } from "./result.ts";

/** 1 and 3 times the powers of ten. */
const LADDER = [1e-6, 3e-6, 1e-5, 3e-5, 1e-4, 3e-4, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
/** Where the grid starts. */
export const GRID: readonly number[] = LADDER.slice(5, 10);
/** Rates by which an end grows at a time. */
const GROWTH = 2;

type Edge = "low" | "high";

/**
 * What to try next; nothing where the choice among these trials stands. An end at which the best lies grows, as long as the other
 * end is clearly worse. Where it is not, or where no rate is better than a constant prediction, it is not known on which side better
 * ones lie: each end that has not grown yet grows first.
 * @param trials of a grid that began as `GRID`; of one that began otherwise an end grows only where the other is clearly worse
 * @param chance what a constant prediction scores on the validation rows
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

/** Whether no seed of one trial comes up to any of the other. */
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
