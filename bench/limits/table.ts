import { decimal, whole } from "../../src/report/numbers.ts";
import type { Spread } from "../../src/core/statistics.ts";
import { cell, interval, type Cell, type Table } from "../../src/report/table.ts";
import type { LimitsResult } from "../../src/measure/limits/result.ts";

/** One row per limit that was measured. */
export function limitsTable(limits: LimitsResult): Table {
  const { multiplyAdd, copies, dispatchUs, submitUs, readbackUs } = limits;
  const row = (name: string, of: Spread | undefined, unit: string, how: string): Cell[][] =>
    of === undefined
      ? []
      : [[cell(name), cell(decimal(of.median)), cell(interval(of, decimal)), cell(unit), cell(how)]];
  return {
    title: "The adapter's own limits",
    heading: ["limit", "median", "quartiles", "unit", "reached by"],
    rows: [
      ...row("multiply and add", multiplyAdd?.of, "GFLOP/s", multiplyAdd?.how ?? ""),
      ...copies.flatMap(({ elements, kernel, buffer }) => [
        ...row(`copy ${whole(elements)} f32`, kernel?.of, "GB/s", kernel?.how ?? ""),
        ...row(`copy ${whole(elements)} f32`, buffer, "GB/s", "copyBufferToBuffer"),
      ]),
      ...row("dispatch", dispatchUs, "µs", "64 invocations, many in a submit"),
      ...row("submit", submitUs, "µs", "one dispatch each, many in a row"),
      ...row("read back 4 bytes", readbackUs, "µs", "submit, map, wait"),
    ],
    notes: ["GB/s counts bytes read and bytes written."],
  };
}
