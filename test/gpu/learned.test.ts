import { afterAll, expect, test } from "vitest";
import {
  type Activation,
  type Layer,
  Trainer,
  activations,
  adam,
  adamW,
  conv2d,
  crossEntropy,
  defineActivation,
  device,
  flatten,
  formula,
  linear,
  sequential,
  setParams,
  unflatten,
} from "../../src/index.ts";
import { pointValues } from "../../src/activations/index.ts";
import { makePlan } from "../../src/compile/make-plan.ts";
import { Executor } from "../../src/device/executor.ts";
import { Storage } from "../../src/device/storage.ts";
import { planTarget } from "../../src/device/target.ts";
import { Graph } from "../../src/graph/graph.ts";
import { data as graphData } from "../../src/graph/ops/source.ts";
import { customKernel, defineOp } from "../../src/ops.ts";
import angles from "../../shaders/angles.wgsl?raw";
import { interpretTraining, validate } from "../../src/check/validate/index.ts";
import { pointsInClasses } from "../support/datasets.ts";

const gpu = await device();
afterAll(() => gpu.dispose());

const { apl, dyt, derf, prelu, rrelu, snake, sign_ste: signSte, spline, srelu, swish, xielu } = activations;
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

/** a1 sin(x / 8) + a2 sin(2 x / 8) + ..., with every factor learned. */
const harmonics = (count: number): readonly string[] => Array.from({ length: count }, (_, k) => `a${k + 1}`);
const start = (k: number): number => (10 + k) / 100;
const byFormula = (count: number): Activation =>
  formula(
    `${harmonics(count)
      .map((a, k) => `${a} * sin(${(k + 1) / 8} * x)`)
      .join(" + ")}; ${harmonics(count)
      .map((a, k) => `${a} = ${start(k)} learned`)
      .join("; ")}`,
  );
function byRecord(count: number): Activation {
  const names = harmonics(count);
  const sum = (term: (a: string, k: number) => string): string =>
    names.map((a, i) => term(a, i + 1)).join(" + ");
  const total = (term: (k: number) => number): number => names.reduce((all, _, i) => all + term(i + 1), 0);
  return defineActivation({
    name: `harmonics${count}`,
    formula: "sums of sines",
    saves: "x",
    params: Object.fromEntries(
      names.map((a, k) => [a, { default: start(k), doc: "a factor", learnable: true, learnedAs: a }]),
    ),
    wgsl: {
      library: angles,
      f: sum((a, k) => `${a} * sin_(x * ${k / 8}f)`),
      dfdx: sum((a, k) => `${a} * ${k / 8}f * cos_(x * ${k / 8}f)`),
      dfdp: Object.fromEntries(names.map((a, i) => [a, `sin_(x * ${(i + 1) / 8}f)`])),
    },
    f: (x, p) => total((k) => p[`a${k}`]! * Math.sin((k / 8) * x)),
    dfdx: (x, p) => total((k) => p[`a${k}`]! * (k / 8) * Math.cos((k / 8) * x)),
    dfdp: Object.fromEntries(names.map((a, i) => [a, (x: number) => Math.sin(((i + 1) / 8) * x)])),
  });
}

/** A step of a learned height by channel, whose backward pass is a triangle's. */
const heights = defineActivation({
  name: "height_step",
  formula: "x > 0 ? height : 0; backward height · max(1 − |x|, 0)",
  saves: "x",
  surrogate: true,
  params: {
    height: { default: 1.5, doc: "the height", learnable: true, learnedAs: "height", scope: "channel" },
  },
  wgsl: {
    f: "select(T(0.0), height, x > T(0.0))",
    dfdx: "height * max(1.0 - abs(x), T(0.0))",
    dfdp: { height: "select(T(0.0), T(1.0), x > T(0.0))" },
  },
  f: (x, { height }) => (x > 0 ? height : 0),
  dfdx: (x, { height }) => height * Math.max(1 - Math.abs(x), 0),
  dfdp: { height: (x) => (x > 0 ? 1 : 0) },
});

