/** The results as a table of text: for the terminal, and for the documentation. */
import { findExperiment } from "./index.ts";
import { judge } from "./judge.ts";
import { labels } from "./labels.ts";
import type { ExperimentResult } from "./result.ts";
import { metricCells } from "./show.ts";

/** The answer; of a changed set-up, what was changed. */
export const answerOf = ({ verdict, set }: Pick<ExperimentResult, "verdict" | "set">): string =>
  set === undefined
    ? verdict.answer
    : Object.entries(set)
        .map(([field, value]) => `${field}=${value}`)
        .join(", ");

/** A line a metric, under a heading; an experiment's verdict and seconds stand in its first line. */
export function resultTable(results: readonly ExperimentResult[]): string[][] {
  const heading = ["experiment", ...labels.en.heading, "verdict", "seconds"];
  const rows = results.flatMap((row) => {
    const { metrics, verdict } = judge(findExperiment(row.name), row);
    return metrics.map((one, i) => [
      i === 0 ? row.name : "",
      ...metricCells(one, "en"),
      i === 0 ? answerOf({ ...row, verdict }) : "",
      i === 0 ? row.seconds.toFixed(1) : "",
    ]);
  });
  return [heading, ...rows];
}
