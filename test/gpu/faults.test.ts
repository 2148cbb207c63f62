/** Inputs on which sums, means and maxima often fail, with their right values: on the GPU and in float64 alike. */
import { afterAll, describe, expect, test } from "vitest";
import { type Environment, interpret } from "../../src/check/float64/interpret.ts";
import { allKernels } from "../../src/compile/kernels/families/all.ts";
import { makePlan } from "../../src/compile/make-plan.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { Executor } from "../../src/device/executor.ts";
import { Storage } from "../../src/device/storage.ts";
import { grad } from "../../src/graph/grad.ts";
import { Graph, type Node } from "../../src/graph/graph.ts";
import { batchNorm, batchStatistics } from "../../src/graph/ops/batchNorm.ts";
import { correct } from "../../src/graph/ops/crossEntropy.ts";
import { maxout } from "../../src/graph/ops/grouped.ts";
import { maxPool } from "../../src/graph/ops/pool.ts";
import { mul, sqrt } from "../../src/graph/ops/pointwise.ts";
import { largestOf, sum } from "../../src/graph/ops/reduce.ts";
import { layerNorm, rmsNorm } from "../../src/graph/ops/rowNorm.ts";
import { softmax } from "../../src/graph/ops/softmax.ts";
import { data } from "../../src/graph/ops/source.ts";
import * as engine from "../../src/index.ts";
import { lossOf } from "../../src/nn/loss.ts";
import { gpu } from "../support/on-device.ts";

afterAll(() => gpu.dispose());

const { Trainer, adam, batchNorm1d, clipNorm, crossEntropy, l1, linear, mse, sequential, sgd } = engine;

type Values = ArrayLike<number>;

/** Outputs of a graph by name: from the GPU, fused and not, and from float64. */
async function everyWay(
  graph: Graph,
  given: Record<string, Values>,
): Promise<Map<string, Map<string, Values>>> {
  const environment: Environment = new Map(
    Object.entries(given).map(([name, values]) => [name, Float64Array.from(values)]),
  );
  const value = interpret(graph, new Map(environment), {});
  const ways = new Map([
    ["float64", new Map([...graph.outputs].map(([name, node]) => [name, value(node).data as Values]))],
  ]);
  for (const fuse of [true, false]) {
    const storage = new Storage(gpu);
    const { limits, adapter } = gpu;
    const plan = makePlan(graph, { ...limits, software: adapter.software, fuse, kernels: allKernels });
    const executor = await Executor.load(plan, storage);
    for (const node of graph.live().filter((n) => n.op.kernel.kind === "storage")) {
      const typed = { f32: Float32Array, u32: Uint32Array, u8: Uint8Array }[node.dtype];
      if (given[node.label] !== undefined) storage.write(node.label, typed.from(given[node.label]!));
    }
    executor.run([{}]);
    const found = new Map<string, Values>();
    for (const name of graph.outputs.keys()) found.set(name, await executor.output(name));
    ways.set(fuse ? "gpu" : "gpu unfused", found);
    executor.dispose();
    storage.dispose();
  }
  return ways;
}

async function expectValues(
  graph: Graph,
  given: Record<string, Values>,
  want: Record<string, readonly number[]>,
  within = 1e-5,
): Promise<void> {
  for (const [way, found] of await everyWay(graph, given)) {
    for (const [name, values] of Object.entries(want)) {
      for (const [i, right] of values.entries()) {
        const got = found.get(name)![i]!;
        const close = Object.is(got + 0, right) || Math.abs(got - right) <= within;
        expect(close, `${way}: ${name}[${i}] is ${got}, not ${right}`).toBe(true);
      }
    }
  }
}

/** x, f(x) and dx for a given cotangent. */
function build(graph: Graph, shape: readonly number[], f: (x: Node) => Node): void {
  const x = data(graph, "x", shape);
  const y = f(x);
  graph.output("y", y);
  graph.output(
    "dx",
    grad(sum(mul(y, data(graph, "gy", y.shape)), y.shape.map((_, axis) => axis).slice(1)), [x])[0]!,
  );
}

