import { afterAll, expect, test } from "vitest";
import {
  Trainer,
  activations,
  adam,
  crossEntropy,
  device,
  linear,
  profile,
  sequential,
} from "../../src/index.ts";
import { pointsInClasses } from "../support/datasets.ts";

const gpu = await device();
afterAll(() => gpu.dispose());

const data = pointsInClasses(600, 64, 5);
const create = (): Promise<Trainer> =>
  Trainer.create(gpu, {
    model: sequential(linear(64, 256), activations.relu, linear(256, 5)),
    loss: crossEntropy(),
    optimizer: adam({ lr: 0.01 }),
    batch: 128,
    seeds: [1, 2],
  });
const weightsOf = async (trainer: Trainer): Promise<string> =>
  [...(await trainer.weights(1))].map(([name, { data: w }]) => `${name} ${w.join()}`).join("\n");

test.each([true, false])(
  "timestamps %s: every dispatch has its time, its rates and parts",
  async (timestamps) => {
    const trainer = await create();
    await trainer.fit(data, { steps: 3 });
    const { executor } = await trainer.recorded(data);
    const ceilings = { gflops: 8, gbPerSecond: 4 };
    const told: number[] = [];
    const onStep = (done: number): unknown => told.push(done);
    const result = await profile(trainer, data, { steps: 8, timestamps, ceilings, onStep });
    const offered = timestamps && gpu.device.features.has("timestamp-query");
    expect(result.method).toBe(offered ? "timestamp-query" : "submit and wait");
    expect(result.quantumNs === undefined).toBe(!offered);
    expect(result.waitUs === undefined).toBe(offered);
    expect(told).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(result.timeline.length).toBe(8);
    expect(result.dispatches.map((d) => d.label)).toEqual(executor.plan.dispatches.map((d) => d.label));
    for (const { beginUs, endUs } of result.timeline) {
      for (const [i, begin] of beginUs.entries()) expect(endUs[i]).toBeGreaterThanOrEqual(begin);
      // Dispatches depend on each other: none begins before the previous one ends.
      for (const [i, begin] of beginUs.slice(1).entries()) expect(begin).toBeGreaterThanOrEqual(endUs[i]!);
    }
    expect(result.dispatches.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
    for (const { us, flops, gflops, bytes, gbPerSecond, ofMultiplyAdd, ofCopy } of result.dispatches) {
      expect(us.low).toBeLessThanOrEqual(us.median);
      expect(us.high).toBeGreaterThanOrEqual(us.median);
      if (us.median === 0) continue;
      expect(gflops).toBeCloseTo(flops / us.median / 1000, 9);
      expect(gbPerSecond).toBeCloseTo(bytes / us.median / 1000, 9);
      expect([ofMultiplyAdd, ofCopy]).toEqual([gflops / 8, gbPerSecond / 4]);
    }
    // The products are most of such a step, and their variant is named.
    const longest = result.dispatches.toSorted((a, b) => b.us.median - a.us.median)[0]!;
    expect(longest.label).toContain("matmul");
    expect(longest.variant).toMatch(/tile/);
    trainer.dispose();
  },
);

test("what the dispatches take is about what the step takes", async () => {
  const trainer = await create();
  const { dispatches, step } = await profile(trainer, data, { steps: 12 });
  const ms = dispatches.reduce((sum, { us }) => sum + us.median, 0) / 1000;
  // With a wide margin: this machine may be busy, and separate passes cost something.
  expect(ms).toBeGreaterThan(0.2 * step.ms.median);
  expect(ms).toBeLessThan(5 * step.ms.median);
  trainer.dispose();
});

test("a profile leaves the training as it was", async () => {
  const [plain, profiled] = [await create(), await create()];
  for (const trainer of [plain, profiled]) await trainer.fit(data, { steps: 5 });
  const before = await weightsOf(profiled);
  await profile(profiled, data, { steps: 3 });
  expect(await weightsOf(profiled)).toBe(before);
  for (const trainer of [plain, profiled]) await trainer.fit(data, { steps: 5 });
  expect(await weightsOf(profiled)).toBe(await weightsOf(plain));
  plain.dispose();
  profiled.dispose();
});

test("stopped early it gives what it has, and nothing is an error", async () => {
  const trainer = await create();
  const abort = new AbortController();
  const onStep = (done: number): void => void (done === 2 && abort.abort());
  expect((await profile(trainer, data, { steps: 50, signal: abort.signal, onStep })).steps).toBe(2);
  await expect(profile(trainer, data, { signal: abort.signal })).rejects.toMatchObject({ code: "aborted" });
  await expect(profile(trainer, data, { steps: 0 })).rejects.toMatchObject({ code: "option" });
  trainer.dispose();
});
