/** From results to what a chart draws: a common x, and for each activation median, band and raw runs. */
import type { View } from "../link.ts";
import { type Spread, quantile, range } from "../../../core/statistics.ts";
import type { Best, RaceResults, RunnerResults } from "./results.ts";

/** Points along x = seconds, where each activation has its own times. */
const GRID = 300;
/** Most raw runs drawn, over all activations. */
const MOST_RAW = 40;

export interface CurveData {
  readonly x: readonly number[];
  readonly curves: readonly ActivationCurve[];
}

export interface ActivationCurve {
  readonly median: readonly (number | null)[];
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
  readonly raw: readonly (readonly (number | null)[])[];
}

/** values[point][column] at ascending x. */
interface Trace {
  readonly x: readonly number[];
  readonly values: readonly (readonly number[])[];
}

export function curveData(results: RaceResults, view: View): CurveData {
  const traces = results.runners.map((runner) =>
    smoothed(view.y === "loss" ? lossTrace(results, runner, view) : testTrace(results, runner, view), view),
  );
  const x = view.x === "step" ? unionOf(traces) : gridOf(traces);
  const withRaw = view.raw && results.setup.replicas * traces.length <= MOST_RAW;
  return { x, curves: traces.map((trace) => curveOf(trace, x, withRaw, view)) };
}

function lossTrace(results: RaceResults, runner: RunnerResults, view: View): Trace {
  const { columns } = results.best(runner);
  const { buckets } = runner;
  const all = Array.from({ length: buckets.length }, (_, b) => b);
  return {
    x: all.map((b) => (view.x === "step" ? buckets.stepAt(b) : runner.secondsAt(buckets.stepAt(b)))),
    values: all.map((b) => columns.map((column) => buckets.mean(b, column))),
  };
}

function testTrace(results: RaceResults, runner: RunnerResults, view: View): Trace {
  const { columns } = results.best(runner);
  const of = view.y === "accuracy" || view.y === "rmse" ? view.y : "loss";
  return {
    x: runner.evaluations.map(({ step, seconds }) => (view.x === "step" ? step : seconds)),
    values: runner.evaluations.map((point) => columns.map((column) => point[of][column] ?? NaN)),
  };
}

/** Exponential moving average by point, corrected for its bias towards 0 at the start. */
function smoothed(trace: Trace, { smooth }: View): Trace {
  if (smooth === 0 || trace.values.length === 0) return trace;
  const averages = trace.values[0]!.map(() => 0);
  let weight = 0;
  const values = trace.values.map((row) => {
    weight = smooth * weight + (1 - smooth);
    return row.map((value, c) => {
      averages[c] = smooth * averages[c]! + (1 - smooth) * value;
      return averages[c] / weight;
    });
  });
  return { x: trace.x, values };
}

const unionOf = (traces: readonly Trace[]): number[] =>
  [...new Set(traces.flatMap(({ x }) => x))].toSorted((a, b) => a - b);

function gridOf(traces: readonly Trace[]): number[] {
  const ends = traces.flatMap(({ x }) => [x[0] ?? Infinity, x.at(-1) ?? -Infinity]);
  const [from, to] = [Math.min(...ends), Math.max(...ends)];
  if (!(to > from)) return Number.isFinite(from) ? [from] : [];
  return Array.from({ length: GRID }, (_, i) => from + ((to - from) * i) / (GRID - 1));
}

function curveOf(trace: Trace, x: readonly number[], withRaw: boolean, view: View): ActivationCurve {
  const rows = placed(trace, x, view.x === "seconds");
  const shown = (value: number): number | null =>
    Number.isFinite(value) && !(view.logY && view.y !== "accuracy" && value <= 0) ? value : null;
  const at = (q: number): (number | null)[] =>
    rows.map((row) => (row === undefined ? null : shown(quantile(row, q))));
  const columns = trace.values[0]?.length ?? 0;
  const raw = Array.from({ length: withRaw && columns > 1 ? columns : 0 }, (_, c) =>
    rows.map((row) => (row === undefined ? null : shown(row[c]!))),
  );
  return { median: at(0.5), low: at(0.25), high: at(0.75), raw };
}

/** A trace's rows at each x: its own if it has that x, otherwise interpolated. */
function placed(
  { x: own, values }: Trace,
  x: readonly number[],
  between: boolean,
): (readonly number[] | undefined)[] {
  let i = 0;
  return x.map((at) => {
    while (i + 1 < own.length && own[i + 1]! <= at) i++;
    const from = own[i];
    if (from === undefined || at < from) return undefined;
    if (at === from) return values[i];
    const to = own[i + 1];
    if (!between || to === undefined) return undefined;
    const share = (at - from) / (to - from);
    return values[i]!.map((value, c) => value + (values[i + 1]![c]! - value) * share);
  });
}

/** One line of the ranking. */
export interface Ranked {
  readonly runner: number;
  readonly activation: string;
  readonly rate: number;
  readonly edge: Best["edge"];
  /**
   * Accuracy, or without classes the error: median, minimum and maximum over the seeds; undefined before the first evaluation.
   */
  readonly score: Spread | undefined;
  readonly testLoss: Spread | undefined;
  /** From the last evaluation, one per seed. Empty before the first. */
  readonly scores: readonly number[];
  readonly losses: readonly number[];
  /** Mean of the last tenth of the steps. */
  readonly loss: Spread | undefined;
  readonly stepsPerSecond: number;
  readonly rowsPerSecond: number;
  readonly seconds: number;
  readonly steps: number;
  readonly reachedAt: number | undefined;
  readonly diverged: number;
}

/** Absent values and NaN come last. */
const rank = (loss: Spread | undefined): number =>
  loss === undefined || Number.isNaN(loss.median) ? Infinity : loss.median;

/** Best first: by score, then by test loss, then by training loss. */
export function ranking(results: RaceResults): Ranked[] {
  const { setup } = results;
  const all = results.runners.map((runner, i): Ranked => {
    const { rate, columns, edge } = results.best(runner);
    const last = runner.evaluations.at(-1);
    const pick = (values: readonly number[] | undefined): number[] =>
      values === undefined || values.length === 0 ? [] : columns.map((c) => values[c]!);
    const scores = last === undefined ? [] : pick(results.scoresOf(last));
    const losses = pick(last?.loss);
    const stepsPerSecond = runner.seconds > 0 ? runner.steps / runner.seconds : 0;
    return {
      runner: i,
      activation: runner.activation,
      rate,
      edge,
      score: range(scores),
      testLoss: range(losses),
      scores,
      losses,
      loss: runner.steps === 0 ? undefined : range(columns.map((c) => runner.buckets.lastMean(c))),
      stepsPerSecond,
      rowsPerSecond: stepsPerSecond * setup.batch * runner.columns,
      seconds: runner.seconds,
      steps: runner.steps,
      reachedAt: runner.reachedAt,
      diverged: columns.filter((c) => runner.divergedAt(c) !== undefined).length,
    };
  });
  const sign = results.better === "high" ? -1 : 1;
  const key = ({ score, testLoss, loss }: Ranked): number[] => [
    score === undefined || Number.isNaN(score.median) ? Infinity : sign * score.median,
    rank(testLoss),
    rank(loss),
  ];
  return all.toSorted((a, b) => {
    const [ka, kb] = [key(a), key(b)];
    const at = ka.findIndex((value, i) => value !== kb[i]);
    return at < 0 ? a.runner - b.runner : ka[at]! < kb[at]! ? -1 : 1;
  });
}
