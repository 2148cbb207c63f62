import { afterAll, describe, expect, test } from "vitest";
import { interpret, interpretTraining, validate } from "../../src/check/float64/index.ts";
import {
  ActigradError,
  type Layer,
  type LossOptions,
  type Optimizer,
  Trainer,
  parameterGroup,
  type TrainerOptions,
  type ValueDataset,
  adam,
  defineLayer,
  defineLoss,
  defineOptimizer,
  defineProbe,
  formula,
  gradients as gradientsOf,
  inspect,
  linear,
  mse,
  sequential,
  sgd,
  tanh,
  trainStep,
} from "../../src/index.ts";
import {
  Executor,
  Graph,
  type Node,
  type Op,
  Storage,
  add,
  allKernels,
  constant,
  data,
  defineOp,
  grad,
  makePlan,
  matmul,
  mul,
  sign,
  state,
  sum,
} from "../../src/ops.ts";
import { expectTrains, gpu } from "../support/on-device.ts";

afterAll(() => gpu.dispose());

const rows = 256;
const x = Float32Array.from({ length: rows }, (_, i) => -2 + (4 * i) / rows);
/** A sine with noise and outliers. */
const sine: ValueDataset = {
  kind: "values",
  name: "sine",
  rows,
  shape: [1],
  x,
  targets: x.map((v, i) => Math.sin(3 * v) + 0.1 * Math.sin(i * 12.9898) + (i % 37 === 0 ? 3 : 0)),
  width: 1,
};

const create = (options: Partial<TrainerOptions> = {}): Promise<Trainer> =>
  Trainer.create(gpu, {
    model: sequential(linear(1, 8), tanh, linear(8, 1)),
    loss: mse(),
    optimizer: adam({ lr: 0.01 }),
    batch: 64,
    ...options,
  });

const withLayer = (layer: Layer): Partial<TrainerOptions> => ({
  model: sequential(linear(1, 8), layer, tanh, linear(8, 1)),
});

async function errorOf(run: () => Promise<unknown>): Promise<ActigradError> {
  const caught: unknown = await run().then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(caught).toBeInstanceOf(ActigradError);
  return caught as ActigradError;
}

test("gradients of a batch without an update, by a probe of one's own", async () => {
  const trainer = await create();
  const before = await trainer.weights();
  const grads = defineProbe({
    name: "grads",
    build({ parameters, gradients }) {
      const found = gradients(parameters.map(({ node }) => node));
      return Object.fromEntries(parameters.map(({ node }, i) => [node.label, found[i]!]));
    },
  });
  const look = await inspect(trainer, sine, { rows: 64, keep: false, probes: [grads] });
  look.run();
  const figures = await look.figures("grads");
  expect(Object.keys(figures)).toEqual(["0.linear", "2.linear"]);
  const bias = trainer.parameters[1]!.views.find(({ name }) => name === "2.bias")!;
  // d(mean of squares)/d(bias of the output) is the mean of 2 (prediction - target).
  const { data: predicted } = await trainer.predict(x.slice(0, 64));
  const want = predicted.reduce((a, v, i) => a + (2 * (v - sine.targets[i]!)) / 64, 0);
  expect(figures["2.linear"]!.data[bias.index(0)]).toBeCloseTo(want, 5);
  const batch = { x: x.slice(0, 64), targets: sine.targets.slice(0, 64) };
  const [own] = (await gradientsOf(trainer, batch)).gradients;
  expect(own!.get("2.bias")!.data[0]).toBeCloseTo(want, 5);
  expect(await trainer.weights()).toEqual(before);
  look.dispose();
  trainer.dispose();
});

const like: Op<null>["shape"] = ([a]) => ({ shape: a!.shape, dtype: "f32" });

/** Huber's loss and a hundredth of the squared output, in custom WGSL. */
const slope: Op = defineOp({
  name: "huberL2Slope",
  shape: like,
  kernel: {
    kind: "pointwise",
    wgsl: ([p, t, g]) => `(${g} * (clamp(${p} - ${t}, T(-1), T(1)) + 0.02 * ${p}))`,
  },
  reference: ([p, t, g]) => g! * (Math.max(-1, Math.min(1, p! - t!)) + 0.02 * p!),
});
const huberL2: Op = defineOp({
  name: "huberL2",
  shape: like,
  vjp: ({ inputs: [p, t] }, g) => [g.graph.add(slope, [p!, t!, g], null), undefined],
  kernel: {
    kind: "pointwise",
    wgsl: ([p, t]) =>
      `(select(abs(${p} - ${t}) - 0.5, 0.5 * (${p} - ${t}) * (${p} - ${t}), abs(${p} - ${t}) <= T(1)) + 0.01 * ${p} * ${p})`,
  },
  reference([p, t]) {
    const off = Math.abs(p! - t!);
    return (off <= 1 ? 0.5 * off * off : off - 0.5) + 0.01 * p! * p!;
  },
});
const byOp = (op: Op, options: LossOptions = {}) =>
  defineLoss(options, {
    name: op.name,
    targets: "values",
    each: (p, t) => p.graph.add(op, [p, t], null),
  });

