/** The table of the trainings. */
import { decimal, whole } from "../../src/report/numbers.ts";
import { bestOf, type Spread } from "../../src/core/statistics.ts";
import { best, cell, interval, none, type Cell, type Table } from "../../src/report/table.ts";
import type { TrainingResult, TrainingRow } from "./result.ts";

export function trainingTable(training: TrainingResult): Table {
  const { rows, seeds, steps, batch, lastSteps } = training;
  const byAccuracy = rows.some((row) => row.testAccuracies.length > 0);
  const judged = (row: TrainingRow): Spread | undefined => (byAccuracy ? row.testAccuracy : row.testLoss);
  const bestLoss = bestOf(
    rows.map((row) => row.trainLoss),
    "low",
  );
  const bestTest = bestOf(rows.map(judged), byAccuracy ? "high" : "low");
  const several = seeds.length > 1;
  const showTest = (value: number): string => (byAccuracy ? (value * 100).toFixed(2) : value.toFixed(4));
  const spread = (of: Spread | undefined, show: (value: number) => string, isBest = false): Cell[] => {
    if (of === undefined) return several ? [none, none] : [none];
    return several
      ? [best(show(of.median), isBest), cell(interval(of, show))]
      : [best(show(of.median), isBest)];
  };
  const range = several ? ["[min, max]"] : [];
  const remarks = rows.some((row) => remarkOf(row, steps) !== "");
  return {
    title: `Training ${training.sizes.join("-")} on ${training.dataset}, ${whole(steps)} steps`,
    heading: [
      "activation",
      "train loss",
      ...range,
      byAccuracy ? "test accuracy %" : "test loss",
      ...range,
      "ms per step",
      "quartiles",
      "images/s",
      ...(remarks ? ["remark"] : []),
    ],
    rows: rows.map((row, i) => [
      cell(row.name),
      ...spread(row.trainLoss, (loss) => loss.toFixed(4), bestLoss[i]),
      ...spread(judged(row), showTest, bestTest[i]),
      ...(row.stepMs === undefined || row.imagesPerSecond === undefined
        ? [none, none, none]
        : [
            cell(decimal(row.stepMs.median)),
            cell(interval(row.stepMs, decimal)),
            cell(whole(row.imagesPerSecond)),
          ]),
      ...(remarks ? [cell(remarkOf(row, steps))] : []),
    ]),
    notes: [
      `Batch ${batch}, Adam, lr ${training.lr}; train loss: mean of the last ${lastSteps} steps.` +
        (several
          ? ` Median [min, max] over ${seeds.length} seeds, trained at once: a step is a step of all seeds ` +
            `${seeds.length}, and images/s counts all their images.`
          : ""),
      "Marked: the best of the column, and those whose interval reaches its median. Step times are not marked: " +
        "trainings ran one after another, so other load on the machine shows in them.",
    ],
  };
}

/** What a row's figures do not say. */
function remarkOf({ steps, divergedAt }: TrainingRow, planned: number): string {
  const diverged = divergedAt.filter((at) => at !== null);
  if (diverged.length > 0) {
    const who = divergedAt.length === 1 ? "" : ` (${diverged.length} of ${divergedAt.length} seeds)`;
    return `diverged at step ${Math.min(...diverged)}${who}`;
  }
  return steps < planned ? `stopped after ${steps} steps` : "";
}
