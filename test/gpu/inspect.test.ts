import { afterAll, expect, test } from "vitest";
import {
  Trainer,
  activations,
  adam,
  batchNorm2d,
  conv2d,
  crossEntropy,
  device,
  flatten,
  inspect,
  linear,
  mlp,
  relu,
  sequential,
  silu,
  unflatten,
} from "../../src/index.ts";
import { allow } from "../../src/testing/index.ts";
import { pointsInClasses } from "../support/datasets.ts";

const gpu = await device();
afterAll(() => gpu.dispose());

const data = pointsInClasses(103, 6, 3);
const trainer = await Trainer.create(gpu, {
  model: sequential(linear(6, 10), silu, linear(10, 7), relu, linear(7, 3)),
  loss: crossEntropy(),
  optimizer: adam({ lr: 0.02 }),
  batch: 20,
  seeds: [1, 2],
});
await trainer.fit(data, { steps: 30 });
allow({ leaks: true }); // all tests use it

const near = (got: ArrayLike<number>, want: ArrayLike<number>, within = 1e-6): void => {
  expect(got.length).toBe(want.length);
  for (let i = 0; i < got.length; i++) expect(Math.abs(got[i]! - want[i]!)).toBeLessThanOrEqual(within);
};

test("each layer's output and signal belong together", async () => {
  const inspection = await inspect(trainer, data);
  inspection.run();
  expect(inspection.layers.map(({ title, shape }) => [title, ...shape])).toEqual([
    ["linear(6, 10)", 10],
    ["silu", 10],
    ["linear(10, 7)", 7],
    ["relu", 7],
    ["linear(7, 3)", 3],
  ]);
  const at = await Promise.all(inspection.layers.map(({ name }) => inspection.read(name)));
  const [pre, post, pre2, post2, logits] = at as [(typeof at)[0], ...typeof at];
  expect(logits!.shape).toEqual([2, 103, 3]);
  near(logits!.output, (await trainer.predict(data.x as Float32Array)).data);
  near(
    post!.output,
    pre.output.map((x) => activations.silu.f(x, {})),
  );
  near(
    post2!.output,
    pre2!.output.map((x) => Math.max(0, x)),
  );
  // The gradient before an activation is the one after it times f'; at the logits it is (softmax - one-hot) / rows.
  near(
    pre.gradient!,
    post!.gradient!.map((g, i) => g * activations.silu.dfdx(pre.output[i]!, {})),
  );
  near(
    pre2!.gradient!,
    post2!.gradient!.map((g, i) => (pre2!.output[i]! > 0 ? g : 0)),
  );
  const want = logits!.output.map((_, i) => {
    const start = i - (i % 3);
    const row = Array.from(logits!.output.subarray(start, start + 3), Math.exp);
    const right = data.labels[(start / 3) % 103] === i % 3 ? 1 : 0;
    return (row[i % 3]! / row.reduce((a, b) => a + b) - right) / 103;
  });
  near(logits!.gradient!, want);
  inspection.dispose();
});

test("points have no signal, and a run sees the parameters of now", async () => {
  const points = Float32Array.from({ length: 5 * 6 }, (_, i) => Math.sin(i));
  const inspection = await inspect(trainer, points);
  inspection.run();
  const before = await inspection.read("4");
  expect(before.gradient).toBeUndefined();
  near(before.output, (await trainer.predict(points)).data);
  await trainer.fit(data, { steps: 5 });
  inspection.run();
  const after = await inspection.read("4");
  expect(after.output).not.toEqual(before.output);
  near(after.output, (await trainer.predict(points)).data);
  expect(inspection.buffer("1").size).toBe(2 * 5 * 12 * 4);
  await expect(inspection.read("9")).rejects.toMatchObject({ code: "option" });
  inspection.dispose();
  await expect(inspect(trainer, new Float32Array(7))).rejects.toMatchObject({ code: "shape" });
  await expect(inspect(trainer, data, { rows: 104 })).rejects.toMatchObject({ code: "option" });
});

test("with an init of one kind all activations start from the same weights", async () => {
  const weightsOf = async (activation: string, init: "fit" | "he"): Promise<number[]> => {
    const model = mlp({ inputs: 6, hidden: [8], outputs: 3, activations: [activation], init });
    const fresh = await Trainer.create(gpu, {
      model,
      loss: crossEntropy(),
      optimizer: adam({ lr: 0.1 }),
      batch: 10,
    });
    const weights = [...(await fresh.weights()).values()].flatMap(({ data: values }) => [...values]);
    fresh.dispose();
    return weights;
  };
  expect(await weightsOf("relu", "he")).toEqual(await weightsOf("tanh", "he"));
  expect(await weightsOf("relu", "fit")).not.toEqual(await weightsOf("tanh", "fit"));
});

test("images keep their shape, and batch norm goes by the inspected rows as in training", async () => {
  const model = sequential(
    unflatten([1, 4, 4]),
    conv2d(1, 3, 3, { padding: 1 }),
    batchNorm2d(3),
    relu,
    flatten(),
    linear(48, 3),
  );
  const images = pointsInClasses(20, 16, 3);
  const networks = await Trainer.create(gpu, {
    model,
    loss: crossEntropy(),
    optimizer: adam({ lr: 0.01 }),
    batch: 10,
    seeds: [1, 2],
  });
  const inspection = await inspect(networks, images);
  inspection.run();
  expect(inspection.layers.map(({ shape }) => shape)).toEqual([
    [4, 4, 1],
    [4, 4, 3],
    [4, 4, 3],
    [4, 4, 3],
    [48],
    [3],
  ]);
  const { shape, output, gradient } = await inspection.read("2");
  expect(shape).toEqual([2, 20, 4, 4, 3]);
  expect(gradient!.length).toBe(output.length);
  // Nothing has been trained: the running statistics would leave the values unchanged.
  for (let channel = 0; channel < 3; channel++) {
    const values = output.subarray(0, output.length / 2).filter((_, i) => i % 3 === channel);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(1e-5);
    expect(Math.abs(variance - 1)).toBeLessThan(1e-3);
  }
  inspection.dispose();
  networks.dispose();
});
