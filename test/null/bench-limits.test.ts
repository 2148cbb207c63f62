import { expect, test } from "vitest";
import { ceilingsOf, limitsOf } from "../../src/measure/limits/measure.ts";
import type { GaugeSpec } from "../../src/measure/limits/gauges.ts";
import { limits } from "../../bench/limits/suite.ts";

const sampled = (
  what: GaugeSpec["what"],
  about: Partial<Pick<GaugeSpec, "how" | "elements" | "amount">>,
  times: number,
  samplesMs: number[],
) => ({ gauge: { what, how: "", elements: 0, amount: 1, ...about }, times, samplesMs });

const all = [
  sampled("wait", {}, 1, [2, 1, 3]),
  sampled("multiplyAdd", { how: "slow", amount: 1e6 }, 10, [12, 12, 12]),
  sampled("multiplyAdd", { how: "fast", amount: 1e6 }, 10, [7, 6, 6]),
  sampled("kernel", { how: "one", elements: 1 << 20, amount: 8e6 }, 1, [3, 4, 5]),
  sampled("dispatch", {}, 1000, [12, 12, 3]),
  sampled("readback", {}, 4, [2, 2, 2]),
];

test("limits are rates and times without the wait, the best of several ways", () => {
  const { multiplyAdd, copies, dispatchUs, submitUs, readbackUs, waitMs } = limitsOf(all);
  expect(waitMs).toBe(2);
  expect(multiplyAdd).toEqual({ how: "fast", of: { median: 2.5, low: 2.25, high: 2.5 } }); // 1e6 in 0.4 ms
  expect(copies[0]).toMatchObject({ elements: 1 << 20, kernel: { how: "one", of: { median: 4 } } });
  expect(copies[0]!.buffer).toBeUndefined();
  expect(copies[1]).toEqual({ elements: 1 << 22 });
  // If subtracting the wait would leave less than half of a sample, half of it is used.
  expect(dispatchUs).toEqual({ median: 10, low: 5.75, high: 10 });
  expect(readbackUs?.median).toBe(500); // here the wait itself is measured
  expect(submitUs).toBeUndefined();
});

test("the table leaves out what was not reached, and shows nothing when nothing was", () => {
  const result = { rounds: 3, sampleMs: 5, ...limitsOf(all) };
  const [table] = limits.tables(result);
  expect(table!.rows.map((row) => row.map(({ text }) => text).join(" | "))).toMatchInlineSnapshot(`
    [
      "multiply and add | 2.50 | [2.25, 2.50] | GFLOP/s | fast",
      "copy 1,048,576 f32 | 4.00 | [3.33, 4.67] | GB/s | one",
      "dispatch | 10.0 | [5.75, 10.0] | µs | 64 invocations, many in a submit",
      "read back 4 bytes | 500 | [500, 500] | µs | submit, map, wait",
    ]
  `);
  expect(limits.report(result)?.text).toContain("copy 1,048,576 f32");
  const nothing = { rounds: 3, sampleMs: 5, ...limitsOf([]) };
  expect(limits.tables(nothing)).toEqual([]);
  expect(limits.report(nothing)).toBeUndefined();
});

test("ceilings are the best multiply-add and the best copy by a kernel; without one of them there are none", () => {
  const found = { rounds: 3, sampleMs: 1, ...limitsOf(all) };
  expect(ceilingsOf(found)).toEqual({
    gflops: found.multiplyAdd!.of.median,
    gbPerSecond: found.copies[0]!.kernel!.of.median,
  });
  expect(ceilingsOf({ ...found, copies: [] })).toBeUndefined();
  const { multiplyAdd: _, ...rest } = found;
  expect(ceilingsOf(rest)).toBeUndefined();
});
