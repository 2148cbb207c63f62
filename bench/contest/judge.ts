/** A contest's verdict: who is told apart from whom, which to take, and why. Pure: computed from the cells only. */
import { type Friedman, friedman, ranksOf } from "../../src/core/ranks.ts";
import { holm, pairedTest, signFlipTest } from "../../src/core/significance.ts";
import { type MeanInterval, mean, median, pairedInterval } from "../../src/core/statistics.ts";
import type { Cell, ContestResult, TaskResult } from "./result.ts";
import { betterOf } from "./task.ts";

/** With fewer seeds nothing is ranked: a paired t then has too few degrees of freedom to tell anything apart. */
export const LEAST_SEEDS = 5;
/** With fewer tasks mean ranks only describe these tasks (Demšar 2006). */
export const LEAST_TASKS = 10;
const LEVEL = 0.05;

/** The part of a cell that is judged and reported. */
export type JudgedCell = Pick<
  Cell,
  "activation" | "rate" | "edge" | "scores" | "losses" | "diverged" | "stepMs"
>;

export interface JudgedTask extends Pick<
  TaskResult,
  "task" | "measure" | "rows" | "splits" | "overlap" | "chance"
> {
  readonly cells: readonly JudgedCell[];
}

/** Scores by activation and seed, from a contest or elsewhere. */
export interface JudgedContest extends Pick<ContestResult, "seeds" | "activations" | "baseline" | "asked"> {
  readonly tasks: readonly JudgedTask[];
}

/** Two activations compared seed by seed. */
export interface Pair {
  readonly a: string;
  readonly b: string;
  /** a minus b, with a 95 % interval for this pair alone. */
  readonly difference: MeanInterval;
  /** Of a paired t test. */
  readonly p: number;
  /** Adjusted for all pairs (Holm). */
  readonly adjusted: number;
  /** From the permutation test, for this pair alone. */
  readonly signFlip: number;
  readonly apart: boolean;
}

export interface Ranked {
  readonly activation: string;
  /** 1 is best; those not told apart from the first of a place share it. Null for diverged ones. */
  readonly place: number | null;
  readonly mean: number;
  /** False if these seeds do not show it to be better than a constant prediction. */
  readonly learned: boolean;
}

export interface TaskVerdict {
  /** Scores, or the losses on the test rows if the scores are at their ceiling. */
  readonly by: "score" | "loss";
  readonly better: "high" | "low";
  /** The best first. */
  readonly ranked: readonly Ranked[];
  readonly pairs: readonly Pair[];
}

/** Why nothing is ranked: too few seeds or splits, only one activation, or no task that all have finished. */
export type Refusal =
  | { readonly kind: "seed" | "split"; readonly count: number }
  | { readonly kind: "alone" }
  | { readonly kind: "unfinished" };

export interface Verdict {
  /** There are then no pairs and no places. */
  readonly refused: Refusal | null;
  readonly tasks: ReadonlyMap<string, TaskVerdict>;
  /** Over all tasks: seeds' mean ranks, paired. Undefined if a task is missing. */
  readonly overall?: TaskVerdict & { readonly friedman: Friedman; readonly descriptive: boolean };
  /**
   * Not told apart from the best over all tasks, and not beaten on some task by another of these without beating it on any; the
   * cheapest first.
   */
  readonly take: readonly string[];
}

/** A competitor's scores, one per seed; `out` if it has no result. */
export interface Column {
  readonly name: string;
  readonly values: readonly number[];
  readonly out: boolean;
  readonly learned: boolean;
}

/** How the seeds' rows are related; by default each seed is independent. */
export type Splits = Pick<TaskResult, "splits" | "overlap">;

/**
 * The values to compare: the seeds', or the splits' means if rows are split several times, because seeds of one split share its
 * rows.
 */
function bySplit(values: readonly number[], { splits }: Splits): readonly number[] {
  if (splits === undefined) return values;
  return [...new Set(splits)].map((own) => mean(values.filter((_, i) => splits[i] === own)));
}

