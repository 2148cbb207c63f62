import { afterAll, expect, test } from "vitest";
import {
  Trainer,
  activations,
  adam,
  crossEntropy,
  device,
  gated,
  groupedActivations,
  linear,
  maxout,
  mlp,
  sequential,
  swiglu,
} from "../../src/index.ts";
import { interpretTraining, validate } from "../../src/check/validate/index.ts";
import { pointsInClasses } from "../support/datasets.ts";

const gpu = await device();
afterAll(() => gpu.dispose());

const data = pointsInClasses(53, 6, 3);
const names = [
  ...Object.keys(groupedActivations),
  "maxout:pieces=5,grouping=strided",
  "swiglu:gate=first",
  "softmax:axis=0",
];
const models = {
  ...Object.fromEntries(
    names.map((name) => [name, mlp({ inputs: 6, hidden: [10, 6], outputs: 3, activations: [name] })]),
  ),
  "sized layers, one gated by a swish that learns": sequential(
    swiglu(6, 7),
    maxout(7, 5, { pieces: 4 }),
    linear(5, 14),
    gated(activations.swish({ learn: true, perChannel: true })),
    linear(7, 3),
  ),
};

test.each(Object.entries(models))(
  "%s: training agrees with float64, and so does every dispatch",
  async (_, model) => {
    const trainer = await Trainer.create(gpu, {
      model,
      loss: crossEntropy(),
      optimizer: adam({ lr: 0.01 }),
      batch: 10,
      seeds: [1, 2],
    });
    const want = await interpretTraining(trainer, data, 10);
    const { losses } = await trainer.fit(data, { steps: 10 });
    for (const [step, values] of want.entries()) {
      for (const [r, value] of values.entries()) {
        expect(Math.abs(losses[r]![step]! - value) / value, `step ${step}, replica ${r}`).toBeLessThan(1e-5);
      }
    }
    const { executor } = await trainer.recorded(data);
    expect((await validate(executor, trainer.stepValues(data, 10))).firstBad).toBeUndefined();
    const { loss } = await trainer.evaluate(data);
    expect(loss.every(Number.isFinite)).toBe(true);
    trainer.dispose();
  },
);
