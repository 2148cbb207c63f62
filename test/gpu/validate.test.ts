import { expect, test } from "vitest";
import { silu } from "../../src/activations/records/silu.ts";
import {
  type Activation,
  Trainer,
  adam,
  adamW,
  crossEntropy,
  defineActivation,
  device,
  linear,
  mlp,
  sequential,
  sgd,
  takeCheckpoint,
} from "../../src/index.ts";
import { validate } from "../../src/check/validate/validate.ts";
import { pointsInClasses } from "../support/datasets.ts";

const gpu = await device();

async function trainerWith(activation: Activation, fuse = true): Promise<Trainer> {
  const model = sequential(linear(6, 12), activation, linear(12, 7), activation, linear(7, 3));
  const optimizer = fuse ? adam({ lr: 0.01 }) : sgd({ lr: 0.1, momentum: 0.9, weightDecay: 0.01 });
  return Trainer.create(gpu, { model, loss: crossEntropy(), optimizer, batch: 10, seeds: [1, 2], fuse });
}

/** The complete state of a training, as text. */
async function statesOf(trainer: Trainer): Promise<string> {
  const { tensors } = await takeCheckpoint(trainer, pointsInClasses(53, 6, 3));
  return [...tensors].map(([name, { data }]) => `${name} ${data.join()}`).join("\n");
}

test.each([true, false])(
  "every dispatch of a training step agrees with float64 on its own inputs (fuse: %s)",
  async (fuse) => {
    const data = pointsInClasses(53, 6, 3);
    const trainer = await trainerWith(silu, fuse);
    const { executor } = await trainer.recorded(data);
    await trainer.fit(data, { steps: 20 });
    for (let step = 20; step < 23; step++) {
      const before = await statesOf(trainer);
      const { tensors, firstBad } = await validate(executor, trainer.stepValues(data, step));
      expect(firstBad).toBeUndefined();
      expect(tensors.length).toBeGreaterThan(10);
      expect(await statesOf(trainer), "left as they were").toBe(before);
      await trainer.fit(data, { steps: 1 });
      expect(await statesOf(trainer)).not.toBe(before);
    }
    trainer.dispose();
  },
);

test.each([true, false])("so it does with another activation in each layer (fuse: %s)", async (fuse) => {
  const data = pointsInClasses(53, 6, 3);
  const model = mlp({
    inputs: 6,
    hidden: [12, 9, 8, 7],
    outputs: 3,
    activations: ["gelu", "x * sigmoid(beta * x); beta = 1 learned", "swiglu", "prelu:perChannel"],
  });
  const optimizer = adamW({ lr: 0.01 });
  const trainer = await Trainer.create(gpu, {
    model,
    loss: crossEntropy(),
    optimizer,
    batch: 10,
    seeds: [1, 2],
    fuse,
  });
  const { executor } = await trainer.recorded(data);
  await trainer.fit(data, { steps: 20 });
  const { tensors, firstBad } = await validate(executor, trainer.stepValues(data, 20));
  expect(firstBad).toBeUndefined();
  expect(tensors.length).toBeGreaterThan(15);
  const weights = await trainer.weights();
  const [, beta] = [...weights].find(([name]) => name.endsWith(".beta"))!;
  expect(Math.abs(beta.data[0]! - 1), "learned").toBeGreaterThan(1e-3);
  trainer.dispose();
});

test("a broken derivative is found: the first bad dispatch is the one that uses it", async () => {
  const broken = defineActivation({
    ...silu,
    name: "broken_silu",
    wgsl: { ...silu.wgsl, dfdx: "sigmoid_(x) * (1.0001 + x * (1.0 - sigmoid_(x)))" },
  });
  const data = pointsInClasses(53, 6, 3);
  const trainer = await trainerWith(broken);
  const { executor } = await trainer.recorded(data);
  const { firstBad } = await validate(executor, trainer.stepValues(data, 0));
  // The output layer's input gradient, in whose epilogue the second activation's derivative is fused.
  expect(firstBad).toMatchObject({ label: "4: matmul+activationGrad", op: "activationGrad" });
  expect(firstBad!.ulp).toBeGreaterThan(100);
  trainer.dispose();
});
