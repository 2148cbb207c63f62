/** From values to a verdict: pure, so that command line, report and page say the same of the same figures. */
import type { Spread } from "../core/statistics.ts";
import type { Figure } from "../report/figure/figure.ts";
import type { Experiment, Gate, Given, Metric, Read, Verdict } from "./experiment.ts";
import { filled, rowLook } from "./fill.ts";
import type { ExperimentResult } from "./result.ts";
import { seedsOf } from "./setup.ts";
import { spreadOf } from "./spread.ts";

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

export function judge(
  experiment: Experiment,
  {
    values,
    setup = experiment.setup,
    seeds = seedsOf(experiment, { quick: false }),
    quick,
    images,
  }: Pick<ExperimentResult, "values" | "quick" | "images"> &
    Partial<Pick<ExperimentResult, "setup" | "seeds">>,
): Judged {
  const given = { values, setup, seeds };
  const look = rowLook(experiment, given);
  const fashion = images === undefined || images === "fashion-mnist";
  const metrics = experiment.metrics.map((metric): JudgedMetric => {
    const spread = spreadOf(values[metric.name]);
    const near = fashion && values[metric.name] !== undefined ? nearOf(metric, spread) : undefined;
    return {
      metric: { ...metric, label: filled(metric.label, look) },
      spread,
      measured: values[metric.name] !== undefined,
      gate: gateOf(metric.gate, spread, !quick, fashion),
      ...(near !== undefined && { near }),
    };
  });
  const unclear = metrics.some(({ gate }) => gate === "undecided");
  const passed = metrics.every(({ gate }) => gate !== "fail");
  return { metrics, verdict: unclear ? undecided : verdictOf(experiment, given), passed };
}

function gateOf(
  gate: Gate | undefined,
  spread: Spread | undefined,
  decided: boolean,
  fashion: boolean,
): JudgedMetric["gate"] {
  if (gate === undefined || (gate.fashion === true && !fashion)) return "none";
  if (isWithin(gate, spread)) return "pass";
  return decided ? "fail" : "undecided";
}

function nearOf({ reference }: Metric, spread: Spread | undefined): boolean | undefined {
  if (reference?.length !== 3) return undefined;
  const [, low, high] = reference;
  const half = (high - low) / 2;
  return spread !== undefined && spread.median >= low - half && spread.median <= high + half;
}

const isWithin = (
  { from = -Infinity, to = Infinity, each = false }: Gate,
  spread: Spread | undefined,
): boolean =>
  spread !== undefined &&
  (each ? spread.low >= from && spread.high <= to : spread.median >= from && spread.median <= to);

const nothing: Spread = { median: NaN, low: NaN, high: NaN };

function verdictOf(experiment: Experiment, given: Given): Verdict {
  const spread = (name: string): Spread | undefined => spreadOf(given.values[name]);
  const read: Read = Object.assign((name: string) => spread(name) ?? nothing, {
    passes: (...names: readonly string[]) =>
      names.every((name) => {
        const gate = experiment.metrics.find((metric) => metric.name === name)?.gate;
        if (gate === undefined) throw new Error(`${experiment.name}: ${name} has no gate`);
        return isWithin(gate, spread(name));
      }),
  });
  const { answer, text, fill = {} } = experiment.verdict(read, given.setup);
  const look = rowLook(experiment, given);
  return { answer, text: filled(text, (name) => fill[name] ?? look(name)) };
}

/** The figure of a run, with its own numbers in its texts. */
export const figureOf = (experiment: Experiment, row: Given & Pick<ExperimentResult, "data">): Figure =>
  filled(experiment.figure(row.data, row), rowLook(experiment, row));

const undecided: Verdict = {
  answer: "undecided",
  text: {
    en: "This quick run is too small for a verdict. Run the experiment in full.",
    ko: "빠른 실행은 판정하기에 너무 작습니다. 전체 실행으로 판정하세요.",
  },
};
