/** Loss over steps: a small chart for each activation, the others behind it in grey. */
import type { TrainingResult, TrainingRow } from "./result.ts";
import { median, smooth } from "../../src/core/statistics.ts";
import { curveCharts, type CurvePoint } from "../../src/report/curves.ts";
import type { Markup } from "../../src/report/markup.ts";
import { logScale, logTickText, logTicks, positiveExtent } from "../../src/report/scale.ts";

/** Points that a curve has at most: more would not be seen. */
const POINTS = 160;
/** What the axis holds beyond the greatest loss, as a factor. */
const ROOM = 10 ** 0.02;

interface Point {
  readonly step: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Smoothed losses of all replicas at up to POINTS steps, as long as every replica's is finite. */
export function curveOf({ losses }: TrainingRow, width: number): Point[] {
  const smoothed = losses.map((replica) => smooth(replica, width));
  const length = Math.min(...smoothed.map((replica) => replica.length));
  const count = Math.min(POINTS, length);
  const points: Point[] = [];
  for (let i = 0; i < count; i++) {
    const step = count === 1 ? 0 : Math.round((i * (length - 1)) / (count - 1));
    const values = smoothed.map((replica) => replica[step] ?? null);
    if (values.includes(null)) break;
    const known = values.filter((v) => v !== null);
    points.push({ step, median: median(known), low: Math.min(...known), high: Math.max(...known) });
  }
  return points;
}

/** Steps over which the drawn losses are averaged. */
export const smoothing = (steps: number): number => Math.max(1, Math.round(steps / 60));

export function lossCurves(training: TrainingResult): Markup | undefined {
  const { rows, steps, seeds, lastSteps } = training;
  const width = smoothing(steps);
  const curves = rows.map((row) => ({ row, points: curveOf(row, width) }));
  const extent = positiveExtent(
    curves.flatMap(({ points }) => points.flatMap(({ low, high }) => [low, high])),
  );
  if (extent === undefined) return undefined;
  const [from, to] = [extent[0], extent[1] * ROOM];
  const line = (points: readonly Point[], of: (p: Point) => number): CurvePoint[] =>
    points.map((p) => [p.step / Math.max(1, steps - 1), of(p)]);
  const averaged = width === 1 ? "" : `, averaged over ${width} steps`;
  const band = seeds.length > 1 ? `; line: median of ${seeds.length} seeds, band: range` : "";
  return curveCharts({
    caption:
      `Training loss (logarithmic) from step 1 to ${steps}${averaged}${band}; grey: the other activations. ` +
      `Beside the name: the mean of the last ${lastSteps} steps.`,
    y: logScale(from, to),
    levels: logTicks(from, to).map((tick) => [tick, logTickText(tick)]),
    others: true,
    charts: curves.map(({ row, points }) => {
      const last =
        row.trainLoss?.median.toFixed(3) ?? (row.divergedAt.some((d) => d !== null) ? "diverged" : "–");
      return {
        name: row.name,
        text: last,
        description: `${row.name}: training loss ends at ${last}`,
        lines: [{ colour: "a", points: line(points, (p) => p.median) }],
        band: { low: line(points, (p) => p.low), high: line(points, (p) => p.high) },
      };
    }),
  });
}
