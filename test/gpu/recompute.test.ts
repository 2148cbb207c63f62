import { afterAll, expect, test } from "vitest";
import {
  type Layer,
  Trainer,
  adam,
  batchNorm2d,
  conv2d,
  crossEntropy,
  dropout,
  flatten,
  gelu,
  layerNorm,
  linear,
  maxPool2d,
  recompute,
  relu,
  residual,
  rrelu,
  sequential,
  tanh,
  withinBytes,
  unflatten,
  summary,
} from "../../src/index.ts";
import { validate } from "../../src/check/validate/index.ts";
import { pointsInClasses } from "../support/datasets.ts";
import { numbers } from "../support/networks.ts";
import { gpu } from "../support/on-device.ts";

afterAll(() => gpu.dispose());

const data = pointsInClasses(60, 72, 3);
type Parts = readonly Layer[];

/**
 * A network with some of its layers wrapped. Noise depends on a layer's place, which a wrapper changes, so comparisons have none.
 */
const images = (wrap: (parts: Parts) => Parts, noise = false) =>
  sequential(
    unflatten([2, 6, 6]),
    conv2d(2, 8, 3, { padding: 1 }),
    residual(
      wrap([
        conv2d(8, 8, 3, { padding: 1, bias: false }),
        batchNorm2d(8),
        relu(),
        conv2d(8, 8, 3, { padding: 1 }),
        gelu(),
      ]),
    ),
    maxPool2d(2),
    flatten(),
    ...wrap([
      linear(72, 40),
      ...(noise ? [dropout(0.3), rrelu()] : [relu()]),
      layerNorm(40),
      linear(40, 30),
      tanh(),
    ]),
    linear(30, 3),
  );

/** Some steps from weights that do not depend on the layers' names. */
async function train(model: ReturnType<typeof sequential>, budget?: number) {
  const trainer = await Trainer.create(gpu, {
    model,
    loss: crossEntropy(),
    optimizer: adam({ lr: 0.01 }),
    batch: 20,
    seeds: [1, 2],
    ...(budget !== undefined && { recompute: withinBytes(budget) }),
  });
  const start = [...(await trainer.weights())].map(([name, { shape, data: values }], i) => {
    const drawn = Float32Array.from(numbers(i, shape, 0.2));
    return [name, { shape, data: shape.length > 1 ? drawn : values }] as const;
  });
  trainer.setWeights(new Map(start));
  const { losses } = await trainer.fit(data, { steps: 5 });
  const { executor } = await trainer.recorded(data);
  const { plan } = executor;
  if (plan.graph.nodes.some(({ after }) => after !== undefined)) {
    const { firstBad } = await validate(executor, trainer.stepValues(data, 5));
    expect(firstBad).toBeUndefined();
  }
  const flops = plan.dispatches.reduce((sum, d) => sum + d.flops, 0);
  const result = {
    bits: losses.map((l) => [...new Uint32Array(l.buffer)]),
    memory: plan.memory,
    flops,
  };
  trainer.dispose();
  return result;
}

test("layers that are computed again give the same bits, with less memory and more work", async () => {
  const kept = await train(images((parts) => parts));
  const again = await train(images((parts) => [recompute(...parts)]));
  expect(again.bits).toEqual(kept.bits);
  expect(again.memory.lowerBoundBytes).toBeLessThan(kept.memory.lowerBoundBytes);
  expect(again.flops).toBeGreaterThan(1.1 * kept.flops);
});

test("a budget of bytes is kept by computing again, with the same bits", async () => {
  const model = images((parts) => parts, true);
  const { savedBytes } = summary(model, { batch: 20, replicas: 2 });
  const kept = await train(model);
  const budget = Math.round(savedBytes * 0.88);
  const again = await train(model, budget);
  expect(again.bits).toEqual(kept.bits);
  expect(again.memory.lowerBoundBytes).toBeLessThan(kept.memory.lowerBoundBytes);
});
