/** Compares two results of the contest: of two adapters, or of two versions of the engine. */
import { ActigradError } from "../../src/core/errors.ts";
import { holm, pairedTest } from "../../src/core/significance.ts";
import { mean, pairedInterval } from "../../src/core/statistics.ts";
import { adapterName, dateText } from "../../src/report/numbers.ts";
import { type Table, bad, best, cell, none } from "../../src/report/table.ts";
import type { BenchResult } from "../result.ts";
import { showScore, unitOf } from "./answer.ts";
import { relativeCost } from "./judge.ts";
import type { Cell, ContestResult, TaskResult } from "./result.ts";

/** One activation on one task in both. */
export interface CellDifference {
  readonly task: TaskResult;
  readonly before: Cell;
  readonly now: Cell;
  /** Now minus before, seed by seed. */
  readonly differences: readonly number[];
  /** From a paired t test, adjusted for all cells (Holm); 1 if every seed's score is the same. */
  readonly adjusted: number;
}

/**
 * @throws ActigradError "data" for results that cannot be compared: another protocol, level, number of seeds or start, or nothing
 * in common
 */
export function diffContests(before: ContestResult, now: ContestResult): CellDifference[] {
  for (const key of ["protocol", "level", "seeds", "init"] as const) {
    if (before[key] === now[key]) continue;
    throw new ActigradError("data", `bench diff: ${key} differs, ${before[key]} and ${now[key]}`, {
      hint: "run both contests with the same options",
    });
  }
  const pairs = now.tasks.flatMap((task) => {
    const cells = before.tasks.find((other) => other.task === task.task)?.cells ?? [];
    return task.cells.flatMap((own) => {
      const other = cells.find(({ activation }) => activation === own.activation);
      if (other === undefined) return [];
      return [
        {
          task,
          before: other,
          now: own,
          differences: own.scores.map((score, s) => score - other.scores[s]!),
        },
      ];
    });
  });
  if (pairs.length === 0)
    throw new ActigradError("data", "bench diff: the results have no task and activation in common");
  const adjusted = holm(pairs.map(({ differences }) => pairedTest(differences)));
  return pairs.map((pair, i) => ({ ...pair, adjusted: adjusted[i]! }));
}

export function diffTable(before: BenchResult, now: BenchResult): Table {
  const [a, b] = [before.results.contest, now.results.contest];
  if (a === undefined || b === undefined)
    throw new ActigradError(
      "data",
      `bench diff: the ${a === undefined ? "first" : "second"} file has no contest`,
    );
  const cells = diffContests(a, b);
  const apart = cells.filter(({ adjusted }) => adjusted <= 0.05).length;
  const same = cells.filter(({ differences }) => differences.every((d) => d === 0)).length;
  return {
    title: `${same} of ${cells.length} cells are the same in every seed, ${apart} are told apart`,
    heading: ["task", "activation", "rate", "before", "now", "difference", "p", "cost before", "now"],
    rows: cells.map(({ task, before: old, now: own, differences, adjusted }) => {
      const show = (score: number): string => showScore(task, score);
      const range = pairedInterval(differences, 0.95);
      const signed = (value: number): string => `${value > 0 ? "+" : ""}${show(value)}`;
      const shown = range && `${signed(range.mean)} [${signed(range.low)}, ${signed(range.high)}]`;
      const cost = (of: ContestResult) => {
        const times = relativeCost(
          of.tasks.filter((other) => other.task === task.task),
          own.activation,
        );
        return Number.isNaN(times) ? none : cell(`${times.toFixed(2)} x`);
      };
      return [
        cell(`${task.task} ${unitOf(task)}`),
        cell(own.activation),
        own.rate === old.rate ? cell(String(own.rate)) : bad(`${old.rate} to ${own.rate}`),
        cell(show(mean(old.scores))),
        cell(show(mean(own.scores))),
        differences.every((d) => d === 0) ? cell("none") : cell(shown ?? signed(differences[0]!)),
        best(
          Number.isNaN(adjusted) ? "–" : adjusted < 0.001 ? "< 0.001" : adjusted.toFixed(3),
          adjusted <= 0.05,
        ),
        cost(a),
        cost(b),
      ];
    }),
    notes: [
      `Before: ${about(before)}. Now: ${about(now)}.`,
      "Differences are taken seed by seed; p of a paired t test, adjusted for all cells (Holm). Cost: relative to the cheapest activation's step on the same task.",
    ],
  };
}

const about = ({ adapter, host, date }: BenchResult): string =>
  `${adapterName(adapter)}, ${host}, ${dateText(date)}`;
