/** Which of several learning rates is best: chosen on validation rows. Pure: whoever trains brings the scores. */
import { mean } from "./statistics.ts";

/** What the seeds gave at one learning rate; the scores of one seed stand at one place in every list. */
export interface Trial {
  readonly rate: number;
  /** Scores on validation rows; empty where there is but one rate and nothing to choose. */
  readonly validation: readonly number[];
  /** Losses there: they decide between rates of equal scores. */
  readonly validationLoss: readonly number[];
  readonly test: readonly number[];
  /** Whether the training of a seed ran into a loss that is not finite: its scores are no result. */
  readonly diverged: readonly boolean[];
}

/** What of a trial decides. */
export type Validated = Omit<Trial, "test">;

/** The trial at the best rate, and the end of the grid at which it lies, beyond which there may be a better one. */
export interface ChosenTrial<T extends Validated = Trial> {
  readonly trial: T;
  readonly edge: "low" | "high" | null;
}

/**
 * The rate whose mean score on the validation rows is best, then whose loss is least; one at which a seed diverged comes last.
 * Of equals the lowest.
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
