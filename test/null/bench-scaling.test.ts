import { expect, test } from "vitest";
import { curveSpecs } from "../../bench/scaling/curves.ts";
import { costOfEach, growth, short } from "../../bench/scaling/explain.ts";
import type { ScalingPoint, ScalingResult } from "../../bench/scaling/result.ts";
import { scaling } from "../../bench/scaling/suite.ts";
import { scalingTable } from "../../bench/scaling/table.ts";
import { leastOf } from "../../bench/scaling/time.ts";
import type { Plan } from "../../src/index.ts";

const spread = (median: number) => ({ median, low: median * 0.9, high: median * 1.1 });
const point = (x: number, about: Partial<ScalingPoint> = {}): ScalingPoint => ({
  x,
  sizes: [2, 8, 2],
  batch: 16,
  replicas: x,
  samplesMs: [x],
  ms: spread(x),
  stepsPerSubmit: 4,
  dispatches: 9,
  flops: 1e6 * x,
  bytes: 1e6 * x,
  variants: [{ variant: "8x16 tile, 4 a workgroup", dispatches: 8 }],
  leastMs: x / 2,
  ...about,
});

test("a curve that grows as its least time does has no jump", () => {
  expect(growth(point(1), point(4))).toEqual({ time: 4, flops: 4, beyond: 1, changes: [] });
  expect(growth(point(1), point(4, { ms: spread(5.9) }))!.jump).toBeUndefined();
});

test("a jump is called one, with what changed", () => {
  const slow = point(4, {
    ms: spread(8),
    dispatches: 12,
    variants: [{ variant: "4x4 tile, 4 a workgroup", dispatches: 8 }],
  });
  expect(growth(point(1), slow)).toEqual({
    time: 8,
    flops: 4,
    beyond: 2,
    changes: ["now 4x4/4", "no longer 8x16/4", "+3 dispatches"],
    jump: "slower",
  });
  expect(growth(point(1), point(4, { ms: spread(2) }))!.jump).toBe("faster");
  const { ms: _, ...unmeasured } = point(4);
  expect(growth(point(1), unmeasured)).toBeUndefined();
});

test("variants are shortened as far as they are known", () => {
  expect(short("8x16 tile, 16 a workgroup")).toBe("8x16/16");
  expect(short("8x16 tile in quads, 4 a workgroup")).toBe("8x16q/4");
  expect(short("something new")).toBe("something new");
});

test("the least time: each dispatch's start, and its arithmetic or its memory, whichever is longer", () => {
  const limits: ScalingResult["limits"] = {
    rounds: 1,
    sampleMs: 1,
    multiplyAdd: { how: "", of: spread(10) },
    copies: [{ elements: 4, kernel: { how: "", of: spread(2) } }],
    dispatchUs: spread(100),
  };
  const dispatches = [
    { flops: 10e6, bytes: 1e3 }, // 1 ms of arithmetic
    { flops: 10, bytes: 4e6 }, // 2 ms of memory
  ];
  expect(leastOf({ dispatches } as unknown as Plan, limits)).toBeCloseTo(3.2, 9);
  const { dispatchUs: __, ...without } = limits;
  expect(leastOf({ dispatches } as unknown as Plan, without)).toBeUndefined();
});

test("what a replica costs", () => {
  expect(costOfEach([point(1), point(8, { ms: spread(2) })], 8)).toBe(0.25);
  expect(costOfEach([point(1)], 8)).toBeUndefined();
});

test("the curves span what they must; the quick ones keep the ends that are compared", () => {
  const spans = (quick: boolean) =>
    curveSpecs(quick).map(({ name, points }) => [name, points[0]!.x, points.at(-1)!.x]);
  expect(spans(false)).toEqual([
    ["depth", 2, 32],
    ["width", 64, 2048],
    ["batch", 32, 2048],
    ["replicas", 1, 64],
    ["replicas, small", 1, 64],
  ]);
  for (const { name, points } of curveSpecs(true))
    if (name.startsWith("replicas")) expect(points.map(({ replicas }) => replicas)).toEqual([1, 8, 32]);
});

const curve = { name: "replicas, small", axis: "replicas", fixed: "2-8-2, batch 16" };
const result: ScalingResult = {
  rounds: { least: 3, most: 5 },
  sampleMs: 20,
  limits: { rounds: 1, sampleMs: 1, copies: [] },
  curves: [{ ...curve, points: [point(1), point(32, { ms: spread(4), leastMs: 4 })] }],
};

test("table, plot and ratios of a curve", () => {
  const { rows, notes } = scalingTable(result.curves[0]!);
  expect(rows.map((cells) => cells.map(({ text }) => text).join(" | "))).toEqual([
    "1 | 1.00 | [0.900, 1.10] | 1.00 | 50 % | 9 | 1.00 | – | – | 8 × 8x16/4 | –",
    "32 | 4.00 | [3.60, 4.40] | 8.00 | 100 % | 9 | 32.0 | 4.00× | 32.0× | 8 × 8x16/4 | JUMP, faster: 0.500× the least's growth",
  ]);
  expect(notes[1]).toMatch("Each of 32 replicas costs 1/8.00 of a lone run");
  const report = scaling.report(result)!.text;
  expect(report).toContain("<h3>Time of a step against replicas, small: 2-8-2, batch 16</h3>");
  expect(report).toContain('points="0,');
  expect(report).not.toMatch(/NaN|undefined|Infinity/);
  expect(scaling.ratios!(result, undefined)).toEqual([
    { name: "replicas, small 1, 2-8-2, batch 16", to: "the least time", value: 0.5 },
    { name: "replicas, small 32, 2-8-2, batch 16", to: "the least time", value: 1 },
  ]);
});

test("stopped before its first time it has nothing to show", () => {
  const { ms: _, ...unmeasured } = point(1, { samplesMs: [] });
  const stopped = { ...result, curves: [{ ...curve, points: [unmeasured] }] };
  expect(scaling.tables(stopped)).toEqual([]);
  expect(scaling.report(stopped)).toBeUndefined();
  const half = { ...result, curves: [{ ...curve, points: [point(1), unmeasured] }] };
  expect(scaling.report(half)!.text).not.toMatch(/NaN|undefined|Infinity/);
});
