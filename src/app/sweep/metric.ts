/** The metric that compares points. */
import { unknownName } from "../../core/errors.ts";
import type { PointResult } from "./job.ts";
import type { Finished } from "./strategy.ts";

export interface Metric {
  readonly name: string;
  readonly better: "high" | "low";
}

/** Metrics of a training, and of a cell of the contest; the first is the default. */
const metrics = {
  train: ["validationLoss", "validationAccuracy", "validationRmse", "testAccuracy", "testRmse"],
  cell: ["loss", "accuracy", "rmse", "psnr", "bits", "rate", "parameters"],
} as const;

/**
 * `validationAccuracy` or `parameters:max`; without a direction, accuracies and decibels are better when high.
 * @throws ActigradError "option"
 */
export function parseMetric(kind: keyof typeof metrics, text: string = metrics[kind][0]): Metric {
  const [, name = text, direction] = /^(.*?)(?::(min|max))?$/.exec(text) ?? [];
  const known: readonly string[] = metrics[kind];
  if (!known.includes(name)) throw unknownName("metric", name, known);
  const high = direction === undefined ? /accuracy|psnr/i.test(name) : direction === "max";
  return { name, better: high ? "high" : "low" };
}

/** All finished points, in the order in which they were requested. */
export const pointsOf = (rounds: readonly (readonly Finished[])[]): readonly PointResult[] =>
  rounds.flat().flatMap(({ result }) => ("points" in result ? result.points : []));

/** Best first; those without the metric, and those that diverged, come last; ties keep their order. */
export function ranked(points: readonly PointResult[], { name, better }: Metric): readonly PointResult[] {
  const badness = ({ metrics }: PointResult): number => {
    const value = metrics[name] ?? NaN;
    return Number.isNaN(value) ? Infinity : better === "high" ? -value : value;
  };
  return points.toSorted((a, b) => badness(a) - badness(b) || 0);
}
