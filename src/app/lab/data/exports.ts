/** Files to download: JSON that the page can read again, CSV for a spreadsheet, PNG of a chart. */
import { toJson } from "../../../core/json.ts";
import { csvField } from "../../../report/csv.ts";
import type { RaceResults } from "./results.ts";

export async function raceJson(results: RaceResults): Promise<string> {
  const { writeRace } = await import("./race-file.ts");
  return toJson(writeRace(results));
}

/** One line per step and activation: the losses of all columns, and the evaluations, if any. */
export function raceCsv({ setup, runners }: RaceResults): string {
  const { lr, replicas, seed } = setup;
  const lines = ["activation,learning_rate,seed,step,loss,test_loss,test_accuracy,test_rmse"];
  for (const runner of runners) {
    const { losses } = runner;
    const evaluations = new Map(runner.evaluations.map((point) => [point.step, point]));
    for (let step = 1; step <= runner.steps; step++) {
      const point = evaluations.get(step);
      for (let c = 0; c < runner.columns; c++) {
        const about = [
          csvField(runner.activation),
          lr[Math.floor(c / replicas)],
          seed + (c % replicas),
          step,
        ];
        const scores = [point?.loss[c] ?? "", point?.accuracy[c] ?? "", point?.rmse[c] ?? ""];
        const figures = [losses[c]![step - 1], ...scores];
        lines.push([...about, ...figures].join(","));
      }
    }
  }
  return `${lines.join("\n")}\n`;
}

/** Offers a file as a download. */
export function download(name: string, content: Blob | string, type = "text/plain"): void {
  const blob = typeof content === "string" ? new Blob([content], { type }) : content;
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
