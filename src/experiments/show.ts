/** How figures are written: in the table, in the report, on the page. */
import { figure, percent, whole } from "../../bench/format.ts";
import type { Spread } from "../core/statistics.ts";
import type { Gate, Json, Metric, Notation, Setup } from "./experiment.ts";
import type { JudgedMetric } from "./judge.ts";

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
export function showResult(
  { metric, spread, measured }: JudgedMetric,
  words: { readonly notFinite: string } = { notFinite: "not finite" },
): string {
  if (spread !== undefined) return showSpread(spread, metric.notation);
  return measured ? words.notFinite : "–";
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

/** How the bounds of a gate are put into words. */
export interface GateWords {
  readonly between: (from: string, to: string) => string;
  readonly atMost: (value: string) => string;
  readonly atLeast: (value: string) => string;
  readonly each: string;
}

const english: GateWords = {
  between: (from, to) => `${from} to ${to}`,
  atMost: (value) => `at most ${value}`,
  atLeast: (value) => `at least ${value}`,
  each: "each seed",
};

/** `0.21 to 0.25` */
export function showGate(gate: Gate | undefined, notation?: Notation, words: GateWords = english): string {
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