describe("rows of large numbers, and of small differences between large numbers", () => {
  const large = [1e30, -1e30, 2e30, 0].map(Math.fround);
  // The common part of a row's cotangent has no gradient, and neither has the part along the row: these cotangents have neither.
  const gy = [1, -1, -1, 1];

  test("layer norm of 1e30", async () => {
    const graph = new Graph();
    build(graph, [1, 1, 4], (x) => layerNorm(x, 1e-5));
    await expectValues(graph, { x: large, gy }, { y: [0.44721, -1.34164, 1.34164, -0.44721] });
    const ways = await everyWay(graph, { x: large, gy });
    for (const [i, right] of [...Array(4).keys()].map(
      (k) => [k, ways.get("float64")!.get("dx")![k]!] as const,
    ))
      expect(Math.abs(ways.get("gpu")!.get("dx")![i]! / right - 1), `dx[${i}]`).toBeLessThan(1e-5);
  });

  test("RMS norm of 1e30", async () => {
    const graph = new Graph();
    build(graph, [1, 1, 4], (x) => rmsNorm(x, 1e-5));
    await expectValues(graph, { x: large, gy }, { y: [0.8165, -0.8165, 1.633, 0] }, 1e-4);
    const ways = await everyWay(graph, { x: large, gy });
    for (const i of [0, 1, 2, 3])
      expect(ways.get("gpu")!.get("dx")![i]! / ways.get("float64")!.get("dx")![i]!).toBeCloseTo(1, 4);
  });

  test("layer norm of 1e4 and a few thousandths", async () => {
    const x = Float32Array.from({ length: 16 }, (_, i) => 1e4 + i / 1000);
    const mean = x.reduce((a, b) => a + b) / 16;
    const std = Math.sqrt(x.reduce((a, b) => a + (b - mean) ** 2, 0) / 16 + 1e-5);
    const graph = new Graph();
    build(graph, [1, 1, 16], (t) => layerNorm(t, 1e-5));
    const y = [...x].map((v) => (v - mean) / std);
    expect(y[0]).toBeCloseTo(-1.331333, 4);
    await expectValues(graph, { x, gy: x }, { y }, 3e-7);
  });
});

/** The same columns as a batch of features, and as the places of two images. */
const batchShapes = (rows: number, channels: number) =>
  [
    ["1d", [1, rows, channels]],
    ["2d", [1, 2, rows / 4, 2, channels]],
  ] as const;

/** Values of columns, row-major; each column is `column` with its lane's factor. */
const columns = (column: readonly number[], factors: readonly number[]): Float32Array =>
  Float32Array.from(column.flatMap((v) => factors.map((f) => v * f)));

