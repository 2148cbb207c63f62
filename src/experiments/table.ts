/** The results as a table of text: for the terminal, and for the documentation. */
import { figure, percent, whole } from "../../bench/format.ts";
import type { Spread } from "../core/statistics.ts";
import type { Gate, Metric, Notation } from "./experiment.ts";
import { findExperiment } from "./index.ts";
import { type JudgedMetric, judge } from "./judge.ts";
import type { RowResult } from "./result.ts";

/** Below this a figure without an exponent would show nothing but zeros. */
const SMALL = 1e-3;

/** A value in its metric's notation. */
export function show(value: number, notation: Notation = "figure"): string {
  if (!Number.isFinite(value)) return "not finite";
  if (notation === "percent") return percent(value, 1);
  if (notation === "count") return whole(value);
  const tiny = value !== 0 && Math.abs(value) < SMALL;
  return notation === "exponent" || tiny ? value.toExponential(1) : figure(value);
}

/** What a metric came out as. */
export function showResult({ metric, spread, measured }: JudgedMetric): string {
  if (spread !== undefined) return showSpread(spread, metric.notation);
  return measured ? "not finite" : "–";
}

/** `0.231 [0.229, 0.234]` */
export function showSpread({ median, low, high }: Spread, notation?: Notation): string {
  const middle = show(median, notation);
  return low === high ? middle : `${middle} [${show(low, notation)}, ${show(high, notation)}]`;
}

export function showReference({ reference, notation }: Metric): string {
  if (reference === undefined) return "";
  const [median, low = median, high = median] = reference;
  return showSpread({ median, low, high }, notation);
}

/** `0.21 to 0.25` */
export function showGate(gate: Gate | undefined, notation?: Notation): string {
  if (gate === undefined) return "";
  const { from, to, each, fashion } = gate;
  const bounds =
    from !== undefined && to !== undefined
      ? from === to
        ? show(from, notation)
        : `${show(from, notation)} to ${show(to, notation)}`
      : from === undefined
        ? `at most ${show(to ?? NaN, notation)}`
        : `at least ${show(from, notation)}`;
  return `${bounds}${each === true ? ", each seed" : ""}${fashion === true ? ", Fashion-MNIST" : ""}`;
}

const words = { pass: "pass", fail: "FAIL", undecided: "undecided", none: "" } as const;

/** A line a metric, under a heading; an experiment's verdict and seconds stand in its first line. */
export function resultTable(results: readonly RowResult[]): string[][] {
  const heading = [
    "experiment",
    "figure",
    "median [min, max]",
    "reference",
    "gate",
    "",
    "verdict",
    "seconds",
  ];
  const rows = results.flatMap((row) => {
    const { metrics, verdict } = judge(findExperiment(row.name), row);
    return metrics.map((one, i) => [
      i === 0 ? row.name : "",
      one.metric.label.en,
      showResult(one),
      showReference(one.metric) + (one.near === false ? " (outside)" : ""),
      showGate(one.metric.gate, one.metric.notation),
      words[one.gate],
      i === 0 ? verdict.answer : "",
      i === 0 ? row.seconds.toFixed(1) : "",
    ]);
  });
  return [heading, ...rows];
}
