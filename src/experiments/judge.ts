/** From values to a verdict: pure, so that command line, report and page say the same of the same figures. */
import { type Spread, range } from "../core/statistics.ts";
import type { Experiment, Gate, Metric, Values, Verdict } from "./experiment.ts";
import type { ExperimentResult } from "./result.ts";

export interface JudgedMetric {
  readonly metric: Metric;
  /** Undefined where a value is not finite. */
  readonly spread: Spread | undefined;
  /** False where the run, a quick one, left it out. */
  readonly measured: boolean;
  /** "undecided": a trained experiment in a quick run, too small for its gate. */
  readonly gate: "pass" | "fail" | "undecided" | "none";
  /** Whether the median lies in the reference's range, widened by its own half; undefined without a range. */
  readonly near?: boolean;
}

export interface Judged {
  readonly metrics: readonly JudgedMetric[];
  readonly verdict: Verdict;
  /** No gate fails. */
  readonly passed: boolean;
}

export function spreadOf(values: Values[string] | undefined): Spread | undefined {
  const finite = (values ?? []).filter((v) => v !== null && Number.isFinite(v)) as number[];
  if (values === undefined || finite.length === 0 || finite.length < values.length) return undefined;
  return range(finite);
}

export function judge(
  experiment: Experiment,
  { values, quick, images }: Pick<ExperimentResult, "values" | "quick" | "images">,
): Judged {
  const fashion = images === undefined || images === "fashion-mnist";
  const metrics = experiment.metrics.map((metric): JudgedMetric => {
    const spread = spreadOf(values[metric.name]);
    const near = fashion && values[metric.name] !== undefined ? nearOf(metric, spread) : undefined;
    return {
      metric,
      spread,
      measured: values[metric.name] !== undefined,
      gate: gateOf(metric.gate, spread, !quick, fashion),
      ...(near !== undefined && { near }),
    };
  });
  const unclear = metrics.some(({ gate }) => gate === "undecided");
  const passed = metrics.every(({ gate }) => gate !== "fail");
  return { metrics, verdict: unclear ? undecided : verdictOf(experiment, values), passed };
}

function gateOf(
  gate: Gate | undefined,
  spread: Spread | undefined,
  decided: boolean,
  fashion: boolean,
): JudgedMetric["gate"] {
  if (gate === undefined || (gate.fashion === true && !fashion)) return "none";
  const { from = -Infinity, to = Infinity, each = false } = gate;
  const inside =
    spread !== undefined &&
    (each ? spread.low >= from && spread.high <= to : spread.median >= from && spread.median <= to);
  if (inside) return "pass";
  return decided ? "fail" : "undecided";
}

function nearOf({ reference }: Metric, spread: Spread | undefined): boolean | undefined {
  if (reference?.length !== 3) return undefined;
  const [, low, high] = reference;
  const half = (high - low) / 2;
  return spread !== undefined && spread.median >= low - half && spread.median <= high + half;
}

const nothing: Spread = { median: NaN, low: NaN, high: NaN };

const verdictOf = (experiment: Experiment, values: Values): Verdict =>
  experiment.verdict((name) => spreadOf(values[name]) ?? nothing);

const undecided: Verdict = {
  answer: "undecided",
  text: {
    en: "This quick run is too small for a verdict. Run the experiment in full.",
    ko: "빠른 실행은 판정하기에 너무 작습니다. 전체 실행으로 판정하세요.",
  },
};
