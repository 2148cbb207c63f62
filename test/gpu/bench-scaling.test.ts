import { expect, test } from "vitest";
import { timeCurve } from "../../bench/scaling/time.ts";
import { device } from "../../src/index.ts";

const curve = {
  name: "replicas",
  axis: "replicas",
  fixed: "4-8-3, batch 8",
  points: [1, 3].map((x) => ({ x, sizes: [4, 8, 3], batch: 8, replicas: x })),
};
const options = { rounds: { least: 2, most: 3 }, sampleMs: 2, pointSeconds: 10 };
const limits = { rounds: 1, sampleMs: 1, copies: [] };

test("every point of a curve is timed, and says what it consists of", async () => {
  const gpu = await device();
  const told: string[] = [];
  const { points } = await timeCurve(gpu, curve, options, limits, {
    signal: new AbortController().signal,
    begin: () => undefined,
    done: (part) => told.push(part),
  });
  expect(told).toEqual(["compile", "compile", "rounds", "rounds", "rounds"]);
  expect(points.map(({ x }) => x)).toEqual([1, 3]);
  for (const { samplesMs, ms, stepsPerSubmit, dispatches, flops, variants, replicas } of points) {
    expect(samplesMs.length).toBe(3);
    expect(ms!.median).toBeGreaterThan(0);
    expect(stepsPerSubmit).toBeGreaterThanOrEqual(1);
    expect(dispatches).toBe(points[0]!.dispatches);
    expect(flops).toBeGreaterThan(replicas * 2 * 8 * (4 * 8 + 8 * 3));
    expect(variants.reduce((sum, { dispatches: of }) => sum + of, 0)).toBe(5); // two forward, one back, two weights
  }
  gpu.dispose();
});

test("stopped, it gives what it has", async () => {
  const gpu = await device();
  const stop = new AbortController();
  const { points } = await timeCurve(gpu, curve, options, limits, {
    signal: stop.signal,
    begin: () => undefined,
    done: () => stop.abort(),
  });
  expect(points.length).toBe(1);
  expect(points[0]!.ms).toBeUndefined();
  gpu.dispose();
});
