/** The table of the kernels' times. */
import { figure, percent, whole } from "../format.ts";
import { bestOf } from "../statistics.ts";
import { cell, interval, none, type Cell, type Table } from "../table.ts";
import type { KernelResult, KernelRow, Timing } from "./result.ts";

export function kernelTable({ elements, copy, rows }: KernelResult): Table {
  // No activation can beat the one that does nothing; it stands for what the others could reach.
  const rivals = rows.map((row): Partial<KernelRow> => (row.name === "identity" ? {} : row));
  const bestForward = bestOf(
    rivals.map((row) => row.forward?.ms),
    "low",
  );
  const bestBoth = bestOf(
    rivals.map((row) => row.forwardBackward?.ms),
    "low",
  );
  const compiled = rows.some((row) => row.firstCallMs !== undefined);
  const cells = (timing: Timing | undefined, best = false): Cell[] =>
    timing === undefined
      ? [none, none, none, none]
      : [
          cell(figure(timing.ms.median), best),
          cell(interval(timing.ms, figure)),
          cell(figure(timing.gbPerSecond)),
          cell(percent(timing.ofCopy, 0)),
        ];
  const firstCall = (row: KernelRow | undefined): Cell[] => {
    if (!compiled) return [];
    return [row?.firstCallMs === undefined ? none : cell(whole(row.firstCallMs))];
  };
  return {
    title: `Kernels, ${whole(elements)} elements`,
    heading: [
      "activation",
      ...sectionOf("forward ms"),
      ...sectionOf("fwd+bwd ms"),
      ...(compiled ? ["first call ms"] : []),
    ],
    rows: [
      ...rows.map((row, i) => [
        cell(row.name),
        ...cells(row.forward, bestForward[i]),
        ...cells(row.forwardBackward, bestBoth[i]),
        ...firstCall(row),
      ]),
      [cell("copy"), ...cells(copy), none, none, none, none, ...firstCall(undefined)],
    ],
    notes: [
      "Marked: the best of the column, identity left out, and those whose quartiles reach its median.",
      ...(compiled ? ["First call: compiling both kernels, new to the device, and running them once."] : []),
    ],
  };
}

const sectionOf = (name: string): string[] => [name, "quartiles", "GB/s", "of copy"];
