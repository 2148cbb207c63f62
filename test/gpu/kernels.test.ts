import { afterAll, describe, expect, test } from "vitest";
import { silu } from "../../src/activations/records/silu.ts";
import { device } from "../../src/device/context.ts";
import { Executor } from "../../src/device/executor.ts";
import { Storage } from "../../src/device/storage.ts";
import { planTarget } from "../../src/device/target.ts";
import { Graph, type Node, type StepValues } from "../../src/graph/graph.ts";
import type { MatmulTile } from "../../src/compile/kernels/target.ts";
import { permutationKey } from "../../src/core/random.ts";
import { elements } from "../../src/core/shape.ts";
import { correct, crossEntropyRows } from "../../src/graph/ops/crossEntropy.ts";
import { batchIndices, gather, rowMask } from "../../src/graph/ops/gather.ts";
import { grad } from "../../src/graph/grad.ts";
import { type MatmulForm, matmul } from "../../src/graph/ops/matmul.ts";
import { add, div, finite, greater, mul, neg, sqrt, sub, where } from "../../src/graph/ops/pointwise.ts";
import { sum } from "../../src/graph/ops/reduce.ts";
import { data, stepScalar } from "../../src/graph/ops/source.ts";
import { makePlan } from "../../src/compile/make-plan.ts";
import { compare, relativeToMax } from "../../src/check/float64/compare.ts";
import { type Environment, interpret } from "../../src/check/float64/interpret.ts";
import { numbers, smallNetwork } from "../support/networks.ts";

const gpu = await device();
afterAll(() => gpu.dispose());

/** Runs a graph once on the device and returns its outputs. */
async function run(
  graph: Graph,
  environment: Environment,
  step: StepValues,
  fuse: boolean,
  tile?: MatmulTile,
) {
  const storage = new Storage(gpu);
  const plan = makePlan(graph, planTarget(gpu, { fuse, ...(tile !== undefined && { tile }) }));
  const executor = await Executor.load(plan, storage);
  for (const node of graph.live().filter((n) => n.op.kernel.kind === "storage")) {
    const values = environment.get(node.label)!;
    const typed = { f32: Float32Array, u32: Uint32Array, u8: Uint8Array }[node.dtype];
    storage.write(node.label, typed.from(values));
  }
  executor.run([step]);
  const results = new Map<string, ArrayLike<number>>();
  for (const name of graph.outputs.keys()) results.set(name, await executor.output(name));
  executor.dispose();
  storage.dispose();
  return results;
}

/** Expects every output of a graph, fused and unfused, to equal float64 within `relative` of its maximum. */
async function expectReference(
  graph: Graph,
  environment: Environment,
  step: StepValues = {},
  relative = 2e-6,
): Promise<void> {
  const value = interpret(graph, new Map(environment), step);
  for (const fuse of [true, false]) {
    for (const [name, got] of await run(graph, environment, step, fuse)) {
      const want = value(graph.outputs.get(name)!).data;
      const { pass, ...worst } = compare(got, want, relativeToMax(want, relative));
      expect(pass, `${name}, fuse ${fuse}: ${JSON.stringify(worst)}`).toBe(true);
    }
  }
}

const environmentOf = (graph: Graph): Environment =>
  new Map(
    graph.nodes
      .filter((n) => n.op.kernel.kind === "storage")
      .map((n, i) => [n.label, numbers(i + 1, n.shape)]),
  );

const shapesOf = (form: MatmulForm, m: number, n: number, k: number, bias: number): [number[], number[]] =>
  form === "ab"
    ? [
        [m, k],
        [k + bias, n],
      ]
    : form === "atb"
      ? [
          [k, m],
          [k, n],
        ]
      : [
          [m, k],
          [n + bias, k],
        ];

