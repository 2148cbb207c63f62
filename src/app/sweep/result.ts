/** The content of results.json: what a sweep has reached, the same however often it was stopped, except for times and places. */
import { type OptionValue } from "../../core/options.ts";
import type { ErrorRecord } from "../../host/job.ts";
import { type PointResult, type SweepJob, keysOf } from "./job.ts";
import { type Metric, pointsOf, ranked } from "./metric.ts";
import type { Finished } from "./strategy.ts";

export const FORMAT = "actigrad-sweep-1";

/** One point: its options, and its results. */
export interface SweepPoint extends PointResult {
  readonly options: Readonly<Record<string, OptionValue>>;
  /** Who computed it. */
  readonly where: string;
}

/** Points whose job was refused, failed, or killed its workers. */
export interface FailedPoints {
  readonly keys: readonly string[];
  readonly error: Pick<ErrorRecord, "code" | "message" | "hint">;
  readonly log: readonly string[];
}

export interface SweepResult {
  readonly format: typeof FORMAT;
  /** False if it was stopped: it then has what was reached. */
  readonly complete: boolean;
  /** ISO 8601, when it was written. */
  readonly date: string;
  /** Seconds of computation, summed over all workers. */
  readonly seconds: number;
  readonly metric: Metric;
  /** The key of the best point; null if none has the metric. */
  readonly best: string | null;
  /** In the order in which the strategy asked for them. */
  readonly points: readonly SweepPoint[];
  readonly failed: readonly FailedPoints[];
}

/** @param axes options that points list */
export function resultOf(
  rounds: readonly (readonly Finished[])[],
  {
    complete,
    metric,
    axes,
  }: { readonly complete: boolean; readonly metric: Metric; readonly axes: readonly string[] },
): SweepResult {
  const points = pointsOf(rounds);
  const first = ranked(points, metric)[0];
  const best = first !== undefined && Number.isFinite(first.metrics[metric.name]) ? first.key : null;
  return {
    format: FORMAT,
    complete,
    date: new Date().toISOString(),
    seconds: rounds.flat().reduce((sum, { result }) => sum + ("points" in result ? result.seconds : 0), 0),
    metric,
    best,
    points: rounds.flat().flatMap(({ job, result }) => {
      if (!("points" in result)) return [];
      const { where } = result;
      return result.points.map((point, i) => ({ ...point, options: optionsOf(job, i, axes), where }));
    }),
    failed: rounds.flat().flatMap(({ job, result }) => {
      if ("points" in result) return [];
      const { code, message, hint } = result.error;
      return [
        { keys: keysOf(job), error: { code, message, ...(hint !== undefined && { hint }) }, log: result.log },
      ];
    }),
  };
}

/** The axes' values of a job's point i. */
function optionsOf(job: SweepJob, i: number, axes: readonly string[]): Readonly<Record<string, OptionValue>> {
  const own = job.kind === "train" ? { ...job, lr: job.lr[i], seed: job.seeds[i] } : job;
  const values = Object.entries(own) as [string, OptionValue | undefined][];
  return Object.fromEntries(
    values.flatMap(([name, value]) => (axes.includes(name) && value !== undefined ? [[name, value]] : [])),
  );
}
