import { afterAll, expect, test } from "vitest";
import {
  type Layer,
  Trainer,
  activations,
  adam,
  adamW,
  crossEntropy,
  device,
  linear,
  sequential,
} from "../../src/index.ts";
import { interpretTraining, validate } from "../../src/check/validate/index.ts";
import { pointsInClasses } from "../support/datasets.ts";

const gpu = await device();
afterAll(() => gpu.dispose());

const { prelu, rrelu, snake, swish } = activations;
const data = pointsInClasses(53, 6, 3);

const create = (first: Layer, second: Layer, fuse = true, seeds = [1, 2]): Promise<Trainer> =>
  Trainer.create(gpu, {
    model: sequential(linear(6, 10), first, linear(10, 7), second, linear(7, 3)),
    loss: crossEntropy(),
    optimizer: fuse ? adam({ lr: 0.01, weightDecay: 0.1 }) : adamW({ lr: 0.01 }),
    batch: 10,
    seeds,
    fuse,
  });

const layers: Record<string, readonly [Layer, Layer]> = {
  "prelu, one slope and one a channel": [prelu(), prelu({ a: 0.1, perChannel: true })],
  "swish and snake": [swish({ beta: 1.5, learn: true, perChannel: true }), snake({ learn: true })],
  "rrelu with its drawn slopes": [rrelu(), rrelu({ lower: 0, upper: 0.5 })],
};

test.each(
  Object.entries(layers).flatMap(([name, pair]) => [true, false].map((fuse) => [name, fuse, pair] as const)),
)("%s (fuse: %s): 20 losses agree with float64, every dispatch does", async (_, fuse, [first, second]) => {
  const trainer = await create(first, second, fuse);
  const want = await interpretTraining(trainer, data, 20);
  const { losses } = await trainer.fit(data, { steps: 20 });
  for (const [step, values] of want.entries()) {
    for (const [r, value] of values.entries()) {
      expect(Math.abs(losses[r]![step]! - value) / value, `step ${step}, replica ${r}`).toBeLessThan(1e-5);
    }
  }
  const { executor } = await trainer.recorded(data);
  const { firstBad } = await validate(executor, trainer.stepValues(data, 20));
  expect(firstBad).toBeUndefined();
  trainer.dispose();
});

test("learned slopes move, each replica's its own, and are saved under PyTorch's names", async () => {
  const trainer = await create(prelu(), prelu({ perChannel: true }));
  await trainer.fit(data, { steps: 50 });
  const [a, b] = [await trainer.weights(0), await trainer.weights(1)];
  expect([...a.keys()]).toEqual([
    "0.weight",
    "0.bias",
    "1.weight",
    "2.weight",
    "2.bias",
    "3.weight",
    "4.weight",
    "4.bias",
  ]);
  expect(a.get("1.weight")!.shape).toEqual([1]);
  expect(a.get("3.weight")!.data).toHaveLength(7);
  expect(new Set([0.25, a.get("1.weight")!.data[0], b.get("1.weight")!.data[0]]).size).toBe(3);
  trainer.dispose();
});

test("a replica draws the same slopes alone and among others; evaluation draws none", async () => {
  const [together, alone] = [await create(rrelu(), rrelu()), await create(rrelu(), rrelu(), true, [2])];
  const runs = [await together.fit(data, { steps: 15 }), await alone.fit(data, { steps: 15 })];
  expect(runs[0]!.losses[1]).toEqual(runs[1]!.losses[0]);
  const [first, second] = [await alone.evaluate(data), await alone.evaluate(data)];
  expect(first).toEqual(second);
  const { data: predicted } = await alone.predict(Float32Array.from(data.x.subarray(0, 60), Number));
  expect(predicted.every(Number.isFinite)).toBe(true);
  together.dispose();
  alone.dispose();
});
