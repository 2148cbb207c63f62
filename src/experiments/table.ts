/** The results as a text table, for the terminal and the docs. */
import { findExperiment } from "./index.ts";
import { judge } from "./judge.ts";
import { labels } from "./labels.ts";
import type { ExperimentResult } from "./result.ts";
import { metricCells } from "./show.ts";

/** The answer; for a changed set-up, the changes. */
export const answerOf = ({ verdict, set }: Pick<ExperimentResult, "verdict" | "set">): string =>
  set === undefined
    ? verdict.answer
    : Object.entries(set)
        .map(([field, value]) => `${field}=${value}`)
        .join(", ");

/** One line per metric, under a heading. An experiment's first line has its verdict and seconds. */
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