describe("a loss of one's own", () => {
  test("by an op with WGSL and a gradient of its own learns", async () => {
    const model = sequential(linear(1, 16), tanh, linear(16, 16), tanh, linear(16, 1));
    const trainer = await create({ model, loss: byOp(huberL2), seeds: [0, 1] });
    await expectTrains(sine, trainer);
  });

  test("a mistake in the WGSL is an error with the line", async () => {
    const bad = defineOp({
      ...huberL2,
      name: "bad",
      kernel: { kind: "pointwise", wgsl: ([p, t]) => `(${p} -- ${t} foo)` },
    });
    const trainer = await create({ loss: byOp(bad) });
    const error = await errorOf(() => trainer.fit(sine, { steps: 3 }));
    expect(error.code).toBe("kernel");
    expect(error.message).toMatch(/bad[^]*: the device rejects this kernel: \d+:\d+ [^]* foo\)/);
    trainer.dispose();
  });

  test("a function is no loss", async () => {
    const error = await errorOf(() => create({ loss: ((p: Node) => p) as never }));
    expect(error).toMatchObject({ code: "option", message: expect.stringContaining("got function") });
  });

  test("without a reference training goes on; a trajectory in float64 says which op lacks it", async () => {
    const { reference: _, ...without } = huberL2;
    const trainer = await create({ loss: byOp(defineOp({ ...without, name: "unknown" })) });
    const error = await errorOf(() => interpretTraining(trainer, sine, 3));
    expect(error.message).toContain('the op "unknown" has no float64 reference');
    const { losses } = await trainer.fit(sine, { steps: 60 });
    expect(losses[0]!.at(-1)!).toBeLessThan(losses[0]![0]!);
    const { executor } = await trainer.recorded(sine);
    const { firstBad, unchecked } = await validate(executor, trainer.stepValues(sine, trainer.step));
    expect(firstBad).toBeUndefined();
    expect(new Set(unchecked.flatMap(({ missing }) => missing))).toEqual(new Set(["unknown"]));
    trainer.dispose();
  });
});

describe("a layer of one's own", () => {
  test("made of a layer", async () => {
    const own = formula("gamma * x + beta; gamma = 1 learned; beta = 0 learned");
    const inner = own({ perChannel: true });
    const affine = defineLayer({ kind: "affine", build: (context, input) => inner.build(context, input) });
    const trainer = await create(withLayer(affine));
    expect([...(await trainer.weights()).keys()]).toEqual(
      expect.arrayContaining(["0.weight", "1.gamma", "1.beta", "3.weight"]),
    );
    await expectTrains(sine, trainer);
  });

  test("with parameters of its own and a product of its own", async () => {
    const product: Op = defineOp({
      name: "product",
      shape: like,
      vjp: ({ inputs: [, b] }, g) => [g.graph.add(product, [g, b!], null), undefined],
      kernel: { kind: "pointwise", wgsl: ([a, b]) => `(${a} * ${b})` },
      reference: ([a, b]) => a! * b!,
    });
    const gate = defineLayer({
      kind: "gate",
      build({ parameter }, input) {
        const own = parameter("gate", { shape: [8], init: 1 });
        return mul(input.graph.add(product, [input, constant(input.graph, 2)], null), own);
      },
    });
    const trainer = await create(withLayer(gate));
    await trainer.fit(sine, { steps: 20 });
    const { data: gates } = (await trainer.weights()).get("1.gate")!;
    expect(new Set(gates).size, "each moves").toBe(8);
    await trainer.reset();
    await expectTrains(sine, trainer);
  });
});

