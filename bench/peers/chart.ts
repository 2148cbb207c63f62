/** A bar chart of the peers' times as multiples of actigrad's. */
import { decimal } from "../../src/report/numbers.ts";
import { type BarRow, type Mark, ratioBars } from "../../src/report/bars.ts";
import type { Markup } from "../../src/report/markup.ts";
import type { PeerName, PeerCase } from "./result.ts";

/** Undefined where no peer has a time. */
export function ratioChart(cases: readonly PeerCase[]): Markup | undefined {
  const mark = ({ timings }: PeerCase, name: PeerName, colour: Mark["colour"]): Mark[] => {
    const ratio = timings.find(({ peer }) => peer === name)?.ratio;
    return ratio === undefined ? [] : [{ colour, spread: ratio, text: `${decimal(ratio.median)}×` }];
  };
  const rows = cases
    .map((each): BarRow => ({
      name: each.title,
      marks: [...mark(each, "tfjs", "a"), ...mark(each, "jax", "b")],
    }))
    .filter(({ marks }) => marks.length > 0);
  if (rows.length === 0) return undefined;
  return ratioBars({
    caption:
      "A peer's time over actigrad's in the same round; whiskers: quartiles. Above 1, actigrad is faster.",
    description: "Times relative to actigrad",
    legend: [
      { colour: "a", text: "TensorFlow.js" },
      { colour: "b", text: "jax-js" },
    ],
    rows,
  });
}
