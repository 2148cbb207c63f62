/** The kernels' times as bars. */
import { type BarRow, type Mark, ratioBars } from "../../src/report/bars.ts";
import type { Markup } from "../../src/report/markup.ts";
import type { KernelResult, Timing } from "./result.ts";

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
  return ratioBars({
    caption:
      "Kernel time, relative to copying the same tensor; whiskers: quartiles. Dashed lines: the time that moving the " +
      "same bytes takes at the copy's rate.",
    description: "Kernel times relative to a copy",
    legend: [
      { colour: "a", text: "forward" },
      { colour: "b", text: "forward and backward" },
    ],
    lines: bytes === undefined ? [] : [{ at: bytes / copy.bytes, colour: "b" }],
    rows: bars,
  });
}