describe("an optimizer of one's own", () => {
  test("descent by the sign moves every weight by the learning rate", async () => {
    const signed = defineOptimizer({ lr: 0.01 }, { name: "signed", move: (gradient) => sign(gradient) });
    const trainer = await create({ optimizer: signed });
    const before = await trainer.weights();
    await trainer.fit(sine, { steps: 1 });
    for (const [name, { data: after }] of await trainer.weights())
      for (const [i, value] of after.entries())
        expect(Math.abs(value - before.get(name)!.data[i]!)).toBeCloseTo(0.01, 6);
    await expectTrains(sine, trainer);
  });

  test("an update that assigns nothing is refused", async () => {
    const idle: Optimizer = { name: "idle", update: (w, g) => add(w, mul(g, -0.01)), scalars: () => ({}) };
    const trainer = await create({ optimizer: idle });
    const error = await errorOf(() => trainer.fit(sine, { steps: 1 }));
    expect(error.message).toContain(
      'optimizer "idle": update replaced nothing; return assign(parameter, ...)',
    );
    trainer.dispose();
  });

  test("around another's", async () => {
    const base = sgd({ lr: 0.01 });
    const around: Optimizer = {
      ...base,
      name: "around",
      update: (w, g, context) => base.update(w, sign(g), context),
    };
    const [own, signed] = [
      await create({ optimizer: around }),
      await create({ optimizer: defineOptimizer({ lr: 0.01 }, { name: "signed", move: (g) => sign(g) }) }),
    ];
    expect((await own.fit(sine, { steps: 20 })).losses).toEqual(
      (await signed.fit(sine, { steps: 20 })).losses,
    );
    own.dispose();
    signed.dispose();
  });

  test("a learning rate that is a function is asked at each step", async () => {
    let lr = 0.01;
    const trainer = await create({ optimizer: sgd({ lr: () => lr }) });
    await trainer.fit(sine, { steps: 10 });
    const before = await trainer.weights();
    lr = 0;
    await trainer.fit(sine, { steps: 10 });
    expect(await trainer.weights()).toEqual(before);
    trainer.dispose();
  });

  test("a group with learning rate 0 freezes a layer", async () => {
    const trainer = await create({
      optimizer: adam({ lr: 0.01, groups: [parameterGroup("0.*", { lr: 0 })] }),
    });
    const before = await trainer.weights();
    await trainer.fit(sine, { steps: 10 });
    for (const [name, after] of await trainer.weights())
      if (name.startsWith("0.")) expect(after, name).toEqual(before.get(name));
      else expect(after, name).not.toEqual(before.get(name));
    trainer.dispose();
  });
});

describe("a loop of one's own", () => {
  test("single steps make no buffers anew, and train as one call does", async () => {
    const [single, whole] = [await create(), await create()];
    const losses = [...(await single.fit(sine, { steps: 1 })).losses[0]!];
    const before = { ...gpu.counts };
    for (let i = 1; i < 50; i++) losses.push((await single.fit(sine, { steps: 1 })).losses[0]![0]!);
    const { buffers, bindGroups, submits } = gpu.counts;
    expect({ buffers, bindGroups }).toEqual({ buffers: before.buffers, bindGroups: before.bindGroups });
    expect(submits - before.submits).toBeLessThanOrEqual(2 * 49);
    expect(losses).toEqual([...(await whole.fit(sine, { steps: 50 })).losses[0]!]);
    single.dispose();
    whole.dispose();
  });

  test("a new batch each step takes no new buffers, and learns", async () => {
    const trainer = await create();
    const step = (i: number): Promise<readonly number[]> => {
      const own = Float32Array.from({ length: 64 }, (_, row) => 2 * Math.sin(12.9898 * (i * 64 + row)));
      return trainStep(trainer, { x: own, targets: own.map((v) => Math.sin(3 * v)) });
    };
    const [first] = await step(0);
    await step(1);
    const { buffers, bindGroups } = gpu.counts;
    let last = first!;
    for (let i = 2; i < 200; i++) last = (await step(i))[0]!;
    expect(gpu.counts).toMatchObject({ buffers, bindGroups });
    expect(last).toBeLessThan(0.8 * first!);
    trainer.dispose();
  });

  test("an option that there is none of is refused by its name", async () => {
    const trainer = await create();
    const mistaken = { epochs: 2, validationData: sine, verbose: 1 } as object;
    const error = await errorOf(() => trainer.fit(sine, mistaken));
    expect(error.message).toMatch(/^unknown option of fit "validationData"; .*\bsteps\b/);
    expect(trainer.step).toBe(0);
    trainer.dispose();
  });
});

test("a graph by hand: built, derived, planned, run, and held to float64", async () => {
  const graph = new Graph();
  const [a, w] = [data(graph, "a", [1, 5, 3]), state(graph, "w", [1, 3, 2])];
  const product = matmul(a, w, "ab");
  const [dw] = grad(sum(mul(product, product), [1, 2]), [w]);
  graph.output("product", product);
  graph.output("dw", dw!);
  const plan = makePlan(graph, {
    ...gpu.limits,
    software: gpu.adapter.software,
    fuse: true,
    kernels: allKernels,
  });
  const storage = new Storage(gpu);
  const executor = await Executor.load(plan, storage);
  const values = new Map([
    ["a", Float64Array.from({ length: 15 }, (_, i) => Math.fround(Math.sin(i)))],
    ["w", Float64Array.from({ length: 6 }, (_, i) => Math.fround(Math.cos(i)))],
  ]);
  for (const [name, v] of values) storage.write(name, Float32Array.from(v));
  executor.run([{}]);
  const value = interpret(graph, values);
  for (const [name, node] of graph.outputs)
    for (const [i, got] of [...(await executor.output(name))].entries())
      expect(got, name).toBeCloseTo(value(node).data[i]!, 5);
  executor.dispose();
  storage.dispose();
});