/** Pairs and places of columns. */
export function rank(
  columns: readonly Column[],
  better: "high" | "low",
  splits: Splits = {},
): Pick<TaskVerdict, "ranked" | "pairs"> {
  const { overlap } = splits;
  const sign = better === "high" ? 1 : -1;
  const valid = columns.filter(({ out }) => !out);
  const ordered = valid.toSorted((a, b) => sign * (mean(b.values) - mean(a.values)));
  const all = ordered.flatMap((a, i) =>
    ordered.slice(i + 1).map((b) => {
      const each = a.values.map((value, s) => value - b.values[s]!);
      const differences = bySplit(each, splits);
      return { a: a.name, b: b.name, differences, p: pairedTest(differences, overlap) };
    }),
  );
  const adjusted = holm(all.map(({ p }) => p));
  const pairs = all.map(({ a, b, differences, p }, i): Pair => ({
    a,
    b,
    difference: pairedInterval(differences, 1 - LEVEL, overlap)!,
    p,
    adjusted: adjusted[i]!,
    signFlip: signFlipTest(differences),
    apart: adjusted[i]! <= LEVEL,
  }));
  const apart = (a: string, b: string): boolean =>
    pairs.some((pair) => pair.apart && ((pair.a === a && pair.b === b) || (pair.a === b && pair.b === a)));
  const places = new Map<string, number>();
  let leader = ordered[0];
  for (const [i, own] of ordered.entries()) {
    if (leader === undefined || apart(own.name, leader.name)) leader = own;
    places.set(own.name, places.get(leader.name) ?? i + 1);
  }
  const ranked = [...ordered, ...columns.filter(({ out }) => out)].map(({ name, values, learned }) => ({
    activation: name,
    place: places.get(name) ?? null,
    mean: mean(values),
    learned,
  }));
  return { ranked, pairs };
}

/**
 * Accuracies within half a row of 1 for half of the seeds with a result say little, so losses are compared instead, by their
 * logarithms because they differ by factors.
 */
function saturated({ measure, rows, cells }: JudgedTask): boolean {
  if (measure !== "accuracy") return false;
  const valid = cells.filter(({ diverged }) => !diverged.includes(true));
  const full = valid.filter(({ scores }) => median(scores) > 1 - 0.5 / rows.test);
  return valid.length > 0 && full.length * 2 >= valid.length;
}

/** Whether the seeds' differences are above 0 in the mean, and not by chance. */
export const isBetter = (over: readonly number[], splits: Splits = {}): boolean =>
  mean(over) > 0 && pairedTest(bySplit(over, splits), splits.overlap) <= LEVEL;

/** Better than a constant prediction. */
function learnedOf(task: JudgedTask, { scores, diverged }: JudgedCell): boolean {
  if (diverged.includes(true)) return false;
  const sign = betterOf(task.measure) === "high" ? 1 : -1;
  return isBetter(
    scores.map((score) => sign * (score - task.chance)),
    task,
  );
}

export function judgeTask(task: JudgedTask): TaskVerdict {
  const by = saturated(task) ? "loss" : "score";
  const better = by === "loss" ? "low" : betterOf(task.measure);
  const columns = task.cells.map((cell): Column => ({
    name: cell.activation,
    values: by === "loss" ? cell.losses.map((loss) => Math.log(Math.max(loss, 1e-12))) : cell.scores,
    out: cell.diverged.includes(true),
    learned: learnedOf(task, cell),
  }));
  return { by, better, ...rank(columns, better, task) };
}

/** Ranks on a task for each seed: [activation][seed]. Those without a result come last. */
function ranksBySeed(task: JudgedTask, { by, better }: TaskVerdict): ReadonlyMap<string, readonly number[]> {
  const worst = better === "high" ? -Infinity : Infinity;
  const columns = task.cells.map(({ scores, losses, diverged }) =>
    (by === "loss" ? losses : scores).map((value) =>
      diverged.includes(true) || Number.isNaN(value) ? worst : value,
    ),
  );
  const seeds = columns[0]?.length ?? 0;
  const bySeed = Array.from({ length: seeds }, (_, s) =>
    ranksOf(
      columns.map((own) => own[s]!),
      better,
    ),
  );
  return new Map(task.cells.map(({ activation }, i) => [activation, bySeed.map((ranks) => ranks[i]!)]));
}

