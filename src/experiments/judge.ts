/** Turns values into a verdict. Pure, so that command line, report and page say the same about the same figures. */
import type { Spread } from "../core/statistics.ts";
import type { Text } from "../core/text.ts";
import type { Figure } from "../report/figure/figure.ts";
import type { Experiment, Gate, Given, Metric, Read, Verdict } from "./experiment.ts";
import { type Changes, dragLabel, dragValue, numberAt } from "./drag.ts";
import { filled, rowLook } from "./fill.ts";
import type { ExperimentResult } from "./result.ts";
import { isSmaller, seedsOf, setupOf } from "./setup.ts";
import { spreadOf } from "./spread.ts";

export interface JudgedMetric {
  readonly metric: Metric;
  /** Undefined if a value is not finite. */
  readonly spread: Spread | undefined;
  /** False if a quick run left it out. */
  readonly measured: boolean;
  /** "undecided": a quick run of a trained experiment, too small for its gate. */
  readonly gate: "pass" | "fail" | "undecided" | "none";
  /** Whether the median is within the reference's range, widened by half of the range; undefined without a range. */
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
    set,
  }: Pick<ExperimentResult, "values" | "quick" | "images" | "set"> &
    Partial<Pick<ExperimentResult, "setup" | "seeds">>,
): Judged {
  const given = { values, setup, seeds };
  const look = rowLook(experiment, given);
  const fashion = images === undefined || images === "fashion-mnist";
  const metrics = experiment.metrics.map((metric): JudgedMetric => {
    const spread = spreadOf(values[metric.name]);
    const measured = values[metric.name] !== undefined;
    const label = filled(metric.label, look);
    if (set !== undefined) {
      const { reference: _, gate: _gate, ...plain } = metric;
      return { metric: { ...plain, label }, spread, measured, gate: "none" };
    }
    const near = fashion && measured ? nearOf(metric, spread) : undefined;
    return {
      metric: { ...metric, label },
      spread,
      measured,
      gate: gateOf(metric.gate, spread, !quick, fashion),
      ...(near !== undefined && { near }),
    };
  });
  if (set !== undefined) return { metrics, verdict: ownSetup(experiment, quick, set), passed: true };
  const passed = metrics.every(({ gate }) => gate !== "fail");
  const { verdict, missed } = verdictOf(experiment, given);
  const unclear = quick && (missed || metrics.some(({ gate }) => gate === "undecided"));
  return { metrics, verdict: unclear ? undecided : verdict, passed };
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

/** The verdict, and whether it depends on a missed gate, on any images. */
function verdictOf(
  experiment: Experiment,
  given: Given,
): { readonly verdict: Verdict; readonly missed: boolean } {
  let missed = false;
  const spread = (name: string): Spread | undefined => spreadOf(given.values[name]);
  const read: Read = Object.assign((name: string) => spread(name) ?? nothing, {
    passes(...names: readonly string[]) {
      const all = names.every((name) => {
        const gate = experiment.metrics.find((metric) => metric.name === name)?.gate;
        if (gate === undefined) throw new Error(`${experiment.name}: ${name} has no gate`);
        return isWithin(gate, spread(name));
      });
      missed ||= !all;
      return all;
    },
  });
  const { answer, text, fill = {} } = experiment.verdict(read, given.setup);
  const look = rowLook(experiment, given);
  return { verdict: { answer, text: filled(text, (name) => fill[name] ?? look(name)) }, missed };
}

/** The figure of a run, with the run's numbers in its texts. */
export const figureOf = (experiment: Experiment, row: Given & Pick<ExperimentResult, "data">): Figure =>
  filled(experiment.figure(row.data, row), rowLook(experiment, row));

/** The verdict for a changed set-up only states the change, since bounds and texts apply to the original set-up. */
function ownSetup(experiment: Experiment, quick: boolean, set: Changes): Verdict {
  const { drag } = experiment;
  const setup = setupOf(experiment, { quick: isSmaller(experiment, quick) });
  const [own, usual] = [set[drag.field], numberAt(setup, drag.field)].map((value) => dragValue(drag, value!));
  const label = dragLabel(drag);
  const text: Text = {
    en: `${label.en}: ${own} instead of ${usual}. The statement is judged with its own set-up; the reference is for that, too.`,
    ko: `${label.ko}: ${usual} 대신 ${own}. 명제는 원래 설정으로 판정하며, 참조값도 원래 설정의 것입니다.`,
  };
  return { answer: "undecided", text };
}

const undecided: Verdict = {
  answer: "undecided",
  text: {
    en: "This quick run is too small for a verdict. Run the experiment in full.",
    ko: "빠른 실행은 판정하기에 너무 작습니다. 전체 실행으로 판정하세요.",
  },
};
