import { afterAll, expect, test } from "vitest";
import {
  type Dataset,
  Trainer,
  adam,
  cosine,
  crossEntropy,
  device,
  kan,
  linear,
  mse,
  sequential,
} from "../../src/index.ts";
import { interpretTraining, validate } from "../../src/check/validate/index.ts";
import { uniform } from "../../src/core/random.ts";
import { pointsInClasses } from "../support/datasets.ts";

const gpu = await device();
afterAll(() => gpu.dispose());

/** sin(pi x) exp(y) at points of [-1, 1]². */
function surface(rows: number): Dataset {
  const x = uniform(3, 1, 2 * rows).map((v) => 2 * v - 1);
  const targets = Float32Array.from(
    { length: rows },
    (_, i) => Math.sin(Math.PI * x[2 * i]!) * Math.exp(x[2 * i + 1]!),
  );
  return { kind: "values", name: "surface", rows, shape: [2], x, targets, width: 1 };
}

test("kan 2-5-1 fits sin(pi x) exp(y) to an RMSE below 2e-2, median of five seeds, within a minute", async () => {
  const data = surface(1000);
  const trainer = await Trainer.create(gpu, {
    model: sequential(kan(2, 5), kan(5, 1)),
    loss: mse(),
    optimizer: adam({ lr: 0.02, schedule: cosine({ tMax: 500 }) }),
    batch: 100,
    seeds: [0, 1, 2, 3, 4],
  });
  const start = performance.now();
  await trainer.fit(data, { steps: 500 });
  const { loss } = await trainer.evaluate(data);
  const seconds = (performance.now() - start) / 1000;
  trainer.dispose();
  const errors = loss.map(Math.sqrt).toSorted((a, b) => a - b);
  expect(errors[2]).toBeLessThan(2e-2);
  expect(seconds).toBeLessThan(60);
}, 240_000);

test.each([
  ["cubic", [kan(6, 10), kan(10, 3)]],
  [
    "first order, 3 pieces, between linear layers",
    [linear(6, 5), kan(5, 9, { grid: 3, order: 1 }), linear(9, 3)],
  ],
  ["fifth order, another range", [linear(6, 3), kan(3, 3, { order: 5, grid: 2, range: [-2, 0.5] })]],
] as const)("%s: losses agree with float64, every dispatch does", async (_, layers) => {
  const data = pointsInClasses(53, 6, 3);
  const trainer = await Trainer.create(gpu, {
    model: sequential(...layers),
    loss: crossEntropy(),
    optimizer: adam({ lr: 0.01 }),
    batch: 10,
    seeds: [1, 2],
  });
  const want = await interpretTraining(trainer, data, 10);
  const { losses } = await trainer.fit(data, { steps: 10 });
  for (const [step, values] of want.entries())
    for (const [r, value] of values.entries())
      expect(Math.abs(losses[r]![step]! - value) / value, `step ${step}, replica ${r}`).toBeLessThan(1e-5);
  const { executor } = await trainer.recorded(data);
  expect((await validate(executor, trainer.stepValues(data, 10))).firstBad).toBeUndefined();
  trainer.dispose();
});