describe.each([4, 5])("batch norm of %i channels", (channels) => {
  const factors = Array.from({ length: channels }, (_, c) => (c % 2 === 0 ? 1 : -1) * 4 ** c);
  const normal = (x: Node): Node => {
    const each = (start: number): Node => data(x.graph, `each${start}`, [1, 1, channels]);
    return batchNorm(x, batchStatistics(x, 1e-5), each(0), each(1));
  };
  const given = { each0: factors.map(() => 1), each1: factors.map(() => 0) };

  /** The results of standard formulas in float64, with the gradient for a cotangent. */
  function expected(x: Float32Array, gy: Float32Array): { y: number[]; dx: number[] } {
    const rows = x.length / channels;
    const mean = (f: (at: number) => number, c: number): number =>
      Array.from({ length: rows }, (_, r) => f(r * channels + c)).reduce((a, b) => a + b) / rows;
    const y: number[] = [];
    const dx: number[] = [];
    for (let c = 0; c < channels; c++) {
      const centre = mean((at) => x[at]!, c);
      const rstd = 1 / Math.sqrt(mean((at) => (x[at]! - centre) ** 2, c) + 1e-5);
      const own = (at: number): number => (x[at]! - centre) * rstd;
      const [g, gx] = [mean((at) => gy[at]!, c), mean((at) => gy[at]! * own(at), c)];
      for (let at = c; at < x.length; at += channels) {
        y[at] = own(at);
        dx[at] = rstd * (gy[at]! - g - own(at) * gx);
      }
    }
    return { y, dx };
  }

  const cases: Record<string, { column: readonly number[]; within: number }> = {
    "1e30": { column: [1e30, -1e30, 2e30, 0, 1e30, -1e30, 2e30, 0], within: 1e-5 },
    "1e4 and a few thousandths": {
      column: Array.from({ length: 16 }, (_, i) => Math.fround(1e4 + i / 1000)),
      within: 1e-6,
    },
    "1e4 and a few thousandths after a first row of 9999": {
      column: [9999, ...Array.from({ length: 15 }, (_, i) => Math.fround(1e4 + i / 1000))],
      within: 1e-6,
    },
    "a single value": { column: Array.from({ length: 12 }, () => 0.1), within: 1e-6 },
    "many rows": { column: Array.from({ length: 4000 }, (_, i) => Math.sin(i) + 100), within: 2e-5 },
  };
  const runs = Object.entries(cases).flatMap(([name, { column, within }]) =>
    batchShapes(column.length, channels).map(
      ([kind, shape]) => [`${kind}: ${name}`, column, shape, within] as const,
    ),
  );
  test.each(runs)("%s", async (_, column, shape, within) => {
    const x = columns(column, factors);
    const gy = x.map((_v, i) => Math.cos(i * 1.7));
    const want = expected(x, gy);
    if (column[0] === 1e30)
      for (const [i, right] of [0.44721, -1.34164, 1.34164, -0.44721].entries())
        expect(want.y[i * channels]).toBeCloseTo(right, 5);
    const graph = new Graph();
    build(graph, shape, normal);
    for (const [way, found] of await everyWay(graph, { ...given, x, gy })) {
      for (const name of ["y", "dx"] as const) {
        for (let c = 0; c < channels; c++) {
          const [own, got] = [want[name], found.get(name)!].map((all) =>
            Array.from({ length: column.length }, (_v, r) => all[r * channels + c]!),
          ) as [number[], number[]];
          const largest = Math.max(...own.map(Math.abs), name === "y" ? 1 : 0);
          const errors = own.map((right, r) => Math.abs(got[r]! - right));
          const worst = errors.findIndex((error) => !(error <= within * largest));
          expect(
            worst,
            `${way}: ${name} of row ${worst}, channel ${c}: ${got[worst]}, not ${own[worst]}`,
          ).toBe(-1);
        }
      }
    }
  });
});

test.each([
  ["1e4 and a few thousandths", Array.from({ length: 8 }, (_, i) => Math.fround(1e4 + i / 1000))],
  ["1e30, whose variance has no float32 and is left out", [1e30, -1e30, 2e30, 0, 1e30, 1e30, -2e30, 0]],
])("running statistics of %s", async (_, x) => {
  const model = sequential(batchNorm1d(1, { affine: false }), linear(1, 1));
  const trainer = await Trainer.create(gpu, { model, loss: mse(), optimizer: sgd({ lr: 0 }), batch: 8 });
  await trainer.fit(values(Float32Array.from(x), [1], new Float32Array(8), 1), { steps: 1 });
  const [mean, variance] = ["0.running_mean", "0.running_var"];
  const weights = await trainer.weights();
  const centre = x.reduce((a, b) => a + b / 8, 0);
  const unbiased = x.reduce((a, b) => a + (b - centre) ** 2 / 7, 0);
  expect(weights.get(mean)!.data[0]! / (0.1 * centre)).toBeCloseTo(1, 5);
  expect(weights.get(variance)!.data[0]).toBeCloseTo(unbiased > 1e38 ? 1 : 0.9 + 0.1 * unbiased, 6);
  trainer.dispose();
});

