/** The search as a strategy of a sweep: rounds of cells of the contest, decided by seed and cells only. */
import type { Cell } from "../../../bench/contest/result.ts";
import type { Level } from "../../../bench/contest/task.ts";
import { type TaskName, tasks as allTasks } from "../../../bench/contest/tasks/index.ts";
import { type SweepJob, checkJob } from "../sweep/job.ts";
import type { Finished, Strategy } from "../sweep/strategy.ts";
import { type Ask, type CellsOf, Evolution } from "./evolution.ts";

/** Without the user's own data. */
export type SearchTask = Exclude<TaskName, "own">;

/** Everything that decides the jobs. */
export interface SearchPlan {
  readonly tasks: readonly SearchTask[];
  readonly level: Level;
  readonly population: number;
  readonly seed: number;
}

/** After this no further generation is begun: only whole rounds count. */
export interface SearchLimits {
  readonly rounds: number;
  /** Seconds computed by jobs, summed over all workers. */
  readonly seconds: number;
}

/** A brief training takes this fraction of the level's steps, and these rates. */
const BRIEF = 3;
const RATES: readonly number[] = [0.003, 0.01, 0.03];
/** For those trained as the contest does: the fewest that it ranks. */
export const SEEDS = 5;

export interface SearchStrategy extends Strategy {
  readonly evolution: Evolution;
  /** The cells of an activation that was trained as the contest does, by task. */
  wholeCells(activation: string): ReadonlyMap<SearchTask, Cell>;
}

export function searchStrategy(plan: SearchPlan, limits: SearchLimits): SearchStrategy {
  const evolution = new Evolution(plan);
  const cells = new Map<string, Cell>();
  const nameOf = ({ activation, rung }: Ask, task: string): string => `${activation} on ${task}, ${rung}`;
  const cellsOf: CellsOf = (ask) => plan.tasks.map((task) => cells.get(nameOf(ask, task)));
  /** Of each round. */
  const asked: (readonly Ask[])[] = [];
  let closed = false;
  const jobOf = (ask: Ask, task: SearchTask, id: string): SweepJob => {
    const { level } = plan;
    const brief = {
      steps: Math.ceil(allTasks[task].sizes[level].steps / BRIEF),
      rates: RATES,
      seeds: 1,
    };
    return checkJob({
      kind: "cell",
      id,
      key: nameOf(ask, task),
      task,
      level,
      activation: ask.activation,
      ...(ask.rung === "brief" ? brief : { seeds: SEEDS }),
    });
  };
  const isOver = (rounds: readonly (readonly Finished[])[]): boolean =>
    rounds.length >= limits.rounds || secondsOf(rounds) >= limits.seconds;
  return {
    evolution,
    wholeCells: (activation) =>
      new Map(
        plan.tasks.flatMap((task) => {
          const cell = cells.get(nameOf({ activation, rung: "whole" }, task));
          return cell === undefined ? [] : [[task, cell] as const];
        }),
      ),
    next(rounds) {
      // Rounds that came since the last call; all of them when a journal is resumed.
      while (asked.length <= rounds.length) {
        const taken = asked.length;
        for (const { result } of rounds[taken - 1] ?? [])
          if ("points" in result) for (const { key, cell } of result.points) if (cell) cells.set(key, cell);
        if (taken > 0) evolution.take(asked[taken - 1]!, cellsOf);
        const over = taken > 0 && isOver(rounds.slice(0, taken));
        asked.push(closed ? [] : evolution.next(over));
        closed ||= over;
      }
      const round = rounds.length + 1;
      return asked[rounds.length]!.flatMap((ask, i) =>
        plan.tasks.map((task) => jobOf(ask, task, `${round}-${i}-${task}`)),
      );
    },
  };
}

/** Seconds computed by jobs, summed over all workers. */
export const secondsOf = (rounds: readonly (readonly Finished[])[]): number =>
  rounds.flat().reduce((sum, { result }) => sum + ("points" in result ? result.seconds : 0), 0);
