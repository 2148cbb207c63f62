/** Chooses the best of several learning rates on validation rows. Pure: the caller supplies the scores. */
import { mean } from "./statistics.ts";

/** The seeds' results at one learning rate; a seed has the same index in every list. */
export interface Trial {
  readonly rate: number;
  /** Scores on validation rows; empty if there is only one rate. */
  readonly validation: readonly number[];
  /** Losses on validation rows, which decide between rates with equal scores. */
  readonly validationLoss: readonly number[];
  readonly test: readonly number[];
  /** Whether a seed's loss became non-finite: its scores are then ignored. */
  readonly diverged: readonly boolean[];
}

/** The part of a trial that decides. */
export type Validated = Omit<Trial, "test">;

/** The trial at the best rate, and the end of the grid that it lies at, beyond which there may be a better rate. */
export interface ChosenTrial<T extends Validated = Trial> {
  readonly trial: T;
  readonly edge: "low" | "high" | null;
}

/**
 * The rate with the best mean score on the validation rows, then with the smallest loss; rates at which a seed diverged come
 * last. Of equals, the lowest.
 */
export function chooseTrial<T extends Validated>(
  trials: readonly T[],
  better: "high" | "low",
): ChosenTrial<T> {
  const sign = better === "high" ? 1 : -1;
  const byRate = trials.toSorted((a, b) => a.rate - b.rate);
  const badness = ({ validation, validationLoss, diverged }: T): readonly number[] => [
    diverged.filter(Boolean).length,
    validation.length === 0 ? 0 : -sign * mean(validation),
    validationLoss.length === 0 ? 0 : mean(validationLoss),
  ];
  const trial = byRate.toSorted((a, b) => order(badness(a), badness(b)))[0]!;
  const at = byRate.indexOf(trial);
  const edge = byRate.length < 2 ? null : at === 0 ? "low" : at === byRate.length - 1 ? "high" : null;
  return { trial, edge };
}

/** Lexicographic; NaN comes last. */
function order(a: readonly number[], b: readonly number[]): number {
  for (const [i, x] of a.entries()) {
    const y = b[i]!;
    const by = Number.isNaN(x) || Number.isNaN(y) ? Number(Number.isNaN(x)) - Number(Number.isNaN(y)) : x - y;
    if (by !== 0) return by;
  }
  return 0;
}
