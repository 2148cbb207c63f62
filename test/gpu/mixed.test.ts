import { afterAll, expect, test } from "vitest";
import {
  type Precision,
  Trainer,
  adam,
  batchNorm2d,
  conv2d,
  crossEntropy,
  flatten,
  gelu,
  layerNorm,
  linear,
  maxPool2d,
  mixed,
  relu,
  residual,
  sequential,
  sgd,
  silu,
  tanh,
  unflatten,
} from "../../src/index.ts";
import { validate } from "../../src/check/validate/index.ts";
import type { Model } from "../../src/nn/sequential.ts";
import { pointsInClasses } from "../support/datasets.ts";
import { gpu } from "../support/on-device.ts";

afterAll(() => gpu.dispose());

const data = pointsInClasses(240, 72, 3);

const trainerOf = (model: Model, precision: Precision | undefined, options = {}): Promise<Trainer> =>
  Trainer.create(gpu, {
    model,
    loss: crossEntropy(),
    optimizer: adam({ lr: 0.01 }),
    batch: 20,
    seeds: [1, 2],
    ...(precision && { precision }),
    ...options,
  });

const models: Readonly<Record<string, Model>> = {
  // Odd widths leave padding in slots.
  mlp: sequential(linear(72, 39), relu, linear(39, 21), silu, layerNorm(21), tanh, linear(21, 3)),
  cnn: sequential(
    unflatten([2, 6, 6]),
    conv2d(2, 8, 3, { padding: 1 }),
    relu,
    maxPool2d(2),
    conv2d(8, 6, 3, { padding: 1 }),
    gelu(),
    flatten(),
    linear(54, 3),
  ),
  resnet: sequential(
    unflatten([2, 6, 6]),
    conv2d(2, 8, 3, { padding: 1, bias: false }),
    batchNorm2d(8),
    relu,
    residual([conv2d(8, 8, 3, { padding: 1, groups: 8, bias: false }), batchNorm2d(8), relu]),
    flatten(),
    linear(288, 3),
  ),
};

test.each(Object.entries(models))(
  "a %s of mixed precision: each dispatch as in float64, twice the same bits, half the memory kept",
  async (_, model) => {
    const run = async (precision?: Precision) => {
      using trainer = await trainerOf(model, precision);
      const { losses } = await trainer.fit(data, { steps: 6 });
      const { executor } = await trainer.recorded(data);
      const found = await validate(executor, trainer.stepValues(data, 6));
      return { losses: losses.map((l) => [...l]), found, plan: executor.plan };
    };
    const [exact, first, again] = [await run(), await run(mixed), await run(mixed)];
    expect(first.found.firstBad).toBeUndefined();
    expect(first.found.unchecked).toEqual([]);
    expect(again.losses).toEqual(first.losses);
    expect(first.plan.packed.size).toBeGreaterThan(1);
    // The forward pass is float32's: so is the loss of the first step, and those that follow are near.
    for (const [r, losses] of first.losses.entries()) {
      expect(losses[0]).toBe(exact.losses[r]![0]);
      for (const [i, loss] of losses.entries())
        expect(Math.abs(loss - exact.losses[r]![i]!)).toBeLessThan(0.02 * Math.max(...exact.losses[r]!));
    }
    expect(first.losses).not.toEqual(exact.losses);
  },
);

/** A perceptron that makes `largest` of every row, and nothing of that: its loss is finite whatever `largest` is. */
async function trainAt(largest: number, precision?: Precision) {
  const rows = 20;
  const ones = new Float32Array(rows).fill(1);
  const labels = Uint32Array.from({ length: rows }, (_, i) => (i % 4 === 0 ? 1 : 0));
  const points = { kind: "classes", name: "ones", rows, shape: [1], x: ones, labels, classes: 2 } as const;
  using trainer = await trainerOf(sequential(linear(1, 4), relu, linear(4, 2)), precision, {
    optimizer: sgd({ lr: 0 }),
    seeds: [1],
  });
  const zeros = [...(await trainer.weights())].map(([name, { shape, data: values }]) => {
    const filled = new Float32Array(values.length).fill(name === "0.weight" ? largest : 0);
    return [name, { shape, data: filled }] as const;
  });
  trainer.setWeights(new Map(zeros));
  const { losses } = await trainer.fit(points, { steps: 2 });
  return [...losses[0]!];
}

test("values above float16's range train on; one that rounds to infinity is caught in its step", async () => {
  const ln2 = Math.fround(Math.LN2);
  for (const largest of [1e5, 3e38]) {
    for (const loss of await trainAt(largest, mixed)) expect(loss).toBeCloseTo(ln2, 6);
  }
  // The next float32 below 2^128 (1 - 2^-9), from where bfloat16 rounds up.
  const edge = 3.3961776e38;
  for (const loss of await trainAt(edge)) expect(loss).toBeCloseTo(ln2, 6);
  await expect(trainAt(edge, mixed)).rejects.toThrow(
    /the gradients of step 1 are not finite; .*in backward it began with bfloat16 of 2/,
  );
});

test("a precision that is none is refused, with what to pass", async () => {
  await expect(trainerOf(models.mlp!, "mixed" as unknown as Precision)).rejects.toThrow(
    'Trainer: expected a precision, got "mixed"',
  );
});