/** What differences are taken over. */
function unitsOf({ seeds, tasks }: JudgedContest): readonly [count: number, what: "seed" | "split"] {
  const splits = tasks.flatMap(({ splits: own }) => (own === undefined ? [] : [new Set(own).size]));
  return splits.length === 0 ? [seeds, "seed"] : [Math.min(...splits), "split"];
}

export function judge(result: JudgedContest): Verdict {
  const { seeds, activations } = result;
  const [count, kind] = unitsOf(result);
  const refused: Refusal | undefined =
    count < LEAST_SEEDS ? { kind, count } : activations.length < 2 ? { kind: "alone" } : undefined;
  if (refused !== undefined) return { refused, tasks: new Map(), take: [] };
  const whole = result.tasks.filter(({ cells }) => cells.length === activations.length);
  const tasks = new Map(whole.map((task) => [task.task, judgeTask(task)]));
  if (whole.length === 0) return { refused: { kind: "unfinished" }, tasks, take: [] };
  const ranks = whole.map((task) => ranksBySeed(task, tasks.get(task.task)!));
  const columns = activations.map((name): Column => {
    const own = ranks.map((of) => of.get(name)!);
    const cells = whole.map(({ cells: all }) => all.find(({ activation }) => activation === name)!);
    return {
      name,
      values: Array.from({ length: seeds }, (_, s) => mean(own.map((bySeed) => bySeed[s]!))),
      out: cells.every(({ diverged }) => diverged.includes(true)),
      learned: whole.every((task, i) => learnedOf(task, cells[i]!)),
    };
  });
  const only = whole.length === 1 ? tasks.get(whole[0]!.task)! : undefined;
  const verdict = only ?? { by: "score" as const, better: "low" as const, ...rank(columns, "low") };
  const meanRanks = ranks.map((of) => activations.map((name) => mean(of.get(name)!)));
  const first = verdict.ranked.filter(({ place }) => place === 1).map(({ activation }) => activation);
  const beats = (a: string, b: string): boolean =>
    [...tasks.values()].some(({ pairs }) => pairs.some((pair) => pair.apart && pair.a === a && pair.b === b));
  const dominated = (name: string): boolean =>
    first.some((other) => beats(other, name) && !beats(name, other));
  const learned = new Map(columns.map((column) => [column.name, column.learned]));
  const cost = (name: string): number => relativeCost(whole, name);
  return {
    refused: null,
    tasks,
    overall: {
      ...verdict,
      friedman: friedman(meanRanks.map((own) => ranksOf(own, "low"))),
      descriptive: whole.length < LEAST_TASKS,
    },
    take: first.filter((name) => learned.get(name) && !dominated(name)).toSorted((a, b) => cost(a) - cost(b)),
  };
}

/** The pairs of one with each other, oriented so that it comes first. */
export const pairsOf = ({ pairs }: TaskVerdict, name: string): readonly Pair[] =>
  pairs.flatMap((pair) => {
    if (pair.a === name) return [pair];
    if (pair.b !== name) return [];
    const { mean: middle, low, high } = pair.difference;
    return [{ ...pair, a: pair.b, b: pair.a, difference: { mean: -middle, low: -high, high: -low } }];
  });

/** The one that the others are compared with. */
export const againstOf = ({ baseline }: Pick<JudgedContest, "baseline">, { ranked }: TaskVerdict): string =>
  ranked.find(({ activation, place }) => activation === baseline && place !== null)?.activation ??
  ranked[0]!.activation;

/** Milliseconds per step relative to the cheapest, averaged over tasks; NaN if not measured. */
export function relativeCost(tasks: readonly JudgedTask[], name: string): number {
  const each = tasks.flatMap(({ cells }) => {
    const times = cells.flatMap(({ stepMs }) => (stepMs === undefined ? [] : [stepMs.median]));
    const own = cells.find(({ activation }) => activation === name)?.stepMs;
    return own === undefined ? [] : [own.median / Math.min(...times)];
  });
  return each.length === 0 ? NaN : mean(each);
}
