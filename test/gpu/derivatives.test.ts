import { afterAll, expect, test } from "vitest";
import {
  Trainer,
  activations,
  adam,
  derivative,
  device,
  linear,
  modelLoss,
  sequential,
  trainStep,
} from "../../src/index.ts";
import { add, mul, sub } from "../../src/graph/ops/pointwise.ts";

const gpu = await device();
afterAll(() => gpu.dispose());

test("a network learns sin from u'' + u = 0, u(0) = 0, u'(0) = 1", async () => {
  const square = (x: Parameters<typeof mul>[0]) => mul(x, x);
  const oscillator = modelLoss({
    name: "oscillator",
    each({ x, u, model, points }) {
      const zero = points([[0]]);
      const start = model(zero);
      const equation = square(add(derivative(derivative(u, x), x), u));
      const boundary = add(square(start), square(sub(derivative(start, zero), 1)));
      return add(equation, boundary);
    },
  });
  const trainer = await Trainer.create(gpu, {
    model: sequential(linear(1, 16), activations.tanh, linear(16, 16), activations.tanh, linear(16, 1)),
    loss: oscillator,
    optimizer: adam({ lr: 0.005 }),
    batch: 31,
    seeds: [1, 2],
  });
  const x = Float32Array.from({ length: 31 }, (_, i) => i / 10);
  let loss: readonly number[] = [];
  for (let i = 0; i < 3000; i++) {
    const step = trainStep(trainer, { x });
    if (i % 16 === 0) loss = await step;
  }
  const { data } = await trainer.predict(x);
  const error = data.reduce((most, u, i) => Math.max(most, Math.abs(u - Math.sin(x[i % 31]!))), 0);
  console.log("loss", loss, "error", error);
  expect(error).toBeLessThan(1e-2);
  trainer.dispose();
});
