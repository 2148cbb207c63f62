/** A dot chart of the trainings' final results. */
import { percent, whole } from "../../src/report/numbers.ts";
import { barChart, type BarRow } from "../../src/report/bars.ts";
import { linearTicks } from "../../src/report/scale.ts";
import type { Markup } from "../../src/report/markup.ts";
import type { Spread } from "../../src/core/statistics.ts";
import type { TrainingResult, TrainingRow } from "./result.ts";

/** Accuracy on the test rows, or the loss where there are no classes. */
export function testChart({ rows, seeds, testRows }: TrainingResult): Markup | undefined {
  const byAccuracy = rows.some((row) => row.testAccuracies.length > 0);
  const spreadOf = (row: TrainingRow): Spread | undefined => (byAccuracy ? row.testAccuracy : row.testLoss);
  const known = rows.flatMap((row) => spreadOf(row) ?? []);
  if (known.length === 0) return undefined;
  const show = (value: number): string => (byAccuracy ? percent(value, 2) : value.toFixed(4));
  const [low, high] = [Math.min(...known.map((s) => s.low)), Math.max(...known.map((s) => s.high))];
  const room = Math.max((high - low) * 0.06, byAccuracy ? 0.001 : Math.abs(high) * 0.01, 1e-6);
  const [from, to] = [low - room, byAccuracy ? Math.min(1, high + room) : high + room];
  const ticks = linearTicks(from, to, 6);
  const digits = Math.max(
    0,
    -Math.floor(Math.log10(Math.min(1, (ticks[1] ?? 1) - (ticks[0] ?? 0)) * 100) + 1e-9),
  );
  const bars = rows.map((row): BarRow => {
    const spread = spreadOf(row);
    return {
      name: row.name,
      marks: spread === undefined ? [] : [{ colour: "a", spread, text: show(spread.median) }],
    };
  });
  const what = byAccuracy ? "Test accuracy in percent" : "Test loss";
  const of = seeds.length > 1 ? `: median of ${seeds.length} seeds; whiskers: range` : "";
  return barChart({
    caption: `${what} on ${whole(testRows)} rows${of}. The scale does not begin at 0.`,
    description: `${what}: ${bars.map(({ name, marks }) => `${name} ${marks[0]?.text ?? "none"}`).join(", ")}`,
    from,
    to,
    ticks,
    showTick: (value) => (byAccuracy ? (value * 100).toFixed(digits) : String(value)),
    kind: "dot",
    rows: bars,
  });
}