describe("minus infinity is what it is", () => {
  const none = -Infinity;
  test("in a max pool, whose first value gets the gradient, and a NaN keeps its own", async () => {
    const graph = new Graph();
    build(graph, [1, 1, 2, 6, 1], (x) => maxPool(x, 2));
    const x = [none, none, 1, NaN, 3, 4, none, none, 2, 5, 9, 1];
    await expectValues(
      graph,
      { x, gy: [10, 20, 30] },
      { y: [none, NaN, 9], dx: [10, 0, 0, 20, 0, 0, 0, 0, 0, 0, 30, 0] },
    );
  });

  test("in an overlapping max pool", async () => {
    const graph = new Graph();
    build(graph, [1, 1, 1, 4, 1], (x) => maxPool(x, [1, 2], { stride: 1 }));
    await expectValues(
      graph,
      { x: [none, none, NaN, 2], gy: [10, 20, 30] },
      { y: [none, NaN, NaN], dx: [10, 0, 50, 0] },
    );
  });

  test("in the largest of a row and in the first largest logit", async () => {
    const graph = new Graph();
    const x = data(graph, "x", [1, 2, 5]);
    graph.output("largest", largestOf(x, [2]));
    graph.output("right", correct(x, data(graph, "labels", [1, 2, 1], "u32")));
    await expectValues(
      graph,
      { x: [none, none, none, none, none, none, 3, none, 1, 2], labels: [0, 1] },
      { largest: [none, 3], right: [1, 1] },
    );
  });

  test("softmax of a row of nothing else is NaN, as PyTorch's; other rows do not mind", async () => {
    const graph = new Graph();
    graph.output("y", softmax(data(graph, "x", [1, 2, 3])));
    await expectValues(graph, { x: [none, none, none, none, 1, 1] }, { y: [NaN, NaN, NaN, 0, 0.5, 0.5] });
  });
});

describe("NaN is the largest of the pieces of a maxout, and keeps its gradient", () => {
  test.each([
    ["first", [0, 5, 0, 0, 7, 0, 3, 0, 0, 2, 0, 0]],
    ["even", [0, 5, 0, 0, 3.5, 3.5, 3, 0, 0, 1, 1, 0]],
  ] as const)("%s", async (ties, dx) => {
    const graph = new Graph();
    build(graph, [1, 1, 12], (x) => maxout(x, { axis: 2, pieces: 3, ties }));
    const x = [1, NaN, 2, 1, NaN, NaN, NaN, -Infinity, Infinity, 1, 1, 0];
    await expectValues(graph, { x, gy: [5, 7, 3, 2] }, { y: [NaN, NaN, NaN, 1], dx });
  });
});

test.each([
  ["plain", crossEntropy({ ignoreIndex: 3 })],
  ["smoothed", crossEntropy({ ignoreIndex: 3, labelSmoothing: 0.1 })],
  ["weighted", crossEntropy({ ignoreIndex: 3, weight: [1, 1, 1] })],
  ["nll", engine.nll({ ignoreIndex: 3 })],
])("an ignored row of minus infinity has no gradient (%s)", async (_, loss) => {
  const gradients = async (row: readonly number[]) => {
    const graph = new Graph();
    const logits = data(graph, "x", [1, 2, 3]);
    const value = lossOf(loss, logits, data(graph, "labels", [1, 2, 1], "u32"));
    graph.output("loss", value);
    graph.output("dx", grad(value, [logits])[0]!);
    return everyWay(graph, { x: [-1, -2, -3, ...row], labels: [1, 3] });
  };
  const none = -Infinity;
  const right = (await gradients([0, 0, 0])).get("float64")!;
  for (const [way, found] of await gradients([none, none, none])) {
    expect(found.get("loss")![0], way).toBeCloseTo(right.get("loss")![0]!, 5);
    for (const [i, g] of Array.from(right.get("dx")!).entries())
      expect(found.get("dx")![i]! + 0, `${way}: dx[${i}]`).toBeCloseTo(i < 3 ? g : 0, 5);
  }
});

