import { expect, test } from "vitest";
import {
  parameterGroup,
  Trainer,
  type TrainerOptions,
  adam,
  adamW,
  batchNorm1d,
  clipNorm,
  clipValue,
  cosine,
  crossEntropy,
  linear,
  lion,
  oneCycle,
  rmsProp,
  sequential,
  sgd,
  silu,
  warmup,
} from "../../src/index.ts";
import { interpretTraining, validate } from "../../src/check/validate/index.ts";
import { pointsInClasses } from "../support/datasets.ts";
import { gpu } from "../support/on-device.ts";

const data = pointsInClasses(60, 6, 3);
const create = (options: Partial<TrainerOptions>): Promise<Trainer> =>
  Trainer.create(gpu, {
    model: sequential(linear(6, 16), silu, linear(16, 3)),
    loss: crossEntropy(),
    optimizer: adam({ lr: 0.01 }),
    batch: 20,
    seeds: [1, 2],
    ...options,
  });

const groups = [parameterGroup("*.bias", { lr: [0.02, 0.01], weightDecay: 0 })];
const cases: Record<string, Partial<TrainerOptions>> = {
  "clipped by norm, with a bias of another group": {
    clip: clipNorm(0.1),
    optimizer: adamW({ lr: [0.01, 0.02], weightDecay: 0.1, groups }),
  },
  "clipped by the largest gradient": {
    clip: clipNorm(0.02, { type: Infinity }),
    optimizer: lion({ lr: 0.001 }),
  },
  "clipped by value, accumulated, averaged": {
    clip: clipValue(0.01),
    accumulate: 3,
    ema: 0.9,
    optimizer: sgd({ lr: 0.1, momentum: 0.9, nesterov: true }),
  },
  "one cycle of rate and momentum": {
    optimizer: rmsProp({ lr: 0.01, momentum: 0.5, schedule: oneCycle({ totalSteps: 20 }) }),
  },
  "amsgrad, warmed up": {
    optimizer: adam({ lr: 0.01, amsgrad: true, schedule: warmup(5, cosine({ tMax: 15 })) }),
  },
};

test.each(Object.entries(cases))("%s: training agrees with float64, kernel by kernel", async (_, options) => {
  const trainer = await create(options);
  const want = await interpretTraining(trainer, data, 21);
  const { losses } = await trainer.fit(data, { steps: 21 });
  for (const [step, values] of want.entries()) {
    for (const [r, value] of values.entries())
      expect(Math.abs(losses[r]![step]! - value) / value, `step ${step}, replica ${r}`).toBeLessThan(1e-5);
  }
  const { executor } = await trainer.recorded(data);
  expect((await validate(executor, trainer.stepValues(data, trainer.step))).firstBad).toBeUndefined();
  trainer.dispose();
});

test("averaged weights evaluate, predict and are read instead of the weights", async () => {
  const trainer = await create({ ema: 0.95, optimizer: adam({ lr: 0.05 }) });
  const other = await create({});
  expect(await trainer.evaluate(data, { average: true })).toEqual(await trainer.evaluate(data));
  await trainer.fit(data, { steps: 30 });
  const averaged = await trainer.weights(0, { average: true });
  expect(averaged).not.toEqual(await trainer.weights(0));
  other.setWeights(averaged);
  const want = await other.evaluate(data);
  expect((await trainer.evaluate(data, { average: true })).loss[0]).toBe(want.loss[0]);
  const x = Float32Array.of(1, 2, 3, 4, 5, 6);
  const [a, b] = [await trainer.predict(x, { average: true }), await other.predict(x)];
  expect([...a.data.subarray(0, 3)]).toEqual([...b.data.subarray(0, 3)]);
  await expect(other.evaluate(data, { average: true })).rejects.toThrow(
    /no averages of the weights were kept/,
  );
  trainer.dispose();
  other.dispose();
});

test("beside averaged weights, a batch norm's running statistics are the newest", async () => {
  const model = sequential(linear(6, 8), batchNorm1d(8), silu, linear(8, 3));
  const trainer = await create({ model, ema: 0.5, seeds: [1] });
  await trainer.fit(data, { steps: 9 });
  const [own, averaged] = [await trainer.weights(), await trainer.weights(0, { average: true })];
  expect(averaged.get("1.running_var")).toEqual(own.get("1.running_var"));
  expect(averaged.get("0.weight")).not.toEqual(own.get("0.weight"));
  trainer.dispose();
  const single = await create({ model, batch: 1 }); // one row cannot be trained on, but evaluated
  expect((await single.evaluate(data)).rows).toBe(60);
  single.dispose();
});
