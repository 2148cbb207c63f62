/** The results as a table of text: for the terminal, and for the documentation. */
import { findExperiment } from "./index.ts";
import { judge } from "./judge.ts";
import type { RowResult } from "./result.ts";
import { showGate, showReference, showResult } from "./show.ts";

const words = { pass: "pass", fail: "FAIL", undecided: "undecided", none: "" } as const;

/** A line a metric, under a heading; an experiment's verdict and seconds stand in its first line. */
export function resultTable(results: readonly RowResult[]): string[][] {
  const heading = [
    "experiment",
    "figure",
    "median [min, max]",
    "reference",
    "gate",
    "",
    "verdict",
    "seconds",
  ];
  const rows = results.flatMap((row) => {
    const { metrics, verdict } = judge(findExperiment(row.name), row);
    return metrics.map((one, i) => [
      i === 0 ? row.name : "",
      one.metric.label.en,
      showResult(one),
      showReference(one.metric) + (one.near === false ? " (outside)" : ""),
      showGate(one.metric.gate, one.metric.notation),
      words[one.gate],
      i === 0 ? verdict.answer : "",
      i === 0 ? row.seconds.toFixed(1) : "",
    ]);
  });
  return [heading, ...rows];
}