const layers: Record<string, readonly [Layer, Layer]> = {
  "dyt and derf, for the layer and by channel": [dyt(), derf()],
  "one a unit, and within constraints": [srelu({ perUnit: true }), xielu()],
  "a surrogate of one's own by channel, and sign": [heights(), signSte()],
  "splines, monotone and held, and learned by channel": [
    spline({ points: [-1, -0.5, 0, 0, 0.5, 1, 2, 1.25], monotone: true }),
    spline({ learn: true, perChannel: true }),
  ],
  "splines, monotone and learned, and of two points": [
    spline({ points: [-1, -0.5, 0.25, 0.125, 2, 1.25], monotone: true, learn: true }),
    spline({ points: [-1, -0.5, 1, 0.5], learn: true }),
  ],
  "prelu, one slope and one a channel": [prelu(), prelu({ a: 0.1, perChannel: true })],
  "swish and snake": [swish({ beta: 1.5, learn: true, perChannel: true }), snake({ learn: true })],
  "6 learned parameters by formula and by record": [byFormula(6)(), byRecord(6)({ learn: true })],
  "12 learned parameters by formula and by record, one a channel": [
    byFormula(12)({ perChannel: true }),
    byRecord(12)({ learn: true, perChannel: true }),
  ],
  "what is drawn, by a record and by a formula": [
    rrelu(),
    formula("relu(x) + s * drawn(low, high); s = 0.5 learned per channel, low = -1, high = 1")(),
  ],
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

test("in kernels for one shape only, as large layers have them, every dispatch agrees with float64", async () => {
  const [rows, features] = [1088, 256];
  const points = pointsInClasses(rows, 6, 3);
  const trainer = await Trainer.create(gpu, {
    model: sequential(linear(6, features), prelu({ perChannel: true }), linear(features, 3)),
    loss: crossEntropy(),
    optimizer: adam({ lr: 0.01 }),
    batch: rows,
    seeds: [1],
    fuse: false,
  });
  const { executor } = await trainer.recorded(points);
  const sized = executor.plan.dispatches.filter(({ kernel }) =>
    kernel.wgsl.includes(`array<vec4f, ${(rows * features) / 4}>`),
  );
  expect(sized.length).toBe(gpu.adapter.software ? 2 : 0); // forward and backward
  const { firstBad } = await validate(executor, trainer.stepValues(points, 1));
  expect(firstBad).toBeUndefined();
  trainer.dispose();
});

test("of images, one a unit is a slope for each place and channel", async () => {
  const images = pointsInClasses(53, 32, 3);
  const trainer = await Trainer.create(gpu, {
    model: sequential(
      unflatten([2, 4, 4]),
      conv2d(2, 3, 3, { padding: 1 }),
      apl({ perUnit: true }),
      flatten(),
      linear(48, 3),
    ),
    loss: crossEntropy(),
    optimizer: adam({ lr: 0.01 }),
    batch: 10,
    seeds: [1, 2],
  });
  const want = await interpretTraining(trainer, images, 5);
  const { losses } = await trainer.fit(images, { steps: 5 });
  for (const [step, values] of want.entries())
    for (const [r, value] of values.entries())
      expect(Math.abs(losses[r]![step]! - value) / value, `step ${step}, replica ${r}`).toBeLessThan(1e-5);
  const { executor } = await trainer.recorded(images);
  expect((await validate(executor, trainer.stepValues(images, 5))).firstBad).toBeUndefined();
  const slopes = (await trainer.weights(0)).get("2.a0")!;
  expect(slopes.shape).toEqual([3, 4, 4]);
  expect(new Set(slopes.data).size).toBeGreaterThan(20);
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

test("many learned parameters are weights of their own names, one number or one a channel", async () => {
  const trainer = await create(byFormula(6)(), byRecord(12)({ learn: true, perChannel: true }));
  const before = await trainer.weights();
  for (const [k, a] of harmonics(12).entries()) {
    if (k < 6) expect([...before.get(`1.${a}`)!.data]).toEqual([Math.fround(start(k))]);
    expect([...before.get(`3.${a}`)!.data]).toEqual(Array(7).fill(Math.fround(start(k))));
  }
  await trainer.fit(data, { steps: 10 });
  const after = await trainer.weights(1);
  for (const a of harmonics(12)) expect(after.get(`3.${a}`)!.data).not.toEqual(before.get(`3.${a}`)!.data);
  await trainer.setWeights(after);
  expect(await trainer.weights(0)).toEqual(after);
  trainer.dispose();
});

test("an op of more tensors than the default binds what the adapter offers", async () => {
  const names = Array.from({ length: gpu.limits.storageBuffersOffered - 1 }, (_, i) => `x${i}`);
  expect(gpu.limits.maxStorageBuffers).toBe(8);
  const total = defineOp<null>({
    name: "total",
    shape: ([first]) => ({ shape: first!.shape, dtype: "f32" }),
    kernel: customKernel({
      inputs: names,
      output: "y",
      body: `if (index < D.y_columns) { y[index] = ${names.map((x) => `${x}[index]`).join(" + ")}; }`,
      workgroups: () => 1,
    }),
  });
  const graph = new Graph();
  const inputs = names.map((name) => graphData(graph, name, [1, 1, 4]));
  graph.output("y", graph.add(total, inputs, null));
  const storage = new Storage(gpu);
  const executor = await Executor.load(makePlan(graph, planTarget(gpu)), storage);
  for (const [i, name] of names.entries()) storage.write(name, Float32Array.of(i, 1, 0, -i));
  executor.run([{}]);
  const sum = (names.length * (names.length - 1)) / 2;
  expect([...(await executor.output("y"))]).toEqual([sum, names.length, 0, -sum]);
  executor.dispose();
  storage.dispose();
});

test("control points may change between steps: no kernel is made, and training goes on by them as float64 does", async () => {
  const points = [
    [-1, -0.5],
    [0, 0],
    [1, 1],
  ] as const;
  const moved = pointValues([points[0], [0.25, -0.125], points[2]]);
  const trainer = await create(spline({ points }), spline({ points, learn: true }), true, [1, 2]);
  await trainer.fit(data, { steps: 3 });
  await trainer.recorded(data); // with the kernels that a longer training ends up with
  const { pipelines } = gpu.counts;
  const held = await trainer.weights(1);
  expect([held.get("1.y1")!.data[0], held.get("1.x2")!.data[0]]).toEqual([0, 1]);
  for (const layer of ["1", "3"]) setParams(trainer, layer, moved);
  const [weights, other] = [await trainer.weights(0), await trainer.weights(1)];
  for (const name of ["1.x1", "3.x1"]) expect(weights.get(name)!.data).toEqual(Float32Array.of(0.25));
  for (const name of ["1.y1", "3.y1"]) expect(other.get(name)!.data).toEqual(Float32Array.of(-0.125));
  const want = await interpretTraining(trainer, data, 5);
  const { losses } = await trainer.fit(data, { steps: 5 });
  expect(gpu.counts.pipelines).toBe(pipelines);
  for (const [step, values] of want.entries())
    for (const [r, value] of values.entries())
      expect(Math.abs(losses[r]![step]! - value) / value, `step ${step}, replica ${r}`).toBeLessThan(1e-5);
  const after = await trainer.weights(0);
  expect(after.get("1.y1")).toEqual(weights.get("1.y1"));
  expect(after.get("3.y1")).not.toEqual(weights.get("3.y1"));

  expect(() => setParams(trainer, "1", { y1: 1 })).toThrow(/spline_3: x0 is missing; give all of x0, y0/);
  expect(() => setParams(trainer, "1", { ...moved, x1: 3 })).toThrow(/expected each x above the one before/);
  expect(() => setParams(trainer, "0", moved)).toThrow(
    /layer "0" has no activation .*; layers that have: 1, 3/,
  );
  expect(() => setParams(trainer, "1", { ...moved, z1: 0 })).toThrow(/unknown parameter of spline_3 "z1"/);
  trainer.dispose();
});

test("an average of the weights leaves held points as they are", async () => {
  const trainer = await Trainer.create(gpu, {
    model: sequential(linear(6, 4), spline(), linear(4, 3)),
    loss: crossEntropy(),
    optimizer: adam({ lr: 0.01 }),
    batch: 10,
    ema: 0.9,
  });
  await trainer.fit(data, { steps: 3 });
  const averaged = await trainer.weights(0, { average: true });
  expect(averaged.get("1.y2")!.data).toEqual(Float32Array.of(0.25));
  trainer.dispose();
});
