/** The contest's part of the report: which to take, by how much, at what cost, and what happened inside. */
import { median, range } from "../../src/core/statistics.ts";
import { type BarRow, barChart } from "../../src/report/bars.ts";
import { type CurvePoint, curveCharts } from "../../src/report/curves.ts";
import { csvField } from "../../src/report/csv.ts";
import { drawFigure } from "../../src/report/figure/index.ts";
import { type Markup, html } from "../../src/report/markup.ts";
import { decimal, percent } from "../../src/report/numbers.ts";
import { linearTicks, logScale, logTickText, logTicks, positiveExtent } from "../../src/report/scale.ts";
import { type Table, cell, none, tableHtml, tableSection } from "../../src/report/table.ts";
import { answerOf, showScore, unitOf } from "./answer.ts";
import { criticalDifferenceDiagram } from "./diagram.ts";
import { type TaskVerdict, type Verdict, againstOf, judge, pairsOf, relativeCost } from "./judge.ts";
import type { ContestResult, TaskResult } from "./result.ts";
import { tablesOf } from "./table.ts";
import { betterOf } from "./task.ts";

export function reportOf(result: ContestResult): Markup | undefined {
  const reached = result.tasks.filter(({ cells }) => cells.length > 0);
  if (reached.length === 0) return undefined;
  const verdict = judge(result);
  const [first, ...rest] = answerOf(result, verdict);
  const finished = reached.filter(({ task }) => verdict.tasks.has(task));
  return html`<p class="answer">${first}</p>
    ${rest.map((sentence) => html`<p>${sentence}</p>`)}
    ${finished.flatMap((task) => differences(result, task, verdict.tasks.get(task.task)!) ?? [])}
    ${diagram(result, verdict, finished)} ${reached.flatMap((task) => curves(task) ?? [])}
    ${costs(verdict, finished)}
    <h2>Inside, at the end of training</h2>
    ${reached.flatMap((task) => inside(task) ?? [])}
    ${tablesOf(result, verdict).map((table) => tableSection(table))} ${reached.map((task) => numbers(task))}`;
}

/** Differences from the best, or from the baseline, with their intervals. */
function differences(result: ContestResult, task: TaskResult, verdict: TaskVerdict): Markup | undefined {
  const { by } = verdict;
  const first = againstOf(result, verdict);
  const own = pairsOf(verdict, first);
  if (own.length === 0) return undefined;
  const show = (value: number): string => (by === "loss" ? value.toFixed(2) : showScore(task, value));
  const rows = own.map(({ b, difference: { mean, low, high }, apart }): BarRow => ({
    name: b,
    marks: [
      {
        colour: apart ? "b" : "a",
        spread: { median: -mean, low: -high, high: -low },
        text: `${mean < 0 ? "+" : ""}${show(-mean)}${apart ? "" : ", not told apart"}`,
      },
    ],
  }));
  const ends = [0, ...rows.flatMap(({ marks }) => marks.flatMap(({ spread }) => [spread.low, spread.high]))];
  const room = 0.05 * (Math.max(...ends) - Math.min(...ends) || 1);
  const [from, to] = [Math.min(...ends) - room, Math.max(...ends) + room];
  const unit =
    by === "loss" ? "logarithm of the loss" : task.measure === "accuracy" ? "points" : unitOf(task);
  const caption = `${task.task}: difference to ${first} in ${unit}, with its 95 % interval; told apart, adjusted for all pairs, where nothing else is said.`;
  return barChart({
    caption,
    description: `${caption} ${rows.map(({ name, marks }) => `${name} ${marks[0]!.text}`).join("; ")}`,
    from,
    to,
    ticks: linearTicks(from, to, 3), // their texts fit a phone
    showTick: show,
    lines: [{ at: 0, colour: "a" }],
    kind: "dot",
    rows,
  });
}

function diagram(
  { activations }: ContestResult,
  { overall }: Verdict,
  finished: readonly TaskResult[],
): Markup | undefined {
  if (overall === undefined || finished.length < 2) return undefined;
  const { meanRanks, criticalDifference } = overall.friedman;
  return html`<h2>Over the tasks${overall.descriptive ? ", descriptive: fewer than 10" : ""}</h2>
    ${criticalDifferenceDiagram({ names: activations, meanRanks, criticalDifference })}`;
}

