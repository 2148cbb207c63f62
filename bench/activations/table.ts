/** The table of the kernels' times. */
import { decimal, percent, whole } from "../../src/report/numbers.ts";
import { bestOf, type Spread } from "../../src/core/statistics.ts";
import { best, cell, interval, none, type Cell, type Table } from "../../src/report/table.ts";
import type { BesideRelu, KernelResult, KernelRow, Timing } from "./result.ts";

export function kernelTable({ elements, copy, rows }: KernelResult): Table {
  // No activation can beat identity; it shows what the others could reach.
  const rivals = rows.map((row): Partial<KernelRow> => (row.name === "identity" ? {} : row));
  const bestForward = bestOf(
    rivals.map((row) => row.forward?.ms),
    "low",
  );
  const bestBoth = bestOf(
    rivals.map((row) => row.forwardBackward?.ms),
    "low",
  );
  const cells = (timing: Timing | undefined, isBest = false): Cell[] =>
    timing === undefined
      ? [none, none, none, none]
      : [
          best(decimal(timing.ms.median), isBest),
          cell(interval(timing.ms, decimal)),
          cell(decimal(timing.gbPerSecond)),
          cell(percent(timing.ofCopy, 0)),
        ];
  return {
    title: `Kernels, ${whole(elements)} elements`,
    heading: ["activation", ...sectionOf("forward ms"), ...sectionOf("fwd+bwd ms")],
    rows: [
      ...rows.map((row, i) => [
        cell(row.name),
        ...cells(row.forward, bestForward[i]),
        ...cells(row.forwardBackward, bestBoth[i]),
      ]),
      [cell("copy"), ...cells(copy), none, none, none, none],
    ],
    notes: [
      "Marked: the best of the column (identity excluded), and those whose quartiles reach its median.",
    ],
  };
}

const sectionOf = (name: string): string[] => [name, "quartiles", "GB/s", "of copy"];

/** Allowed time of a kernel relative to relu's, by its class. */
const bounds = [1.3, 3, 5] as const;

/** Most operations of a kernel in the first class and in the second; its loads hide this much arithmetic. */
const [FEW, SOME] = [10, 50];

/** The class of an evaluation: none, one or more transcendental functions, or as much arithmetic. */
const boundOf = ({ transcendentals, operations }: KernelRow): number =>
  bounds[Math.max(transcendentals, operations <= FEW ? 0 : operations <= SOME ? 1 : 2)]!;

/** Times over relu's and compile times; undefined if neither is known. */
export function costTable({ elements, rows }: KernelResult): Table | undefined {
  const known = rows.filter(({ besideRelu, compile }) => besideRelu !== undefined || compile !== undefined);
  if (known.length === 0) return undefined;
  const times = (ratio: Spread | undefined): Cell[] =>
    ratio === undefined ? [none, none] : [cell(decimal(ratio.median)), cell(interval(ratio, decimal))];
  const anyLearned = known.some(({ learned }) => learned !== undefined);
  return {
    title: `Cost, ${whole(elements)} elements`,
    heading: [
      "activation",
      "transcendental",
      "operations",
      "forward / relu",
      "quartiles",
      "fwd+bwd / relu",
      "quartiles",
      "goal",
      "",
      ...(anyLearned ? ["learned / constants", "quartiles", "goal", ""] : []),
      "compile fwd ms",
      "compile bwd ms",
    ],
    rows: known.map((row) => {
      const { name, transcendentals, operations, besideRelu, learned, compile } = row;
      const most = boundOf(row);
      return [
        cell(name),
        cell(["none", "one", "more"][transcendentals]!),
        cell(whole(operations)),
        ...times(besideRelu?.forward),
        ...times(besideRelu?.forwardBackward),
        cell(String(most)),
        cell(besideRelu === undefined ? "–" : verdict(besideRelu, most)),
        ...(anyLearned ? [...times(learned), ...learnedGoal(learned, besideRelu)] : []),
        ...(compile === undefined
          ? [none, none]
          : [cell(whole(compile.forwardMs)), cell(whole(compile.backwardMs))]),
      ];
    }),
    notes: [
      "× relu: time over relu's in the same round, median over rounds. Goal: at most 1.3 times " +
        `relu's with up to ${FEW} operations and no transcendental function, 3 times with one such function or up to ${SOME} operations, ` +
        "5 times with more.",
      "Operations: additions, multiplications, comparisons and choices in the WGSL of f or of f', whichever has more; a division counts as four.",
      ...(anyLearned
        ? [
            "Learned: forward and backward with all of a record's parameters learned by channel (of 256), over constants; unfused like the rest. Goal: at " +
              "most 1.5 times, or 2 times where the function itself costs at most 1.1 times relu.",
          ]
        : []),
      "Compile: from WGSL text to the end of a first run on four elements, nothing cached.",
    ],
  };
}

const learnedGoal = (learned: Spread | undefined, besideRelu: BesideRelu | undefined): Cell[] => {
  if (learned === undefined || besideRelu === undefined) return [none, none];
  const most = besideRelu.forwardBackward.median <= 1.1 ? 2 : 1.5;
  return [cell(String(most)), cell(learned.median <= most ? "met" : "MISSED")];
};

const verdict = ({ forward, forwardBackward }: BesideRelu, most: number): string =>
  Math.max(forward.median, forwardBackward.median) <= most ? "met" : "MISSED";
