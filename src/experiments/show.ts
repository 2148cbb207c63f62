/** How the table, the report and the page write figures. */
import { decimal, percent, whole } from "../report/numbers.ts";
import type { Spread } from "../core/statistics.ts";
import type { Gate, Json, Metric, Notation, Setup } from "./experiment.ts";
import type { Language } from "../core/text.ts";
import type { JudgedMetric } from "./judge.ts";
import { type Labels, labels } from "./labels.ts";

/** Below this, a decimal without an exponent would show only zeros. */
const SMALL = 1e-3;

/** A value in its metric's notation. */
export function show(value: number, notation: Notation = "figure"): string {
  if (!Number.isFinite(value)) return "not finite";
  if (notation === "percent") return percent(value, 1);
  if (notation === "count") return whole(value);
  const tiny = Math.abs(value) < SMALL;
  return value !== 0 && (notation === "exponent" || tiny) ? value.toExponential(1) : decimal(value);
}

/** One row of a table of metrics, under `labels.heading`. */
export function metricCells(judged: JudgedMetric, language: Language): string[] {
  const { metric, gate, near } = judged;
  const words = labels[language];
  const reference = [showReference(metric), near === false ? words.outside : ""];
  return [
    metric.label[language],
    showResult(judged, words),
    reference.filter(Boolean).join(" "),
    showGate(metric.gate, metric.notation, words.gate),
    words.passed[gate],
  ];
}

/** The result of a metric, as text. */
function showResult({ metric, spread, measured }: JudgedMetric, { notFinite }: Labels): string {
  if (spread !== undefined) return showSpread(spread, metric.notation);
  return measured ? notFinite : "–";
}

/** `0.231 [0.229, 0.234]` */
export function showSpread({ median, low, high }: Spread, notation?: Notation): string {
  const middle = show(median, notation);
  return low === high ? middle : `${middle} [${show(low, notation)}, ${show(high, notation)}]`;
}

function showReference({ reference, notation }: Metric): string {
  if (reference === undefined) return "";
  const [median, low = median, high = median] = reference;
  return showSpread({ median, low, high }, notation);
}

/** `0.21 to 0.25` */
function showGate(gate: Gate | undefined, notation: Notation | undefined, words: Labels["gate"]): string {
  if (gate === undefined) return "";
  const { from, to, each, fashion } = gate;
  const [low, high] = [show(from ?? NaN, notation), show(to ?? NaN, notation)];
  const bounds =
    from === undefined
      ? words.atMost(high)
      : to === undefined
        ? words.atLeast(low)
        : from === to
          ? low
          : words.between(low, high);
  return [bounds, each === true ? words.each : "", fashion === true ? "Fashion-MNIST" : ""]
    .filter(Boolean)
    .join(", ");
}

const jsonText = (value: Json): string => {
  if (Array.isArray(value)) return value.map(jsonText).join(", ");
  if (typeof value === "object" && value !== null)
    return Object.entries(value)
      .map(([key, v]) => `${key} ${jsonText(v as Json)}`)
      .join(", ");
  return String(value);
};

/** `batch 128; steps 1560; lr relu 0.1, sigmoid 0.5` */
export const setupText = (setup: Setup): string =>
  Object.entries(setup)
    .map(([key, value]) => `${key} ${jsonText(value)}`)
    .join("; ");
