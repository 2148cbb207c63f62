/** The peers' times as multiples of actigrad's, as bars. */
import { figure } from "../../src/report/format.ts";
import { barChart, ticksOf, type BarRow, type Mark } from "../../src/report/bars.ts";
import type { Markup } from "../../src/report/markup.ts";
import type { PeerName, PeerCase } from "./result.ts";

/** Undefined where no peer has a time. */
export function ratioChart(cases: readonly PeerCase[]): Markup | undefined {
  const mark = ({ timings }: PeerCase, name: PeerName, colour: Mark["colour"]): Mark[] => {
    const ratio = timings.find(({ peer }) => peer === name)?.ratio;
    return ratio === undefined ? [] : [{ colour, spread: ratio, text: `${figure(ratio.median)}×` }];
  };
  const rows = cases
    .map((each): BarRow => ({
      name: each.title,
      marks: [...mark(each, "tfjs", "a"), ...mark(each, "jax", "b")],
    }))
    .filter(({ marks }) => marks.length > 0);
  if (rows.length === 0) return undefined;
  const to = Math.max(1, ...rows.flatMap(({ marks }) => marks.map(({ spread }) => spread.high))) * 1.02;
  return barChart({
    caption:
      "Time of a peer, actigrad's in the same round being 1; whiskers: quartiles. Longer: actigrad is ahead.",
    description: `Times relative to actigrad: ${rows.map(({ name, marks }) => `${name} ${marks.map((m) => m.text).join(" and ")}`).join(", ")}`,
    legend: [
      { colour: "a", text: "TensorFlow.js" },
      { colour: "b", text: "jax-js" },
    ],
    from: 0,
    to,
    ticks: ticksOf(0, to, 6),
    showTick: (value) => `${value}×`,
    lines: [{ at: 1, colour: "a" }],
    kind: "bar",
    rows,
  });
}
