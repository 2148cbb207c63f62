import { expect, test } from "vitest";
import {
  type Metric,
  Trainer,
  type ValueDataset,
  adam,
  linear,
  meanAbsoluteError,
  meanSquaredError,
  mse,
  r2,
  sequential,
  tanh,
  topK,
} from "../../src/index.ts";
import { numbers } from "../support/networks.ts";
import { gpu } from "../support/on-device.ts";

/** More rows than an evaluation takes at a time; the second output lies far from 0. */
const rows = 1207;
const x = Float32Array.from(numbers(1, [rows * 3]));
const targets = Float32Array.from({ length: rows * 2 }, (_, i) => {
  const row = Math.floor(i / 2);
  return i % 2 === 0 ? Math.sin(3 * x[row * 3]!) : 50 + x[row * 3 + 1]! * x[row * 3 + 2]!;
});
const data: ValueDataset = { kind: "values", name: "waves", rows, shape: [3], x, targets, width: 2 };

test("metrics of values are those of the predictions", async () => {
  const trainer = await Trainer.create(gpu, {
    model: sequential(linear(3, 16), tanh, linear(16, 2)),
    loss: mse(),
    optimizer: adam({ lr: 0.05 }),
    batch: 64,
    seeds: [1, 2],
  });
  await trainer.fit(data, { steps: 30 });
  const metrics = { mse: meanSquaredError(), mae: meanAbsoluteError(), r2: r2() };
  const found = await trainer.evaluate(data, { metrics });
  const { data: predicted } = await trainer.predict(x);
  for (const r of [0, 1]) {
    const errors = [...predicted.subarray(r * rows * 2, (r + 1) * rows * 2)].map((y, i) => y - targets[i]!);
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const squares = errors.map((e) => e * e);
    expect(found.mse[r]! / mean(squares)).toBeCloseTo(1, 5);
    expect(found.loss[r]! / mean(squares)).toBeCloseTo(1, 5);
    expect(found.mae[r]! / mean(errors.map(Math.abs))).toBeCloseTo(1, 5);
    const own = [0, 1].map((column) => {
      const of = <T>(values: ArrayLike<T>): T[] => Array.from(values).filter((_, i) => i % 2 === column);
      const [t, e] = [of(targets), of(squares)];
      const middle = mean(t);
      return 1 - mean(e) / mean(t.map((v) => (v - middle) ** 2));
    });
    expect(found.r2[r]! / mean(own)).toBeCloseTo(1, 4);
  }
  await expect(trainer.evaluate(data, { metrics: { top: topK(1) } })).rejects.toThrow(
    "metrics: topK(1) needs a dataset of classes, got values",
  );
  const none = { top: 5 } as unknown as Record<string, Metric>;
  await expect(trainer.evaluate(data, { metrics: none })).rejects.toThrow(
    "metric top: the record must be of type object, got number",
  );
  trainer.dispose();
});
