import { expect, test } from "vitest";
import { check, inputs } from "../../bench/activations/exactness.ts";
import { Progress } from "../../bench/progress.ts";
import { bestOf, mean, median, quantile, quartiles, range, smooth } from "../../src/core/statistics.ts";
import { stepSamples, trainingRow } from "../../bench/training/train.ts";
import { activations } from "../../src/index.ts";

test("quantiles are interpolated, whatever the order", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(quantile([1, 2, 3, 4, 5], 0.25)).toBe(2);
  expect(quantile([1, 2], 0.25)).toBe(1.25);
  expect(quantile([Infinity, 1], 1)).toBe(Infinity);
  expect(quartiles([5, 1, 3])).toEqual({ median: 3, low: 2, high: 4 });
  expect(range([5, 1, 3])).toEqual({ median: 3, low: 1, high: 5 });
  expect(quartiles([])).toBeUndefined();
  expect(() => median([])).toThrow(RangeError);
});

test("the mean of equal values is their value, to the last bit", () => {
  for (const value of [0.5645, 0.1, 1 / 3, -7e-12]) expect(mean(Array(10).fill(value))).toBe(value);
  expect(mean([1, 2, 6])).toBe(3);
  expect(mean([1, Infinity])).toBe(Infinity);
  expect(mean([Infinity, -Infinity])).toBeNaN();
  expect(mean([])).toBeNaN();
});

test("the best are those whose interval reaches the best median", () => {
  const spreads = [
    { median: 5, low: 4, high: 6 },
    { median: 3, low: 2.5, high: 3.5 },
    { median: 3.4, low: 2.9, high: 4 },
    undefined,
  ];
  expect(bestOf(spreads, "low")).toEqual([false, true, true, false]);
  expect(bestOf(spreads, "high")).toEqual([true, false, false, false]);
  expect(bestOf([undefined], "low")).toEqual([false]);
});

test("smoothing leaves out what is not finite", () => {
  expect(smooth([1, 2, 3, null, 5], 3)).toEqual([1.5, 2, 2.5, null, 5]);
  expect(smooth([1, 2], 1)).toEqual([1, 2]);
});

test("the time left follows what was measured, and a guess before that", () => {
  const progress = new Progress();
  progress.add("a", 100, 1);
  progress.add("b", 4, 2);
  expect(progress.secondsLeft).toBe(108);
  progress.advance("a", 1, 20); // a slow start is not believed at once
  expect(progress.secondsLeft).toBeCloseTo(8 + (99 * 23) / 4);
  progress.advance("a", 49, 30);
  expect(progress.secondsLeft).toBeCloseTo(8 + (50 * 53) / 53);
  progress.advance("a", 60, 20); // more than thought
  expect(progress.secondsLeft).toBe(8);
});

test("a step's time comes from full submits, not from those that warm up", () => {
  const submits = [1, 2, 4, 8, 8, 3].map((steps, i) => ({ steps, ms: steps * (i === 0 ? 500 : 10 + i) }));
  expect(stepSamples(submits)).toEqual([12, 13, 14]);
  expect(stepSamples([{ steps: 5, ms: 50 }])).toEqual([10]);
  expect(stepSamples([])).toEqual([]);
});

test("a training's row has a spread over seeds, and none where one of them diverged", () => {
  const submits = [{ steps: 2, ms: 20 }];
  const about = { lastSteps: 2, images: 256 };
  const losses = [
    [9, 1, 2],
    [9, 3, 4],
  ];
  const fitted = { losses, steps: 3, seconds: 1 };
  const evaluation = { loss: [0.5, 0.7], accuracy: [0.9, 0.8] };
  const row = trainingRow("relu", fitted, evaluation, submits, about);
  expect(row.trainLoss).toEqual({ median: 2.5, low: 1.5, high: 3.5 });
  expect(row.testAccuracy).toEqual({ median: expect.closeTo(0.85, 12), low: 0.8, high: 0.9 });
  expect(row.imagesPerSecond).toBe(25_600);
  expect(row.divergedAt).toEqual([null, null]);

  const broken = { ...fitted, losses: [losses[0]!, [9, NaN, NaN]] };
  const worse = trainingRow("exp", broken, { loss: [0.5, NaN], accuracy: [0.9, 0.1] }, submits, about);
  expect(worse.trainLoss).toBeUndefined();
  expect([worse.testLoss, worse.testAccuracy]).toEqual([undefined, undefined]);
  expect(worse.divergedAt).toEqual([null, 2]);
  expect(worse.losses[1]).toEqual([9, null, null]);

  const stopped = trainingRow("relu", { losses: [[], []], steps: 0, seconds: 0 }, undefined, [], about);
  expect(stopped).toMatchObject({ stepSamplesMs: [], testAccuracies: [], divergedAt: [null, null] });
  expect(stopped.trainLoss).toBeUndefined();
});

test("the check before timing finds a wrong value, a missing one, and one at the very end", () => {
  const record = activations.silu;
  const tensors = inputs(5000);
  const y = tensors.x.map((x) => record.f(x, {}));
  const dx = tensors.x.map((x, i) => tensors.gy[i]! * record.dfdx(x, {}));
  expect(check(record, tensors, y, dx)).toMatchObject({ checked: 5000, forwardUlp: 0, backwardUlp: 0 });
  expect(() => check(record, tensors, y.with(17, y[17]! * 1.0001), dx)).toThrow(/silu, forward: element 17,/);
  expect(() => check(record, tensors, y, dx.with(4999, 0))).toThrow(/silu, backward: element 4999,/);
  expect(() => check(record, tensors, y.with(3, NaN), dx)).toThrow(/got NaN/);
});
