/** The contest's tables, for terminal and report alike. */
import { range } from "../../src/core/statistics.ts";
import { decimal, percent, whole } from "../../src/report/numbers.ts";
import { type Cell as Shown, type Table, bad, best, cell, interval, none } from "../../src/report/table.ts";
import { meanScore, showScore, unitOf } from "./answer.ts";
import { type Pair, type TaskVerdict, type Verdict, againstOf, pairsOf, relativeCost } from "./judge.ts";
import type { ContestResult, TaskResult } from "./result.ts";

/** Over all, then task by task. */
export function tablesOf(result: ContestResult, verdict: Verdict): Table[] {
  if (verdict.refused !== null)
    return result.tasks.filter(({ cells }) => cells.length > 0).map((task) => taskTable(result, task));
  return [
    ...(verdict.overall === undefined || verdict.tasks.size < 2 ? [] : [overallTable(result, verdict)]),
    ...result.tasks.flatMap((task) =>
      task.cells.length === 0 ? [] : [taskTable(result, task, verdict.tasks.get(task.task))],
    ),
  ];
}

const placeCell = (place: number | null): Shown => (place === null ? none : best(String(place), place === 1));
const timesCell = (times: number): Shown => (Number.isNaN(times) ? none : cell(`${times.toFixed(2)} x`));

/** Who stands where over all tasks. */
function overallTable(result: ContestResult, { overall, tasks }: Verdict): Table {
  const { ranked, friedman, descriptive } = overall!;
  const finished = result.tasks.filter(({ task }) => tasks.has(task));
  return {
    title: `Over ${finished.length} tasks`,
    heading: [
      "",
      "activation",
      "mean rank",
      ...finished.map((task) => `${task.task} ${unitOf(task)}`),
      "cost",
    ],
    rows: ranked.map(({ activation, place, mean }) => [
      placeCell(place),
      cell(activation),
      cell(mean.toFixed(2)),
      ...finished.map((task): Shown => {
        const own = task.cells.find((one) => one.activation === activation)!;
        const { learned, place: there } = tasks
          .get(task.task)!
          .ranked.find((one) => one.activation === activation)!;
        if (own.diverged.includes(true)) return bad("diverged");
        const text = showScore(task, meanScore(own));
        return learned ? best(text, there === 1) : bad(text);
      }),
      timesCell(relativeCost(finished, activation)),
    ]),
    notes: [
      `Mean rank: over tasks within each seed, then over seeds; paired t over seeds, adjusted for all pairs (Holm). Activations not told ` +
        `apart at 5 % from the first of a place share it. Cost: milliseconds per step over the cheapest's, averaged over tasks.`,
      `Over tasks: Friedman p ${decimal(friedman.p)} (Iman and Davenport), critical difference ${friedman.criticalDifference.toFixed(2)} ranks (Nemenyi)` +
        `${descriptive ? "; descriptive: fewer than 10 tasks" : ""}.`,
    ],
  };
}

/** Every activation on one task. */
function taskTable(result: ContestResult, task: TaskResult, verdict?: TaskVerdict): Table {
  const { cells, measure, batch, steps, rows, chance, parameters } = task;
  const order =
    verdict?.ranked.map(({ activation }) => activation) ?? cells.map(({ activation }) => activation);
  const first = verdict && againstOf(result, verdict);
  const pairs = new Map(first === undefined ? [] : pairsOf(verdict!, first).map((pair) => [pair.b, pair]));
  const show = (score: number): string => showScore(task, score);
  const ordered = order.flatMap((name) => cells.find(({ activation }) => activation === name) ?? []);
  return {
    title: `${task.task}: ${task.about}`,
    heading: [
      ...(verdict ? [""] : []),
      "activation",
      "rate",
      `test ${{ accuracy: "accuracy %", psnr: "PSNR dB", rmse: "rmse", bits: "bits per character" }[measure]}`,
      "[min, max]",
      ...(verdict ? [`vs ${first}`, "p", ...(task.overlap ? [] : ["sign flips"])] : []),
      "ms per step",
      "parameters",
    ],
    rows: ordered.map((own) => {
      const ranked = verdict?.ranked.find(({ activation }) => activation === own.activation);
      const learned = ranked?.learned ?? true;
      return [
        ...(verdict ? [placeCell(ranked?.place ?? null)] : []),
        cell(own.activation),
        cell(`${own.rate}${own.edge === null ? "" : " (edge)"}`),
        own.diverged.includes(true) ? bad("diverged") : bad(show(meanScore(own)), !learned),
        own.diverged.includes(true) ? none : cell(interval(range(own.scores)!, show)),
        ...(verdict ? pairCells(pairs.get(own.activation), task, verdict) : []),
        own.stepMs === undefined ? none : cell(decimal(own.stepMs.median)),
        cell(whole(own.parameters)),
      ];
    }),
    notes: [
      `${result.level === null ? "" : `Level ${result.level}: `}${whole(steps)} steps of ${batch} rows; ${rows.train} training rows, ` +
        `${rows.validation > 0 ? `${rows.validation} validation rows to choose the rate, ` : ""}${rows.test} test rows. ` +
        `${splitsText(task)}${verdict?.by === "loss" ? "Compared by the logarithm of the loss. " : ""}` +
        `A constant prediction scores ${show(chance)}; the plain network has ${whole(parameters)} parameters.`,
    ],
  };
}

const splitsText = ({ splits, overlap }: TaskResult): string =>
  (splits === undefined ? "" : `The rows are split ${new Set(splits).size} times. `) +
  (overlap ? "Splits share rows: corrected resampled t (Nadeau and Bengio 2003). " : "");

/** A permutation test knows nothing of rows that splits share. */
function pairCells(pair: Pair | undefined, task: TaskResult, { by }: TaskVerdict): Shown[] {
  const flips = (text: string): Shown[] => (task.overlap ? [] : [cell(text)]);
  if (pair === undefined) return [cell(""), cell(""), ...flips("")];
  const text = (value: number): string => {
    const shown = by === "loss" ? value.toFixed(2) : showScore(task, value);
    return value > 0 ? `+${shown}` : shown;
  };
  const { mean, low, high } = pair.difference;
  return [
    cell(`${text(-mean)} [${text(-high)}, ${text(-low)}]`),
    best(shownP(pair.adjusted), pair.apart),
    ...flips(shownP(pair.signFlip)),
  ];
}

const shownP = (p: number): string => (p < 0.001 ? "< 0.001" : p.toFixed(3));

/** Of each activation's layers the worst, task by task. */
export function insideTable({ tasks: reached, activations }: ContestResult): Table {
  const worst = (of: readonly number[]): Shown =>
    of.length === 0 ? none : cell(percent(Math.max(...of), 0));
  return {
    title: "Inside, at the end of training",
    heading: ["activation", ...reached.flatMap(({ task }) => [`${task} dead`, "saturated"])],
    rows: activations.map((name) => [
      cell(name),
      ...reached.flatMap(({ cells }) => {
        const inside = cells.find(({ activation }) => activation === name)?.inside ?? [];
        const saturated = inside.flatMap((layer) => (layer.saturated === undefined ? [] : [layer.saturated]));
        return [worst(inside.map(({ dead }) => dead)), worst(saturated)];
      }),
    ]),
    notes: [
      "In the layer with the most: units that no row gives a gradient, and (row, unit) pairs where less than a hundredth of the " +
        "gradient passes. Medians over seeds.",
    ],
  };
}
