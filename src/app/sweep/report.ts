/** The report of a sweep: the best points, what each axis does, and what happened on the way. */
import { median } from "../../core/statistics.ts";
import { html } from "../../report/markup.ts";
import { bulletList, nothingReached, pageHtml } from "../../report/page.ts";
import { dateText, decimal, duration } from "../../report/numbers.ts";
import { type Table, bad, best, cell, none, tableSection } from "../../report/table.ts";
import { ranked } from "./metric.ts";
import type { SweepPoint, SweepResult } from "./result.ts";

/** Rows of the table of the best points. */
const MOST_ROWS = 200;

export interface SweepReport {
  /** The space in words, as it was given. */
  readonly about: string;
  /** What happened besides the results, one sentence each. */
  readonly incidents: readonly string[];
}

export function reportHtml(result: SweepResult, { about, incidents }: SweepReport): string {
  const { points, failed, complete, date, seconds } = result;
  return pageHtml({
    title: "actigrad sweep",
    heading: "Sweep",
    about,
    facts: [
      [
        "Points",
        `${points.length}${failed.length > 0 ? `, and ${failed.flatMap(({ keys }) => keys).length} that failed` : ""}`,
      ],
      ["Time", `${duration(seconds)} over all workers, finished ${dateText(date)}`],
      ["Computed by", [...new Set(points.map(({ where }) => where))].join("; ")],
    ],
    warnings: [
      ...(complete ? [] : ["Incomplete: the run was stopped. Only finished points are shown."]),
      ...failed.map(({ keys, error }) => `Set aside: ${keys.join(", ")}: ${error.message}`),
    ],
    body:
      points.length === 0
        ? [nothingReached]
        : [
            html`<p class="answer">${answerOf(result)}</p>`,
            ...tablesOf(result, MOST_ROWS).map((table) => tableSection(table)),
            html`<h2>What happened</h2>`,
            bulletList(incidents.length === 0 ? ["Nothing unusual."] : incidents),
          ],
  });
}

/** The best point, in a sentence. */
export function answerOf({ points, best: key, metric }: SweepResult): string {
  const first = points.find((point) => point.key === key);
  if (first === undefined) return `None of the ${points.length} points has a ${metric.name}.`;
  return `Best of ${points.length} points: ${first.key}, ${metric.name} ${decimal(first.metrics[metric.name]!)}.`;
}

/** For terminal and report alike: the best points, then each axis. */
export function tablesOf({ points, metric }: SweepResult, rows: number): readonly Table[] {
  const inOrder = ranked(points, metric) as readonly SweepPoint[];
  const first = inOrder[0];
  if (first === undefined) return [];
  const names = Object.keys(first.options).filter((name) => valuesOf(points, name).length > 1);
  const measured = Object.keys(first.metrics).toSorted(
    (a, b) => Number(b === metric.name) - Number(a === metric.name),
  );
  return [
    {
      title:
        inOrder.length > rows
          ? `The best ${rows} of ${inOrder.length} points`
          : `All ${inOrder.length} points`,
      heading: [...names, ...measured],
      rows: inOrder.slice(0, rows).map((point, i) => [
        ...names.map((name) => cell(shown(point.options[name]))),
        ...measured.map((name, m) => {
          const value = point.metrics[name];
          if (value === undefined) return none;
          if (point.diverged) return bad(m === 0 ? "diverged" : "–");
          return best(decimal(value), i === 0 && m === 0);
        }),
      ]),
      notes: [`By ${metric.name}, ${metric.better === "high" ? "the highest" : "the lowest"} first.`],
    },
    ...names.map((name) => axisTable(name, points, metric)),
  ];
}

function axisTable(name: string, points: readonly SweepPoint[], metric: SweepResult["metric"]): Table {
  return {
    title: name,
    heading: [name, "best", "median", "diverged", "points"],
    rows: valuesOf(points, name).map((value) => {
      const own = points.filter(({ options }) => shown(options[name]) === value);
      const finite = ranked(own, metric)
        .map(({ metrics }) => metrics[metric.name] ?? NaN)
        .filter(Number.isFinite);
      const diverged = own.filter((point) => point.diverged).length;
      const figures =
        finite.length === 0 ? [none, none] : [cell(decimal(finite[0]!)), cell(decimal(median(finite)))];
      return [cell(value), ...figures, bad(String(diverged), diverged > 0), cell(String(own.length))];
    }),
    notes: [`${metric.name} of the points with this ${name}.`],
  };
}

const shown = (value: unknown): string => [value].flat().join("/");

const valuesOf = (points: readonly SweepPoint[], name: string): readonly string[] => [
  ...new Set(points.map(({ options }) => shown(options[name]))),
];