/** Training losses of a task: the seeds' median with a band. */
function curves({ task, steps, cells }: TaskResult): Markup | undefined {
  const drawn = cells.map(({ activation, curve }) => {
    const parts = curve[0]?.length ?? 0;
    const points = Array.from({ length: parts }, (_, i) => range(curve.map((seed) => seed[i]!))!);
    const line = (of: (spread: (typeof points)[number]) => number): CurvePoint[] =>
      points
        .map((spread, i): CurvePoint => [parts < 2 ? 0 : i / (parts - 1), of(spread)])
        .filter(([, y]) => Number.isFinite(y));
    return { activation, points, line };
  });
  const extent = positiveExtent(
    drawn.flatMap(({ points }) => points.flatMap(({ low, high }) => [low, high])),
  );
  if (extent === undefined) return undefined;
  return curveCharts({
    caption: `${task}: training loss (logarithmic) over ${steps} steps at each activation's own rate; line: median over seeds, band: range; grey: the others.`,
    y: logScale(...extent),
    levels: logTicks(...extent).map((tick) => [tick, logTickText(tick)]),
    others: true,
    charts: drawn.map(({ activation, points, line }) => {
      const last = points.at(-1)?.median;
      const text = last === undefined || !Number.isFinite(last) ? "diverged" : decimal(last);
      return {
        name: activation,
        text,
        description: `${activation}: training loss ends at ${text}`,
        lines: [{ colour: "a", points: line(({ median: middle }) => middle) }],
        band: { low: line(({ low }) => low), high: line(({ high }) => high) },
      };
    }),
  });
}

/** Quality against cost: those neither better nor cheaper than another lie behind the front. */
function costs({ overall }: Verdict, finished: readonly TaskResult[]): Markup | undefined {
  const points = (overall?.ranked ?? []).flatMap(({ activation, place, mean }) => {
    const cost = relativeCost(finished, activation);
    return place === null || Number.isNaN(cost) ? [] : [{ activation, quality: mean, cost }];
  });
  if (points.length < 2 || finished.length === 0) return undefined;
  const low = finished.length > 1 || betterOf(finished[0]!.measure) === "low";
  const better = (a: number, b: number): boolean => (low ? a <= b : a >= b);
  const front = points.filter(
    (own) =>
      !points.some((other) => other !== own && better(other.quality, own.quality) && other.cost <= own.cost),
  );
  const text = (en: string) => ({ en, ko: en });
  const label =
    finished.length > 1 ? "mean rank (low is better)" : `${finished[0]!.task}, ${unitOf(finished[0]!)}`;
  return html`<h2>Quality against cost</h2>
    ${drawFigure(
      {
        caption: text(
          `On the front: ${front.map(({ activation }) => activation).join(", ")}. No other is both better and cheaper.`,
        ),
        panels: [
          {
            kind: "points",
            x: { label: text("step time over the cheapest") },
            y: { label: text(label) },
            groups: points.map(({ activation, cost, quality }) => ({
              name: activation,
              points: [[cost, quality]],
            })),
          },
        ],
      },
      "en",
    )}`;
}

function inside({ task, cells }: TaskResult): Markup | undefined {
  const layers = Math.max(...cells.map(({ inside: own }) => own.length));
  if (layers === 0) return undefined; // of blocks whose activations lie inside
  const shown = layers <= 4 ? [...Array(layers).keys()] : [0, Math.floor(layers / 2), layers - 1];
  const table: Table = {
    title: task,
    heading: [
      "activation",
      ...shown.flatMap((i) => [`dead ${i + 1}`, `saturated ${i + 1}`, `signal ${i + 1}`]),
    ],
    rows: cells.map(({ activation, inside: own }) => [
      cell(activation),
      ...shown.flatMap((i) => {
        const layer = own[i];
        if (layer === undefined) return [none, none, none];
        return [
          cell(percent(layer.dead, 0)),
          layer.saturated === undefined ? none : cell(percent(layer.saturated, 0)),
          cell(layer.signal.toExponential(1)),
        ];
      }),
    ]),
    notes: [
      `${layers > 4 ? `The first, the middle and the last of ${layers} layers. ` : ""}Dead: units that no row gives a gradient. ` +
        "Saturated: less than a hundredth of the gradient passes. Signal: the norm of the back-propagated gradient. Medians over seeds.",
    ],
  };
  return tableSection(table, 3);
}

/** Every number, to be copied. */
function numbers({ task, measure, cells }: TaskResult): Markup {
  const seeds = cells[0]?.scores.length ?? 0;
  const heading = [
    "activation",
    "rate",
    "parameters",
    ...Array.from({ length: seeds }, (_, i) => `seed ${i}`),
  ];
  const lines = [
    heading,
    ...cells.map(({ activation, rate, parameters, scores }) => [activation, rate, parameters, ...scores]),
  ].map((row) => row.map(csvField).join(","));
  const rates: Table = {
    title: `${task}: all rates`,
    heading: ["activation", "rate", "validation", "diverged"],
    rows: cells.flatMap(({ activation, rates: all, rate: chosen }) =>
      all.map(({ rate, validation, diverged }) => [
        cell(activation),
        cell(String(rate), rate === chosen ? "best" : undefined),
        cell(showScore({ measure }, median(validation))),
        cell(String(diverged.filter(Boolean).length)),
      ]),
    ),
    notes: ["Medians of the seeds that chose the rate. Marked: the chosen rate."],
  };
  return html`<details>
    <summary>${task}: every number</summary>
    <pre>${lines.join("\n")}</pre>
    ${tableHtml(rates)}
  </details>`;
}
