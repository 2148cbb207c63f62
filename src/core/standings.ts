/**
 * How things that were trained with several learning rates and seeds stand against each other: each at its own best rate, chosen
 * on validation rows, judged on test rows by paired differences. Pure: whoever trains them brings the scores.
 */
import { type MeanInterval, type Spread, mean, median, pairedInterval, range } from "./statistics.ts";

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

export interface Entry {
  readonly name: string;
  readonly trials: readonly Trial[];
}

/** How the scores came about. */
export interface Protocol {
  /** Accuracies are better "high", errors "low". */
  readonly better: "high" | "low";
  /** What whoever learned nothing scores on the test rows of each seed: the majority class, or the mean of the targets. */
  readonly chance: readonly number[];
  /** Which split of the rows each seed has, by number. */
  readonly splits: readonly number[];
  /** Rows tested on for each that is trained on, where splits are drawn anew from the same rows; else 0. */
  readonly overlap: number;
}

export interface Standing {
  readonly name: string;
  /** 1 is best; those whose difference may be 0 share one. Null where it diverged at every rate. */
  readonly place: number | null;
  /** Chosen on the validation rows. */
  readonly rate: number;
  readonly edge: ChosenTrial["edge"];
  /** Mean on the validation rows; null without any. */
  readonly validation: number | null;
  /** Mean, median, least and greatest on the test rows. */
  readonly test: Spread & { readonly mean: number };
  /** Mean of own less other's on the test rows, with an interval where there are two or more; null for the other itself. */
  readonly difference: (MeanInterval | { readonly mean: number }) | null;
  /** False where the median is no better than chance. */
  readonly learned: boolean;
  /** Seeds that diverged at the chosen rate. */
  readonly diverged: number;
}

export interface Standings {
  /** Whom the differences are to: the baseline, or the best. */
  readonly against: string | null;
  /** Of all intervals together (Bonferroni). */
  readonly level: number;
  /** The best first. */
  readonly rows: readonly Standing[];
}

const LEVEL = 0.95;

/** @param baseline whom to compare with; by default the best */
export function standingsOf(entries: readonly Entry[], protocol: Protocol, baseline?: string): Standings {
  const sign = protocol.better === "high" ? 1 : -1;
  const chosen = entries.map((entry) => ({
    name: entry.name,
    ...chooseTrial(entry.trials, protocol.better),
  }));
  const valid = chosen.filter(({ trial }) => !trial.diverged.includes(true));
  const ordered = valid.toSorted((a, b) => sign * (mean(b.trial.test) - mean(a.trial.test)));
  const others = Math.max(1, entries.length - 1);
  const compare = (own: Chosen, other: Chosen): NonNullable<Standing["difference"]> =>
    differenceOf(own.trial.test, other.trial.test, protocol, 1 - (1 - LEVEL) / others);
  const against =
    ordered.find(({ name }) => name === baseline) ?? (baseline === undefined ? ordered[0] : undefined);

  const places = new Map<string, number>();
  let leader = ordered[0];
  for (const [i, own] of ordered.entries()) {
    if (leader === undefined || (own !== leader && !mayBeZero(compare(own, leader)))) leader = own;
    places.set(own.name, places.get(leader.name) ?? i + 1);
  }
  const stand = (own: Chosen): Standing => {
    const { test, validation, diverged, rate } = own.trial;
    const over = test.map((score, i) => sign * (score - protocol.chance[i]!));
    const place = places.get(own.name) ?? null;
    return {
      name: own.name,
      place,
      rate,
      edge: own.edge,
      validation: validation.length === 0 ? null : mean(validation),
      test: { mean: mean(test), ...range(test)! },
      difference: place === null || against === undefined || own === against ? null : compare(own, against),
      learned: place !== null && median(over) > 0,
      diverged: diverged.filter(Boolean).length,
    };
  };
  const rows = [...ordered, ...chosen.filter((own) => !valid.includes(own))].map(stand);
  return { against: against?.name ?? null, level: LEVEL, rows };
}

/** The trial at the best rate, and the end of the grid at which it lies, beyond which there may be a better one. */
export interface ChosenTrial {
  readonly trial: Trial;
  readonly edge: "low" | "high" | null;
}

interface Chosen extends ChosenTrial {
  readonly name: string;
}

/**
 * The rate whose mean score on the validation rows is best, then whose loss is least; one at which a seed diverged comes last.
 * Of equals the lowest.
 */
export function chooseTrial(trials: readonly Trial[], better: Protocol["better"]): ChosenTrial {
  const sign = better === "high" ? 1 : -1;
  const byRate = trials.toSorted((a, b) => a.rate - b.rate);
  const badness = ({ validation, validationLoss, diverged }: Trial): readonly number[] => [
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

/** Seeds of one split are averaged first where there are several splits: they share their rows. */
function differenceOf(
  own: readonly number[],
  other: readonly number[],
  { splits, overlap }: Protocol,
  level: number,
): MeanInterval | { readonly mean: number } {
  const each = own.map((score, i) => score - other[i]!);
  const numbers = [...new Set(splits)];
  const differences =
    numbers.length === 1 ? each : numbers.map((number) => mean(each.filter((_, i) => splits[i] === number)));
  const correction = numbers.length === 1 ? 0 : overlap;
  return pairedInterval(differences, level, correction) ?? { mean: mean(each) };
}

/** A difference without an interval decides nothing, unless it is 0 itself. */
const mayBeZero = (difference: MeanInterval | { readonly mean: number }): boolean =>
  !("low" in difference) || (difference.low <= 0 && difference.high >= 0);
