import { afterAll, expect, test } from "vitest";
import {
  Trainer,
  batchNorm1d,
  batchNorm2d,
  concat,
  conv2d,
  crossEntropy,
  dropout,
  flatten,
  globalAvgPool2d,
  groupNorm,
  layerNorm,
  linear,
  maxPool2d,
  relu,
  residual,
  rmsNorm,
  sequential,
  sgd,
  swiglu,
  unflatten,
} from "../../src/index.ts";
import { compare, relativeToMax } from "../../src/check/float64/compare.ts";
import { interpretTraining, validate } from "../../src/check/validate/index.ts";
import { pointsInClasses } from "../support/datasets.ts";
import { gpu } from "../support/on-device.ts";

afterAll(() => gpu.dispose());

const dataset = pointsInClasses(24, 72, 3);
const networks = {
  convolutions: sequential(
    unflatten([2, 6, 6]),
    conv2d(2, 5, 3, { padding: 1 }),
    relu,
    maxPool2d(2),
    conv2d(5, 4, 3),
    relu,
    dropout(0.25),
    flatten(),
    linear(4, 3),
  ),
  residual: sequential(
    unflatten([2, 6, 6]),
    conv2d(2, 4, 3, { padding: 1, bias: false }),
    batchNorm2d(4),
    relu,
    residual(
      [conv2d(4, 8, 3, { stride: 2, padding: 1, bias: false }), batchNorm2d(8)],
      [conv2d(4, 8, 1, { stride: 2 })],
    ),
    relu,
    groupNorm(2, 8),
    concat([], [conv2d(8, 2, 1, { groups: 2 })]),
    globalAvgPool2d(),
    flatten(),
    layerNorm(10),
    linear(10, 6),
    batchNorm1d(6),
    rmsNorm(6),
    linear(6, 3),
  ),
  "no biases": sequential(
    linear(72, 6, { bias: false }),
    batchNorm1d(6),
    swiglu(6, 5, { bias: false, gate: "first" }),
    linear(5, 3, { bias: false }),
  ),
};

test.each(Object.entries(networks))(
  "%s: training follows float64, every kernel of a step is right, weights move",
  async (_, model) => {
    const options = { model, loss: crossEntropy(), optimizer: sgd({ lr: 0.05, momentum: 0.9 }) };
    const trainer = await Trainer.create(gpu, { ...options, batch: 12, seeds: [0, 1] });
    const want = await interpretTraining(trainer, dataset, 6);
    const { losses } = await trainer.fit(dataset, { steps: 6 });
    for (const [step, values] of want.entries())
      for (const [replica, value] of values.entries()) expect(losses[replica]![step]).toBeCloseTo(value, 4);
    const { recorded, stepValues } = trainer;
    const { executor } = await recorded.call(trainer, dataset);
    const { firstBad } = await validate(executor, stepValues.call(trainer, dataset, 6));
    expect(firstBad).toBeUndefined();

    // What one trainer learned, including running statistics, another one predicts with.
    const other = await Trainer.create(gpu, { ...options, batch: 4 });
    other.setWeights(await trainer.weights(1));
    const x = dataset.x as Float32Array;
    const [mine, others] = [await trainer.predict(x), await other.predict(x)];
    // Two replicas have another shape than one, and kernels depend on shapes: not the same bits.
    const want32 = mine.data.subarray(mine.data.length / 2);
    const { pass, ...worst } = compare(others.data, want32, relativeToMax(want32, 1e-6));
    expect(pass, JSON.stringify(worst)).toBe(true);
    trainer.dispose();
    other.dispose();
  },
);
