/** The end of a search: the options of the contests, and the overall result. Pure. */
import {
  type Cell,
  type ContestOptions,
  type ContestResult,
  PROTOCOL,
  type TaskResult,
} from "../../../bench/contest/result.ts";
import { tasks as allTasks } from "../../../bench/contest/tasks/index.ts";
import { mean } from "../../core/statistics.ts";
import { REFERENCE } from "./evolution.ts";
import { recordNamed } from "./report.ts";
import type { Finalist, SearchResult } from "./result.ts";
import { SEEDS, type SearchPlan, type SearchStrategy, type SearchTask } from "./strategy.ts";

/** Formulas in the last comparison on the search's own tasks. */
const FINALISTS = 4;
/** What the best is compared with. */
const BASELINES = ["relu", "gelu", "swiglu"];
/** On tasks that the search did not see: the contest's own number. */
const UNSEEN_SEEDS = 10;

const optionsOf = (
  { level }: SearchPlan,
  activations: readonly string[],
  tasks: readonly SearchTask[],
  seeds: number,
): ContestOptions => ({
  activations: [...new Set([...activations, ...BASELINES])],
  tasks,
  level,
  seeds,
  init: "fitting",
});

const finalistsOf = ({ evolution }: SearchStrategy) => evolution.finalists.slice(0, FINALISTS);

/** The finalists and the baselines on the tasks of the search. */
export const ownOptions = (plan: SearchPlan, strategy: SearchStrategy): ContestOptions =>
  optionsOf(
    plan,
    finalistsOf(strategy).map(({ activation }) => activation),
    plan.tasks,
    SEEDS,
  );

/** The best and the baselines on other tasks. */
export const unseenOptions = (
  plan: SearchPlan,
  strategy: SearchStrategy,
  tasks: readonly SearchTask[],
): ContestOptions =>
  optionsOf(
    plan,
    finalistsOf(strategy)
      .slice(0, 1)
      .map(({ activation }) => activation),
    tasks,
    UNSEEN_SEEDS,
  );

/** The cells that the search has already trained, as an earlier run of that contest. */
export function earlierOf(
  { level }: SearchPlan,
  strategy: SearchStrategy,
  options: ContestOptions,
): ContestResult {
  const { activations, tasks, seeds, init } = options;
  const cells = (task: SearchTask): Cell[] =>
    activations.flatMap((activation) => strategy.wholeCells(activation).get(task) ?? []);
  return {
    protocol: PROTOCOL,
    level,
    seeds,
    init,
    activations,
    asked: tasks,
    tasks: (tasks as readonly SearchTask[]).map((task): TaskResult => {
      const { about, measure, sizes } = allTasks[task];
      const { batch, steps } = sizes[level];
      const rest = { rows: { train: 0, validation: 0, test: 0 }, parameters: 0, chance: 0 };
      return { task, about, measure, batch, steps, ...rest, cells: cells(task) };
    }),
  };
}

/** Milliseconds per step relative to the reference's, the mean over the tasks. */
function costOf(own: ContestResult | undefined, activation: string): number | null {
  const ratios = (own?.tasks ?? []).flatMap(({ cells }) => {
    const [mine, other] = [activation, REFERENCE].map(
      (name) => cells.find((one) => one.activation === name)?.stepMs?.median,
    );
    return mine === undefined || other === undefined ? [] : [mine / other];
  });
  return ratios.length === 0 ? null : mean(ratios);
}

export type Reached = Pick<
  SearchResult,
  "complete" | "plan" | "rounds" | "seconds" | "own" | "unseen" | "adapter" | "host"
>;

export function resultOf(strategy: SearchStrategy, reached: Reached): Omit<SearchResult, "format" | "date"> {
  const { evolution } = strategy;
  const best = finalistsOf(strategy);
  const reference = evolution.finalists.find(({ activation }) => activation === REFERENCE);
  const shown = [...best, ...(reference && !best.includes(reference) ? [reference] : [])].filter(
    (one, i, all) => all.findIndex(({ activation }) => activation === one.activation) === i,
  );
  const priced = shown.map(({ activation, formula, round, losses }) => {
    const { f, dfdx, dfdp } = recordNamed(activation).wgsl;
    return {
      activation,
      formula,
      round,
      losses,
      ratio: Math.exp(losses.whole!),
      cost: costOf(reached.own, activation),
      wgsl: { f, dfdx, ...(dfdp && { dfdp: dfdp as Readonly<Record<string, string>> }) },
    };
  });
  type Priced = (typeof priced)[number];
  const beats = (a: Priced, b: Priced): boolean =>
    a.ratio <= b.ratio && a.cost! <= b.cost! && (a.ratio < b.ratio || a.cost! < b.cost!);
  return {
    ...reached,
    progress: evolution.progress,
    members: evolution.members.map(({ activation, formula, round, losses }) => ({
      activation,
      formula,
      round,
      losses,
    })),
    finalists: priced.map((one): Finalist => ({
      ...one,
      front: one.cost !== null && !priced.some((other) => other.cost !== null && beats(other, one)),
    })),
  };
}