describe("matmul", () => {
  const sizes = [
    [1, 1, 1],
    [2, 3, 5],
    [4, 4, 4],
    [17, 10, 9],
    [33, 70, 31],
    [16, 64, 130],
  ] as const;
  test.each(["ab", "atb", "abt"] as const)(
    "%s: any size, with and without bias, shared operands",
    async (form) => {
      const graph = new Graph();
      for (const [m, n, k] of sizes) {
        for (const bias of [false, true]) {
          for (const [za, zb] of [
            [1, 1],
            [1, 3],
            [3, 1],
            [2, 2],
          ] as const) {
            const name = `${form} ${m}x${n}x${k} ${bias} ${za},${zb}`;
            const [a, b] = shapesOf(form, m, n, k, bias ? 1 : 0);
            graph.output(
              name,
              matmul(data(graph, `${name} a`, [za, ...a]), data(graph, `${name} b`, [zb, ...b]), form, bias),
            );
          }
        }
      }
      await expectReference(graph, environmentOf(graph));
    },
  );

  test.each(["ab", "atb", "abt"] as const)("%s: every tile gives the same bits", async (form) => {
    const graph = new Graph();
    const [a, b] = shapesOf(form, 45, 37, 51, 1);
    graph.output("y", matmul(data(graph, "a", [2, ...a]), data(graph, "b", [2, ...b]), form, true));
    const bits = async (tile?: MatmulTile): Promise<string> =>
      [
        ...new Uint32Array(
          Float32Array.from((await run(graph, environmentOf(graph), {}, true, tile)).get("y")!).buffer,
        ),
      ].join();
    const chosen = await bits();
    for (const [rows, slots, workgroup, quad] of [
      [4, 1, 64, false],
      [4, 2, 4, false],
      [8, 2, 16, false],
      [16, 4, 8, false],
      [4, 1, 4, true],
      [16, 2, 16, true],
      [32, 4, 8, true],
    ] as const) {
      if (quad && !gpu.quads) continue; // a variant for adapters whose subgroups are quads
      expect((await bits({ rows, slots, workgroup, quad })) === chosen, `${rows}x${slots} ${quad}`).toBe(
        true,
      );
    }
  });
});

test("pointwise arithmetic with every kind of broadcast", async () => {
  const graph = new Graph();
  const shape = [3, 4, 6];
  const x = data(graph, "x", shape);
  const others = [
    [3, 4, 6],
    [1, 4, 6],
    [3, 1, 6],
    [3, 4, 1],
    [1, 1, 6],
    [1, 4, 1],
    [3, 1, 1],
    [1, 1, 1],
  ];
  for (const [i, other] of others.entries()) {
    const y = data(graph, `y${i}`, other);
    graph.output(`mix ${other.join()}`, add(div(mul(x, y), add(mul(y, y), 1)), sub(neg(y), x)));
    graph.output(`where ${other.join()}`, where(greater(x, y), sqrt(add(mul(x, x), 0.1)), y));
  }
  await expectReference(graph, environmentOf(graph));
});

test("sums over any axes, with fused terms and results", async () => {
  const graph = new Graph();
  const x = data(graph, "x", [3, 70, 9]);
  for (const axes of [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]]) {
    graph.output(`sum ${axes.join()}`, sum(x, axes));
    graph.output(`sum of squares ${axes.join()}`, mul(sum(mul(x, x), axes), 0.5));
  }
  await expectReference(graph, environmentOf(graph));
});

test("not-a-number and infinity are recognised by their bits", async () => {
  const graph = new Graph();
  const x = data(graph, "x", [1, 1, 6]);
  graph.output("finite", finite(x));
  graph.output("kept out", where(finite(x), x, 7));
  const environment: Environment = new Map([["x", Float64Array.of(1, NaN, Infinity, -Infinity, 3e38, 0)]]);
  await expectReference(graph, environment);
});

test("rows picked from bytes and from numbers, in order and shuffled, past the end as well", async () => {
  const graph = new Graph();
  const bytes = data(graph, "bytes", [1, 11, 7], "u8");
  const table = data(graph, "table", [1, 11, 6]);
  const labels = data(graph, "labels", [1, 11, 1], "u32");
  for (const seed of [null, 5]) {
    const indices = batchIndices(graph, { count: 4, rows: 11, seed });
    graph.output(`bytes ${seed}`, add(mul(gather(bytes, indices), 0.25), -3));
    graph.output(`table ${seed}`, gather(table, indices));
    graph.output(`labels ${seed}`, gather(labels, indices, "u32"));
    graph.output(`indices ${seed}`, indices);
  }
  graph.output("mask", mul(rowMask(graph, 4), 2));
  const environment: Environment = new Map([
    ["bytes", Float64Array.from({ length: 77 }, (_, i) => (i * 37) % 256)],
    ["table", numbers(3, [11, 6])],
    ["labels", Float64Array.from({ length: 11 }, (_, i) => i * 1000)],
  ]);
  const [key0, key1] = permutationKey(5, 3);
  await expectReference(graph, environment, { start: 4, epoch: 3, key0, key1, rows: 3 });
  const last = await run(withoutShuffle(), environment, { start: 9 }, true);
  expect(Array.from(last.get("labels")!)).toEqual([9000, 10000, 10000, 10000]);

  function withoutShuffle(): Graph {
    const plain = new Graph();
    const indices = batchIndices(plain, { count: 4, rows: 11, seed: null });
    plain.output("labels", gather(data(plain, "labels", [1, 11, 1], "u32"), indices, "u32"));
    return plain;
  }
});

