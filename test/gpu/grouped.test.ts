import { afterAll, describe, test } from "vitest";
import { gelu } from "../../src/activations/records/gelu.ts";
import { relu } from "../../src/activations/records/relu.ts";
import { silu } from "../../src/activations/records/silu.ts";
import { swish } from "../../src/activations/records/swish.ts";
import { Graph, type Node } from "../../src/graph/graph.ts";
import { assign } from "../../src/graph/ops/assign.ts";
import { grad } from "../../src/graph/grad.ts";
import { crelu, glu, maxout } from "../../src/graph/ops/grouped.ts";
import { matmul } from "../../src/graph/ops/matmul.ts";
import { add, mul } from "../../src/graph/ops/pointwise.ts";
import { sum } from "../../src/graph/ops/reduce.ts";
import { logSoftmax, softmax, softmin } from "../../src/graph/ops/softmax.ts";
import { data, state } from "../../src/graph/ops/source.ts";
import { pick, place } from "../../src/graph/ops/view.ts";
import { environmentOf, expectReference, gpu } from "../support/on-device.ts";

afterAll(() => gpu.dispose());

type Build = (x: Node, axis: number) => Node;
const shapes: readonly [shape: number[], axis: number][] = [
  [[1, 5, 12], 2],
  [[2, 3, 60], 2],
  [[2, 12, 5], 1],
  [[2, 12, 8], -2],
  [[12, 3, 5], 0],
  [[2, 12, 3, 6], 1],
  [[2, 3, 5, 12], -1],
  [[1, 2, 1000], 2],
  [[1, 1, 12], 2],
];

/** y and the gradient of a weighted sum of y, for every shape and axis. */
async function expectOp(build: Build): Promise<void> {
  const graph = new Graph();
  for (const [i, [shape, axis]] of shapes.entries()) {
    if (shape.at(axis)! % 12 !== 0 && !anySize.has(build)) continue;
    const x = data(graph, `x${i}`, shape);
    const y = build(x, axis);
    const all = shape.map((_, a) => a).slice(1);
    const loss = sum(mul(y, data(graph, `g${i}`, y.shape)), all);
    graph.output(`y ${shape.join()} axis ${axis}`, y);
    graph.output(`dx ${shape.join()} axis ${axis}`, grad(loss, [x])[0]!);
  }
  await expectReference(graph, environmentOf(graph));
}

const anySize = new Set<Build>();
const withAnySize = (build: Build): Build => {
  anySize.add(build);
  return build;
};

const ops: Record<string, Build> = {
  softmax: withAnySize(softmax),
  "log softmax": withAnySize(logSoftmax),
  softmin: withAnySize(softmin),
  crelu: withAnySize(crelu),
  "glu of silu": (x, axis) => glu(silu, x, { axis }),
  "glu of relu, gated by the first half": (x, axis) => glu(relu, x, { axis, gate: "first" }),
  "maxout of 2": (x, axis) => maxout(x, { axis, pieces: 2 }),
  "maxout of 3, strided": (x, axis) => maxout(x, { axis, pieces: 3, grouping: "strided" }),
  "maxout of 12, more than one kernel may bind": (x, axis) => maxout(x, { axis, pieces: 12 }),
  "maxout of 4, ties shared": (x, axis) => maxout(x, { axis, pieces: 4, ties: "even" }),
};

describe("along any axis, values and gradients are those of float64", () => {
  test.each(Object.entries(ops))("%s", (_, build) => expectOp(build));
});

test("elements picked and placed, at the start of slots and elsewhere", async () => {
  const graph = new Graph();
  for (const shape of [
    [2, 3, 23],
    [2, 23, 5],
    [23, 2, 4],
  ]) {
    const axis = shape.indexOf(23);
    const x = data(graph, `x${axis}`, shape);
    for (const [start, step, size] of [
      [0, 1, 23],
      [0, 1, 6],
      [4, 1, 8],
      [8, 1, 15],
      [3, 1, 9],
      [22, 1, 1],
      [0, 2, 12],
      [1, 5, 4],
      [4, 3, 7],
    ] as const) {
      const view = pick(x, { axis, start, step, size });
      const name = `${axis}: ${start}, ${step}, ${size}`;
      graph.output(`pick ${name}`, view);
      graph.output(`square ${name}`, mul(view, view));
      graph.output(`place ${name}`, place(view, { axis, start, step, size: 26 }));
      graph.output(`sum ${name}`, sum(add(place(view, { axis, start, step, size: 30 }), 1), [2]));
    }
  }
  await expectReference(graph, environmentOf(graph));
});

test("products read views, views read products, and states are replaced after their views are read", async () => {
  const graph = new Graph();
  const x = data(graph, "x", [1, 6, 10]);
  const w = state(graph, "w", [2, 5, 14]);
  const y = matmul(pick(x, { axis: 2, start: 1, step: 2, size: 5 }), w);
  const gate = glu(gelu, y);
  const beta = state(graph, "beta", [2, 1, 7]);
  const more = glu(swish, y, { params: { beta }, gate: "first" });
  const loss = sum(mul(add(gate, more), gate), [1, 2]);
  graph.output("loss", loss);
  const [dw, dbeta] = grad(loss, [w, beta]);
  graph.output("dw", dw!);
  const row = pick(w, { axis: 1, start: 0, step: 1, size: 1 });
  graph.output("dbeta", mul(dbeta!, pick(row, { axis: 2, start: 3, step: 1, size: 7 })));
  assign(w, add(w, mul(dw!, 0.5)));
  assign(beta, add(beta, dbeta!));
  await expectReference(graph, environmentOf(graph), { relative: 5e-6 });
});

test("softmax over long rows, whole and with padding, and their gradients", async () => {
  for (const columns of [29, 32, 257, 1024]) {
    const graph = new Graph();
    for (const [name, build] of [
      ["softmax", softmax],
      ["log softmax", logSoftmax],
    ] as const) {
      const x = data(graph, `${name}.x`, [2, 67, columns]);
      const y = build(x);
      graph.output(name, y);
      graph.output(`${name}.dx`, grad(sum(mul(y, data(graph, `${name}.g`, y.shape)), [1, 2]), [x])[0]!);
    }
    await expectReference(graph, environmentOf(graph));
  }
});

test("softmax of large and equal logits, and log softmax of what underflows", async () => {
  const graph = new Graph();
  const rows = [
    [1e4, 1e4 - 1, 0, -1e4],
    [-1e4, -1e4, -1e4, -1e4],
    [3e38, -3e38, 0, 1],
    [88, 89, 90, -88],
    [0, 0, 0, 0],
  ];
  const x = data(graph, "x", [1, 5, 4]);
  graph.output("softmax", softmax(x));
  graph.output("softmin", softmin(x));
  const environment = new Map([["x", Float64Array.from(rows.flat(), Math.fround)]]);
  await expectReference(graph, environment);
  const logs = new Graph();
  logs.output("log softmax", logSoftmax(data(logs, "x", [1, 3, 4])));
  const finite = [rows[0]!, rows[1]!, rows[3]!].flat();
  await expectReference(logs, new Map([["x", Float64Array.from(finite)]]), { relative: 1e-7 });
});