describe("a class that does not count is left out, whatever its logit", () => {
  const losses = {
    softCrossEntropy: engine.softCrossEntropy(),
    "crossEntropy with weights": crossEntropy({ weight: [1, 1] }),
    "crossEntropy smoothed by nothing": crossEntropy({ labelSmoothing: 0 }),
    nll: engine.nll(),
    klDiv: engine.klDiv({ reduction: "sum" }),
    "klDiv of logarithms": engine.klDiv({ logTarget: true, reduction: "sum" }),
    bceWithLogits: engine.bceWithLogits(),
  };
  test.each(Object.entries(losses))("%s", async (name, loss) => {
    for (const x of [
      [-Infinity, name.startsWith("bce") ? Infinity : 0],
      ...(name.includes("ross") ? [[-3e38, 3e38]] : []),
    ]) {
      const graph = new Graph();
      const logits = data(graph, "x", [1, 1, 2]);
      const classes = loss.targets === "classes";
      const target = data(graph, "target", [1, 1, classes ? 1 : 2], classes ? "u32" : "f32");
      const value = lossOf(loss, logits, target);
      graph.output("loss", value);
      graph.output("dx", grad(value, [logits])[0]!);
      const given = classes ? [1] : name.includes("logarithms") ? [-Infinity, 0] : [0, 1];
      const ways = await everyWay(graph, { x, target: given });
      for (const [way, found] of ways) {
        expect(found.get("loss")![0]! + 0, `${way} of ${x.join()}`).toBe(0);
        for (const i of [0, 1])
          expect(found.get("dx")![i], `${way}: dx of ${x.join()}`).toSatisfy(Number.isFinite);
      }
    }
  });
});

const values = (
  x: Float32Array,
  shape: readonly number[],
  targets: Float32Array,
  width: number,
): Dataset => ({
  kind: "values",
  name: "values",
  rows: targets.length / width,
  shape,
  x,
  targets,
  width,
});

test("clipping by norm survives gradients that have no square", async () => {
  const trainer = await Trainer.create(gpu, {
    model: sequential(linear(128, 1)),
    loss: l1({ reduction: "sum" }),
    optimizer: sgd({ lr: 1 }),
    clip: clipNorm(2),
    batch: 1,
  });
  const names = new Map([
    ["0.weight", { shape: [1, 128], data: new Float32Array(128) }],
    ["0.bias", { shape: [1], data: new Float32Array(1) }],
  ]);
  trainer.setWeights(names);
  const x = new Float32Array(128).fill(1e19);
  await trainer.fit(values(x, [128], Float32Array.of(1), 1), { steps: 1 });
  const weight = (await trainer.weights()).get("0.weight")!.data;
  for (const w of weight) expect(w).toBeCloseTo(0.1767767, 6);
  trainer.dispose();
});