test("a product picks the rows of its batch itself, and stores them for other readers", async () => {
  for (const [rows, features, width, replicas, kept] of [
    [5, 7, 6, 1, true],
    [37, 21, 70, 3, true],
    [33, 64, 8, 2, false],
  ] as const) {
    const graph = new Graph();
    const bytes = data(graph, "bytes", [1, 50, features], "u8");
    const indices = batchIndices(graph, { count: rows, rows: 50, seed: 5 });
    const batch = add(mul(gather(bytes, indices), 1 / 255), -0.5);
    const weight = data(graph, "weight", [replicas, features + 1, width]);
    graph.output("y", matmul(batch, weight, "ab", true));
    if (kept) graph.output("dw", matmul(batch, data(graph, "g", [replicas, rows, width]), "atb", true));
    expect(makePlan(graph, planTarget(gpu, { software: true })).dispatches.length).toBe(kept ? 2 : 1);
    const environment: Environment = new Map([
      ["bytes", Float64Array.from({ length: 50 * features }, (_, i) => (i * 37) % 256)],
      ["weight", numbers(3, [replicas, features + 1, width])],
      ["g", numbers(4, [replicas, rows, width])],
    ]);
    const [key0, key1] = permutationKey(5, 3);
    await expectReference(graph, environment, { start: 2, epoch: 3, key0, key1 });
  }
});

test("cross entropy, its gradient and accuracy, also for large logits and many rows and classes", async () => {
  for (const [z, rows, classes, scale] of [
    [2, 5, 3, 1],
    [1, 200, 10, 30],
    [3, 70, 17, 80],
    [1, 3, 1, 1],
  ] as const) {
    const graph = new Graph();
    const logits = data(graph, "logits", [z, rows, classes]);
    const labels = data(graph, "labels", [1, rows, 1], "u32");
    const losses = crossEntropyRows(logits, labels);
    const loss = sum(mul(losses, rowMask(graph, rows)), [1]);
    const right = sum(correct(logits, labels), [1]);
    for (const [name, node] of Object.entries({
      losses,
      loss,
      right,
      gradient: grad(sum(losses, [1]), [logits])[0]!,
    })) {
      graph.output(name, node);
    }
    const environment: Environment = new Map([
      ["logits", numbers(1, logits.shape, scale)],
      ["labels", Float64Array.from({ length: rows }, (_, i) => (i * 7) % classes)],
    ]);
    await expectReference(graph, environment, { rows: rows - 1 });
  }
});

test("the first of equal largest logits is the prediction", async () => {
  const graph = new Graph();
  const labels = data(graph, "labels", [1, 3, 1], "u32");
  graph.output("right", correct(data(graph, "logits", [1, 3, 6]), labels));
  const environment: Environment = new Map([
    ["logits", Float64Array.of(1, 5, 5, 0, 0, 5, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 9)],
    ["labels", Float64Array.of(1, 1, 5)],
  ]);
  expect(Array.from((await run(graph, environment, {}, true)).get("right")!)).toEqual([1, 0, 1]);
});

test("step scalars, shared and one a replica", async () => {
  const graph = new Graph();
  const x = data(graph, "x", [5, 3, 6]);
  graph.output("y", mul(add(x, stepScalar(graph, "shift")), stepScalar(graph, "rates", 5)));
  await expectReference(graph, environmentOf(graph), { shift: 0.5, rates: [1, 2, 3, 4, 5] });
});

test("a network and its gradients", async () => {
  const { graph, loss, parameters, environment } = smallNetwork(silu, 3, 9);
  for (const [i, gradient] of grad(loss, parameters).entries()) graph.output(`g${i}`, gradient as Node);
  await expectReference(graph, environment);
});

test.each([
  ["more workgroups than one dimension takes", 70_000, 9],
  ["the same, in whole workgroups", 69_632, 9],
  ["whole workgroups", 69_632, 65_535],
  ["a last workgroup that is not whole", 70_000, 65_535],
])("hundreds of thousands of elements: %s", async (_, rows, maxWorkgroups) => {
  const graph = new Graph();
  const x = data(graph, "x", [1, rows, 4]);
  graph.output("y", mul(x, 2));
  const values = Float64Array.from({ length: elements(x.shape) }, (_, i) => i % 1000);
  const storage = new Storage(gpu);
  const plan = makePlan(graph, planTarget(gpu, { maxWorkgroups }));
  expect(plan.dispatches[0]!.kernel.workgroups[1] > 1).toBe(maxWorkgroups === 9);
  const executor = await Executor.load(plan, storage);
  storage.write("x", Float32Array.from(values));
  executor.run([{}]);
  expect(
    compare(
      await executor.output("y"),
      values.map((v) => 2 * v),
      { atol: 0, rtol: 0 },
    ).pass,
  ).toBe(true);
  storage.dispose();
});
