import { expect, test } from "vitest";
import { type Profile, traceOf } from "../../src/index.ts";
import { quantumOf } from "../../src/measure/profile/clock.ts";

const stamps = (...values: number[]): BigUint64Array => BigUint64Array.from(values, BigInt);

test("the quantum divides every difference", () => {
  expect(quantumOf([stamps(1_000_003, 1_065_539), stamps(1_131_075, 1_393_219)])).toBe(65_536);
  expect(quantumOf([stamps(100, 132), stamps(36, 180)])).toBe(16);
  expect(quantumOf([stamps(7, 8, 19)])).toBe(1);
  expect(quantumOf([stamps(5, 5), stamps(5)])).toBeUndefined();
  expect(quantumOf([])).toBeUndefined();
});

const dispatch = { workgroups: [4, 1], flops: 2000, bytes: 800, gflops: 1, gbPerSecond: 1 } as const;
const us = { median: 2, low: 1, high: 3 };
const sample: Profile = {
  adapter: { vendor: "v", architecture: "", description: "card", software: false },
  method: "timestamp-query",
  quantumNs: 32,
  middle: "median",
  steps: 2,
  dispatches: [
    { ...dispatch, label: "a", ops: ["matmul"], writes: "f32[1,2]", us, share: 0.5, variant: "8x8 tile" },
    { ...dispatch, label: "b", ops: ["sum"], writes: "f32[1,3]", us, share: 0.5 },
  ],
  step: { ...dispatch, ms: us, stepsPerSubmit: 4 },
  timeline: [
    { beginUs: [0, 3], endUs: [2.5, 5] },
    { beginUs: [10, 13], endUs: [12, 14.5] },
  ],
};

test("a trace has a track of steps and one of dispatches, as the Trace Event Format wants it", () => {
  const { traceEvents, otherData } = traceOf(sample);
  expect(otherData).toEqual({ adapter: "v card", clock: "timestamp-query, in steps of 32 ns" });
  const lasting = traceEvents.filter(({ ph }) => ph === "X");
  expect(lasting.map(({ name, tid, ts, dur }) => [name, tid, ts, dur])).toEqual([
    ["step 1", 1, 0, 5],
    ["a", 2, 0, 2.5],
    ["b", 2, 3, 2],
    ["step 2", 1, 10, 4.5],
    ["a", 2, 10, 2],
    ["b", 2, 13, 1.5],
  ]);
  expect(lasting[1]!.args).toEqual({
    dispatch: 0,
    writes: "f32[1,2]",
    workgroups: "4x1",
    flops: 2000,
    bytes: 800,
    variant: "8x8 tile",
  });
  expect(traceEvents.filter(({ ph }) => ph === "M").map(({ name, args }) => [name, args["name"]])).toEqual([
    ["process_name", "v card: timestamp-query, in steps of 32 ns"],
    ["thread_name", "training steps"],
    ["thread_name", "dispatches"],
  ]);
});
