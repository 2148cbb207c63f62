/** Compares several competitors over several tasks by ranks: Friedman's test and Nemenyi's critical difference (Demšar 2006). */
import { fTail, rangeQuantile } from "./distributions.ts";
import { mean } from "./statistics.ts";

/** Ranks of scores, 1 for the best; ties share the mean of their ranks. @param better whether high or low scores are better */
export function ranksOf(scores: readonly number[], better: "high" | "low"): number[] {
  const sign = better === "high" ? -1 : 1;
  return scores.map((own) => {
    const before = scores.filter((other) => sign * other < sign * own).length;
    const equal = scores.filter((other) => other === own).length;
    return before + (equal + 1) / 2;
  });
}

export interface Friedman {
  /** One entry per competitor. */
  readonly meanRanks: readonly number[];
  readonly chiSquare: number;
  /** Iman and Davenport's form, which is less conservative. */
  readonly f: number;
  /** p of F: how often ranks would differ this much if all were alike. */
  readonly p: number;
  /** Mean ranks that differ by more than this are told apart at 5 % (Nemenyi). */
  readonly criticalDifference: number;
}

/** @param ranks [task][competitor] */
export function friedman(ranks: readonly (readonly number[])[]): Friedman {
  const n = ranks.length;
  const k = ranks[0]!.length;
  const meanRanks = ranks[0]!.map((_, j) => mean(ranks.map((own) => own[j]!)));
  const squares = meanRanks.reduce((sum, rank) => sum + rank * rank, 0);
  const chiSquare = ((12 * n) / (k * (k + 1))) * (squares - (k * (k + 1) ** 2) / 4);
  const f = ((n - 1) * chiSquare) / (n * (k - 1) - chiSquare);
  return {
    meanRanks,
    chiSquare,
    f,
    p: n < 2 ? NaN : fTail(f < 0 ? Infinity : f, k - 1, (k - 1) * (n - 1)),
    criticalDifference: (rangeQuantile(0.95, k) / Math.SQRT2) * Math.sqrt((k * (k + 1)) / (6 * n)),
  };
}
