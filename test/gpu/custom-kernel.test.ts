import { expect, test } from "vitest";
import { validate } from "../../src/check/float64/index.ts";
import { ActigradError } from "../../src/core/errors.ts";
import {
  Executor,
  Graph,
  type Node,
  type Op,
  Storage,
  activation,
  add,
  allKernels,
  customKernel,
  data,
  defineOp,
  grad,
  makePlan,
  mul,
  printPlan,
  sum,
} from "../../src/ops.ts";
import { relu } from "../../src/index.ts";
import { cumsum, cumsumOp } from "../support/cumsum.ts";
import { environmentOf, expectReference, gpu } from "../support/on-device.ts";

const plan = (graph: Graph) =>
  makePlan(graph, { ...gpu.limits, software: gpu.adapter.software, fuse: true, kernels: allKernels });

test.each([
  [2, 5, 7],
  [1, 300, 4],
  [3, 1, 1],
])("a kernel of a user's own and its gradient agree with float64 on [%i, %i, %i]", async (z, m, n) => {
  const graph = new Graph();
  const x = data(graph, "x", [z, m, n]);
  const y = activation(relu, add(cumsum(mul(x, 2)), 0.5)); // a prologue and an epilogue that are not fused
  const [dx] = grad(sum(mul(y, y), [1, 2]), [x]);
  graph.output("y", y);
  graph.output("dx", dx!);
  await expectReference(graph, environmentOf(graph), { relative: 4e-6 });
  const custom = plan(graph).dispatches.filter(({ group }) => group.kind === "custom");
  expect(custom.map(({ label }) => label)).toEqual(["cumsum", "cumsum"]);
  expect(printPlan(plan(graph))).toContain("cumsum");
});

test("one tensor may be given twice, bytes and indices come as u32, and shapes share the text", async () => {
  const both: Op<null> = defineOp({
    name: "both",
    shape: ([a]) => ({ shape: a!.shape, dtype: "f32" }),
    kernel: customKernel({
      inputs: ["a", "x", "index_of"],
      output: "out",
      workgroupSize: [8, 8],
      workgroups: ({ shape }) => [Math.ceil(shape.at(-1)! / 8), Math.ceil(shape[1]! / 8)],
      body: `
        let at = vec2(global_id.x, global_id.y);
        if (at.x >= D.out_columns || at.y >= D.out_rows) { return; }
        let row = index_of[at.y * D.index_of_pitch];
        out[at.y * D.out_pitch + at.x] = a[at.y * D.a_pitch + at.x] * x[row * D.x_pitch + at.x];`,
    }),
    reference: {
      evaluate: ([a, x, rows], { shape }) => ({
        shape,
        data: Float64Array.from(a!.data, (v, i) => {
          const n = shape.at(-1)!;
          return v * x!.data[rows!.data[Math.floor(i / n)]! * n + (i % n)]!;
        }),
      }),
    },
  });
  const texts = [];
  for (const [m, n] of [
    [3, 5],
    [11, 9],
  ] as const) {
    const graph = new Graph();
    const x = data(graph, "x", [1, m, n]);
    const rows = data(graph, "rows", [1, m, 1], "u32");
    graph.output("y", graph.add(both, [x, x, rows], null));
    const environment = environmentOf(graph).set(
      "rows",
      Uint32Array.from({ length: m }, (_, i) => m - 1 - i),
    );
    await expectReference(graph, environment);
    texts.push(plan(graph).dispatches.map(({ kernel }) => kernel.wgsl));
  }
  expect(texts[0]).toEqual(texts[1]);
});

test("WGSL that the device refuses is a typed error with the line and its source", async () => {
  const graph = new Graph();
  const bad = defineOp({
    ...cumsumOp,
    kernel: customKernel({
      inputs: ["x"],
      output: "y",
      workgroups: () => 1,
      body: "y[index] = x[index] +;",
    }),
  });
  graph.output("y", graph.add(bad, [data(graph, "x", [1, 1, 4])], { reverse: false }));
  const storage = new Storage(gpu);
  const error = await Executor.load(plan(graph), storage).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ActigradError);
  expect(error).toMatchObject({ code: "kernel" });
  expect((error as Error).message).toMatch(
    /cumsum: the device rejects this kernel: \d+:\d+ [^]*x\[index\] \+;/,
  );
  storage.dispose();
});

test("without a reference validate says what it cannot check, and checks the rest on what came out", async () => {
  const { reference: _, ...without } = cumsumOp;
  const unknown = defineOp(without);
  const halved: Op<null> = defineOp({
    name: "halved",
    shape: ([x]) => ({ shape: x!.shape, dtype: "f32" }),
    kernel: { kind: "pointwise", wgsl: ([x]) => `(0.5 * ${x})` },
  });
  const graph = new Graph();
  const x = data(graph, "x", [1, 3, 6]);
  const y: Node = graph.add(unknown, [x], { reverse: false });
  graph.output("squares", mul(y, y));
  graph.output("quarters", mul(graph.add(halved, [x], null), 0.5));
  const storage = new Storage(gpu);
  const executor = await Executor.load(plan(graph), storage);
  storage.write(
    "x",
    Float32Array.from({ length: 18 }, (_unused, i) => i - 5),
  );
  const { tensors, unchecked, firstBad } = await validate(executor, {});
  expect(firstBad).toBeUndefined();
  expect(unchecked.map(({ op, missing }) => `${op} by ${missing.join()}`).toSorted()).toEqual([
    "cumsum by cumsum",
    "mul by halved",
  ]);
  expect(tensors.map(({ op }) => op)).toEqual(["mul"]);
  executor.dispose();
  storage.dispose();
});