describe("rows that do not exist take part in nothing", () => {
  const rows = 1500;
  const x = Float32Array.from({ length: 2 * rows }, (_, i) => Math.sin(i * 1.7) * 3 + (i < 2000 ? 0 : 5));
  const identity = new Map([
    ["0.weight", { shape: [2, 2], data: Float32Array.of(1, 0, 0, 1) }],
    ["0.bias", { shape: [2], data: new Float32Array(2) }],
  ]);
  const create = async (last: engine.Layer) => {
    const model = sequential(linear(2, 2), last);
    const trainer = await Trainer.create(gpu, { model, loss: mse(), optimizer: sgd({ lr: 0 }), batch: 10 });
    trainer.setWeights(identity);
    return trainer;
  };

  test("batch norm without running statistics", async () => {
    const trainer = await create(batchNorm1d(2, { trackRunningStats: false, affine: false }));
    const { data: y } = await trainer.predict(x);
    for (const [from, to] of [
      [0, 1000],
      [1000, 1500],
    ] as const) {
      for (const c of [0, 1]) {
        const column = Array.from({ length: to - from }, (_, i) => y[2 * (from + i) + c]!);
        const mean = column.reduce((a, b) => a + b, 0) / column.length;
        expect(mean).toBeCloseTo(0, 4);
        expect(column.reduce((a, b) => a + (b - mean) ** 2, 0) / column.length).toBeCloseTo(1, 4);
      }
    }
    const { loss } = await trainer.evaluate(values(x, [2], new Float32Array(2 * rows), 2));
    expect(loss[0]).toBeCloseTo(1, 4);
    trainer.dispose();
  });

  test("softmax along the batch", async () => {
    const trainer = await create(engine.softmax({ axis: 0 }));
    const { data: y } = await trainer.predict(x);
    for (const c of [0, 1]) {
      const last = Array.from({ length: 500 }, (_, i) => y[2 * (1000 + i) + c]!);
      expect(last.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    }
    trainer.dispose();
  });
});

const labelled = (x: Float32Array, labels: readonly number[], classes: number): Dataset => ({
  kind: "classes",
  name: "labelled",
  rows: labels.length,
  shape: [x.length / labels.length],
  x,
  labels: Uint32Array.from(labels, (label) => label >>> 0),
  classes,
});

describe("a mean over nothing", () => {
  const ignored = labelled(Float32Array.of(1, 0, 0.5, 0.5, 0, 1, 2, 1), [0, -100, 1, -100], 2);

  test.each(["stop", "freeze"] as const)("skips the step, and training goes on (%s)", async (onDiverged) => {
    const trainer = await Trainer.create(gpu, {
      model: sequential(linear(2, 2)),
      loss: crossEntropy({ ignoreIndex: -100 }),
      optimizer: sgd({ lr: 0.1, momentum: 0.9, weightDecay: 0.1 }),
      batch: 1,
      seeds: [0, 1],
    });
    const progress: number[] = [];
    const { losses, skipped, steps } = await trainer.fit(ignored, {
      epochs: 3,
      onDiverged,
      onProgress: (p) => progress.push(p.skipped[0]!),
    });
    expect(steps).toBe(12);
    expect(skipped).toEqual([6, 6]);
    expect(progress.at(-1)).toBe(6);
    for (const own of losses) {
      expect(own.filter(Number.isNaN).length).toBe(6);
      expect(own.filter(Number.isFinite).length).toBe(6);
    }
    expect([...(await trainer.weights()).get("0.weight")!.data].every(Number.isFinite)).toBe(true);
    trainer.dispose();
  });

  test("leaves weights and moments as they were", async () => {
    const trainer = await Trainer.create(gpu, {
      model: sequential(linear(2, 2)),
      loss: crossEntropy({ ignoreIndex: 1 }),
      optimizer: sgd({ lr: 0.1, momentum: 0.9, weightDecay: 0.1 }),
      batch: 2,
      ema: 0.5,
    });
    const all = labelled(Float32Array.of(1, 2, 3, 4), [1, 1], 2);
    const before = (await trainer.weights()).get("0.weight")!.data;
    const { skipped } = await trainer.fit(all, { steps: 3 });
    expect(skipped).toEqual([3]);
    expect((await trainer.weights()).get("0.weight")!.data).toEqual(before);
    expect((await trainer.weights(0, { average: true })).get("0.weight")!.data).toEqual(before);
    trainer.dispose();
  });
});

describe("accumulation weighs its parts by what they count", () => {
  const x = Float32Array.of(1, 0, 0.5, 0.5, 0, 1, 2, 1);
  const train = async (labels: readonly number[], loss: engine.Loss, batch: number, accumulate: number) => {
    const trainer = await Trainer.create(gpu, {
      model: sequential(linear(2, 2)),
      loss,
      optimizer: sgd({ lr: 1 }),
      batch,
      accumulate,
    });
    trainer.setWeights(
      new Map([
        ["0.weight", { shape: [2, 2], data: new Float32Array(4) }],
        ["0.bias", { shape: [2], data: new Float32Array(2) }],
      ]),
    );
    await trainer.fit(labelled(x, labels, 2), { epochs: 1 });
    const weights = await trainer.weights();
    trainer.dispose();
    return [...weights.get("0.weight")!.data, ...weights.get("0.bias")!.data];
  };

  test("rows that are ignored", async () => {
    const loss = crossEntropy({ ignoreIndex: -100 });
    const right = [0.08333, -0.25, -0.08333, 0.25, -0.16667, 0.16667];
    for (const [batch, accumulate] of [
      [4, 1],
      [2, 2],
      [1, 4],
    ] as const) {
      const got = await train([0, 1, 1, -100], loss, batch, accumulate);
      for (const [i, value] of right.entries()) expect(got[i], `${accumulate} parts`).toBeCloseTo(value, 4);
    }
  });

  test("class weights", async () => {
    const loss = crossEntropy({ weight: [1, 5] });
    const whole = await train([0, 1, 1, 0], loss, 4, 1);
    const parts = await train([0, 1, 1, 0], loss, 1, 4);
    for (const [i, value] of whole.entries()) expect(parts[i]).toBeCloseTo(value, 6);
  });
});

test("a first step that diverges is not blamed on the learning rate", async () => {
  const trainer = await Trainer.create(gpu, {
    model: sequential(linear(1, 1)),
    loss: mse(),
    optimizer: sgd({ lr: 1 }),
    batch: 1,
  });
  const large = values(Float32Array.of(1e30), [1], Float32Array.of(1), 1);
  const error = await trainer.fit(large, { steps: 1 }).catch((e: unknown) => e as engine.ActigradError);
  expect(error).toMatchObject({ code: "diverged", hint: expect.stringContaining("check the targets") });
  expect(error).toMatchObject({ hint: expect.not.stringContaining("learning rate") });
  trainer.dispose();
});

describe("gradients that are not finite, of a finite loss", () => {
  const root = engine.defineLayer({ kind: "own", title: "root", build: (_, x) => sqrt(x) });
  const batchOf = (first: number) => ({ x: Float32Array.of(first, 4), targets: new Float32Array(2) });
  const start = new Map([
    ["0.weight", { shape: [1, 1], data: Float32Array.of(1) }],
    ["0.bias", { shape: [1], data: Float32Array.of(0) }],
    ["2.weight", { shape: [1, 1], data: Float32Array.of(0.5) }],
    ["2.bias", { shape: [1], data: Float32Array.of(0.25) }],
  ]);
  const create = async (options: Partial<engine.TrainerOptions>) => {
    const trainer = await Trainer.create(gpu, {
      model: sequential(linear(1, 1), root, linear(1, 1)),
      loss: mse(),
      optimizer: sgd({ lr: 0.01, momentum: 0.9 }),
      batch: 2,
      seeds: [0, 1],
      ...options,
    });
    trainer.setWeights(start);
    return trainer;
  };
  const all = async (trainer: engine.Trainer) =>
    Promise.all(
      Array.from({ length: trainer.replicas }, async (_, r) =>
        [...(await trainer.weights(r)).values()].map(({ data: v }) => [...v]),
      ),
    );

  test.each([
    [2, 1],
    [Infinity, 1],
    [2, 4],
  ])("are found in their step, and nothing is written (norm %s, accumulate %s)", async (type, accumulate) => {
    const trainer = await create({ clip: clipNorm(100, { type }), accumulate });
    const before = await all(trainer);
    // sqrt(0) is 0, its derivative infinite; the following batches are good, and already in flight.
    const error = await engine
      .fitBatches(trainer, [batchOf(0), batchOf(1), batchOf(1)], { stepsPerSubmit: 1 })
      .catch((e: unknown) => e as engine.ActigradError);
    expect(error).toMatchObject({
      code: "diverged",
      message: expect.stringMatching(
        /the gradients of step 1, batch 0, replica 0, are not finite; .*the gradient of 0\.\w+; in backward it began with div of 1/,
      ),
      hint: expect.stringContaining("sqrt or log at 0"),
    });
    expect(error).toMatchObject({ hint: expect.not.stringContaining("learning rate") });
    expect(await all(trainer)).toEqual(before);
    trainer.dispose();
  });

  test("stop their replica while others train on", async () => {
    const trainer = await create({ clip: clipNorm(100) });
    // One per replica: weight 1 and bias 0, then weight 1 and bias 1, in one tensor.
    const [{ node }] = trainer.parameters as [(typeof trainer.parameters)[number]];
    trainer.storage.write(node.label, Float32Array.of(1, 0, 1, 1));
    const before = await all(trainer);
    const { x, targets } = batchOf(0);
    const { losses } = await trainer.fit(values(x, [1], targets, 1), { steps: 3, onDiverged: "freeze" });
    expect(losses.every((own) => own.every(Number.isFinite))).toBe(true);
    const after = await all(trainer);
    expect(after[0]).toEqual(before[0]);
    expect(after[1]).not.toEqual(before[1]);
    expect(after.flat(2).every(Number.isFinite)).toBe(true);
    trainer.dispose();
  });

  test.each([
    ["sgd", sgd({ lr: 0.01, momentum: 0.9 }), 1],
    ["adam", adam({ lr: 0.01 }), 1],
    ["sgd, accumulated", sgd({ lr: 0.01 }), 2],
  ])("are found in their step without a clip, and not written (%s)", async (_, optimizer, accumulate) => {
    const trainer = await create({ optimizer, accumulate, seeds: [0, 1] });
    const before = await all(trainer);
    const error = await engine
      .fitBatches(trainer, [batchOf(0), batchOf(1), batchOf(1), batchOf(1)], { stepsPerSubmit: 1 })
      .catch((e: unknown) => e as engine.ActigradError);
    expect(error).toMatchObject({
      code: "diverged",
      message: expect.stringMatching(
        /the gradients of step 1, batch 0, replica 0, are not finite; .*the gradient of 0\.\w+; in backward it began with div of 1/,
      ),
      hint: expect.stringContaining("sqrt or log at 0"),
    });
    const [[weight, bias, ...head]] = (await all(trainer)) as [number[][]];
    expect([weight, bias]).toEqual(before[0]!.slice(0, 2));
    // With accumulation no update was due.
    if (accumulate > 1) expect(head).toEqual(before[0]!.slice(2));
    else expect(head).not.toEqual(before[0]!.slice(2));
    expect(head.flat().every(Number.isFinite)).toBe(true);
    // Nothing changes any more.
    const stopped = await all(trainer);
    await engine.fitBatches(trainer, [batchOf(1), batchOf(1)], { onDiverged: "freeze" });
    expect(await all(trainer)).toEqual(stopped);
    trainer.dispose();
  });

  test("stop their replica in the next step, while others train on as they would alone", async () => {
    const { x, targets } = batchOf(0);
    const data = values(x, [1], targets, 1);
    const run = async (seeds: readonly number[], given: readonly number[]) => {
      const trainer = await create({ seeds });
      const [{ node }] = trainer.parameters as [(typeof trainer.parameters)[number]];
      trainer.storage.write(node.label, Float32Array.from(given));
      const { losses } = await trainer.fit(data, { steps: 6, onDiverged: "freeze" });
      const weights = await all(trainer);
      trainer.dispose();
      return { losses, weights };
    };
    const both = await run([0, 1], [1, 0, 1, 1]);
    const alone = await run([1], [1, 1]);
    expect(both.losses[1]).toEqual(alone.losses[0]);
    expect(both.weights[1]).toEqual(alone.weights[0]);
    expect(both.weights[0]!.slice(0, 2)).toEqual([[1], [0]]);
    expect(new Set(both.losses[0]!.slice(1)).size).toBe(1);
    expect(await run([0, 1], [1, 0, 1, 1])).toEqual(both);
  });

  test.each([
    [
      "are named",
      1e-10,
      1e-30,
      /the gradients of step 1 are not finite; .*the gradient of 0\.\w+; .*matmul of 0/,
    ],
    // The bias has a finite gradient and takes so large a step that the unit is dead afterwards.
    [
      "are found, be they gone when computed again",
      1e-30,
      1,
      /a gradient that is finite when recomputed .* clipNorm\(3e38\)/,
    ],
  ])("of a product that overflows %s", async (_, weight, lr, message) => {
    const model = sequential(linear(1, 1), engine.relu, linear(1, 1));
    const trainer = await Trainer.create(gpu, {
      model,
      loss: l1({ reduction: "sum" }),
      optimizer: sgd({ lr }),
      batch: 1,
    });
    const given: Record<string, number> = { "0.weight": weight, "2.weight": 1e30 };
    trainer.setWeights(
      new Map([...start].map(([name, w]) => [name, { ...w, data: Float32Array.of(given[name] ?? 0) }])),
    );
    const before = await trainer.weights();
    const error = await trainer
      .fit(values(Float32Array.of(1e15), [1], Float32Array.of(0), 1), { steps: 3 })
      .catch((e: unknown) => e as engine.ActigradError);
    expect(error).toMatchObject({ code: "diverged", message: expect.stringMatching(message) });
    expect((error as engine.ActigradError).hint).toContain("scale data and targets");
    expect((await trainer.weights()).get("0.weight")).toEqual(before.get("0.weight"));
    trainer.dispose();
  });

  test("in float64 as on the GPU: where it begins", async () => {
    const graph = new Graph();
    build(graph, [1, 1, 2], (x) => sqrt(x));
    await expectValues(graph, { x: [0, 4], gy: [1, 1] }, { y: [0, 2], dx: [Infinity, 0.25] });
  });
});
