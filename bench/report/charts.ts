/** The report's bars and dots. */
import { percent, whole } from "../format.ts";
import type { KernelResult, Timing, TrainingResult, TrainingRow } from "../result.ts";
import type { Spread } from "../statistics.ts";
import { barChart, ticksOf, type BarRow, type Mark } from "./bars.ts";
import type { Markup } from "./markup.ts";

/** Times as multiples of a copy's, with what the bytes alone would take. */
export function kernelChart({ rows }: KernelResult, copy: Timing): Markup {
  const mark = (colour: "a" | "b", timing: Timing | undefined): Mark[] => {
    if (timing === undefined) return [];
    const { median, low, high } = timing.ms;
    const one = copy.ms.median;
    const text = `${(median / one).toFixed(2)}×`;
    return [{ colour, spread: { median: median / one, low: low / one, high: high / one }, text }];
  };
  const bars: BarRow[] = rows.map(({ name, forward, forwardBackward }) => ({
    name,
    marks: [...mark("a", forward), ...mark("b", forwardBackward)],
  }));
  const both = rows.find(({ forwardBackward, name }) => forwardBackward !== undefined && name !== "identity");
  const bytes = both?.forwardBackward?.bytes;
  const to = Math.max(1, ...bars.flatMap(({ marks }) => marks.map(({ spread }) => spread.high))) * 1.02;
  return barChart({
    caption:
      "Time of a kernel, one copy of the same tensor being 1; whiskers: quartiles. Broken lines: what moving the " +
      "same bytes takes at the copy's rate.",
    description: `Kernel times relative to a copy: ${bars.map(({ name, marks }) => `${name} ${marks.map((m) => m.text).join(" and ")}`).join(", ")}`,
    legend: [
      { colour: "a", text: "forward" },
      { colour: "b", text: "forward and backward" },
    ],
    from: 0,
    to,
    ticks: ticksOf(0, to, 6),
    showTick: (value) => `${value}×`,
    lines: [
      { at: 1, colour: "a" },
      ...(bytes === undefined ? [] : [{ at: bytes / copy.bytes, colour: "b" } as const]),
    ],
    kind: "bar",
    rows: bars,
  });
}

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
  const ticks = ticksOf(from, to, 6);
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
  const what = byAccuracy ? "Test accuracy in per cent" : "Test loss";
  const of =
    seeds.length > 1 ? `: median of ${seeds.length} seeds, whiskers from the least to the greatest` : "";
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
