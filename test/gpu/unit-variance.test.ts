import { afterAll, expect, test } from "vitest";
import {
  Trainer,
  batchNorm2d,
  conv2d,
  crossEntropy,
  dropout,
  flatten,
  gelu,
  inspect,
  linear,
  orthogonal,
  relu,
  residual,
  sequential,
  sgd,
  tanh,
  unflatten,
  unitVariance,
} from "../../src/index.ts";
import { pointsInClasses } from "../support/datasets.ts";
import { gpu } from "../support/on-device.ts";

afterAll(() => gpu.dispose());
const init = orthogonal();
const data = pointsInClasses(90, 72, 3);
const create = (model: ReturnType<typeof sequential>): Promise<Trainer> =>
  Trainer.create(gpu, {
    model,
    loss: crossEntropy(),
    optimizer: sgd({ lr: 0.01 }),
    batch: 30,
    seeds: [3, 4],
    ema: 0.9,
  });

/** Variance of each layer's outputs over the first rows, of one replica. */
async function variances(trainer: Trainer, layers: readonly string[]): Promise<number[]> {
  const inspection = await inspect(trainer, data);
  inspection.run();
  const found: number[] = [];
  for (const layer of layers) {
    const { output } = await inspection.read(layer);
    const half = output.subarray(output.length / 2);
    const mean = half.reduce((a, b) => a + b, 0) / half.length;
    found.push(half.reduce((a, b) => a + (b - mean) ** 2, 0) / half.length);
  }
  inspection.dispose();
  return found;
}

test("the outputs of every weighted layer get variance 1, each replica's by itself", async () => {
  const trainer = await create(
    sequential(linear(72, 40, { init }), relu, linear(40, 20, { init }), gelu, tanh, linear(20, 3, { init })),
  );
  const bias = (await trainer.weights()).get("0.bias");
  const done = await unitVariance(trainer, data, { rows: 90 });
  expect(done.map(({ name }) => name)).toEqual(["0.weight", "2.weight", "5.weight"]);
  expect(done.every(({ before }) => before.length === 2 && Math.abs(before[0]! - 1) > 0.1)).toBe(true);
  for (const variance of await variances(trainer, ["0", "2", "5"]))
    expect(Math.abs(variance - 1)).toBeLessThan(0.01);
  expect((await trainer.weights()).get("0.bias")).toEqual(bias);
  expect(await trainer.weights(1, { average: true })).toEqual(await trainer.weights(1));
  trainer.dispose();
});

test("convolutions, also within blocks, and before batch norms and dropout", async () => {
  const trainer = await create(
    sequential(
      unflatten([2, 6, 6]),
      conv2d(2, 4, 3, { padding: 1, init }),
      relu,
      residual([conv2d(4, 4, 3, { padding: 1, bias: false, init }), batchNorm2d(4)]),
      dropout(0.5),
      flatten(),
      linear(144, 3, { init }),
    ),
  );
  const done = await unitVariance(trainer, data);
  expect(done.map(({ name }) => name)).toEqual(["1.weight", "3.body.0.weight", "6.weight"]);
  for (const { after } of done) for (const v of after) expect(Math.abs(v - 1)).toBeLessThan(0.01);
  await expect(unitVariance(trainer, data, { rows: 91 })).rejects.toThrow("rows must be a whole number");
  trainer.dispose();
});
