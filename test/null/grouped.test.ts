import { describe, expect, test } from "vitest";
import { gelu } from "../../src/activations/records/gelu.ts";
import { identity } from "../../src/activations/records/identity.ts";
import { relu } from "../../src/activations/records/relu.ts";
import { silu } from "../../src/activations/records/silu.ts";
import { swish } from "../../src/activations/records/swish.ts";
import { ActigradError } from "../../src/core/errors.ts";
import { Graph, type Node } from "../../src/graph/graph.ts";
import { grad } from "../../src/graph/grad.ts";
import { crelu, glu, maxout } from "../../src/graph/ops/grouped.ts";
import { matmul } from "../../src/graph/ops/matmul.ts";
import { mul } from "../../src/graph/ops/pointwise.ts";
import { sum } from "../../src/graph/ops/reduce.ts";
import { logSoftmax, softmax, softmin } from "../../src/graph/ops/softmax.ts";
import { data, state } from "../../src/graph/ops/source.ts";
import { pick, place } from "../../src/graph/ops/view.ts";
import { makePlan } from "../../src/compile/make-plan.ts";
import { interpret } from "../../src/check/float64/interpret.ts";
import { paperTarget } from "../support/networks.ts";
import { gradcheck } from "../../src/testing/index.ts";

type Build = (x: Node, axis: number) => Node;
const ops: Record<string, Build> = {
  softmax,
  "log softmax": logSoftmax,
  softmin,
  crelu,
  glu: (x, axis) => glu(gelu, x, { axis }),
  "bilinear, the first half as gate": (x, axis) => glu(identity, x, { axis, gate: "first" }),
  "glu of swish with its own beta": (x, axis) => glu(swish, x, { axis, params: { beta: 1.5 } }),
  "maxout of 2": (x, axis) => maxout(x, { axis, pieces: 2 }),
  "maxout of 3, strided": (x, axis) => maxout(x, { axis, pieces: 3, grouping: "strided" }),
  "maxout, ties shared": (x, axis) => maxout(x, { axis, pieces: 3, ties: "even" }),
  picked: (x, axis) => pick(x, { axis: axis < 0 ? 2 : axis, start: 1, step: 2, size: 2 }),
  placed: (x, axis) => place(x, { axis: axis < 0 ? 2 : axis, start: 1, step: 2, size: 20 }),
};

describe("gradients are finite differences, along any axis", () => {
  test.each(
    Object.entries(ops).flatMap(([name, build]) => [0, 1, -1].map((axis) => [name, axis, build] as const)),
  )("%s, axis %d", (_, axis, build) => {
    const found = gradcheck((x) => build(x!, axis), { shapes: [[6, 6, 6]], elements: 8, tolerance: 2e-8 });
    expect(found).toMatchObject({ pass: true, count: 8 });
  });
});

/** The values of y for given values of x [1, rows, columns]. */
function valuesOf(rows: readonly (readonly number[])[], build: (x: Node) => Node): number[] {
  const graph = new Graph();
  const y = build(data(graph, "x", [1, rows.length, rows[0]!.length]));
  graph.output("y", y);
  return [...interpret(graph, new Map([["x", Float64Array.from(rows.flat())]]))(y).data];
}

describe("conventions", () => {
  test("the second half is the gate, unless asked otherwise", () => {
    const rows = [[1, 2, -3, 4]];
    expect(valuesOf(rows, (x) => glu(relu, x))).toEqual([0, 8]);
    expect(valuesOf([[-1, 2, -3, 4]], (x) => glu(relu, x, { gate: "first" }))).toEqual([-0, 8]);
  });

  test("maxout takes neighbours, or what lies a share of the axis apart", () => {
    const rows = [[1, 5, 3, 2, 4, 6]];
    expect(valuesOf(rows, (x) => maxout(x, { pieces: 2 }))).toEqual([5, 3, 6]);
    expect(valuesOf(rows, (x) => maxout(x, { pieces: 2, grouping: "strided" }))).toEqual([2, 5, 6]);
  });

  test("of equal largest values the first gets the gradient, or each its share", () => {
    const gradient = (ties: "first" | "even"): number[] =>
      valuesOf([[2, 2, 1, 0, 3, 3]], (x) => grad(sum(maxout(x, { pieces: 3, ties }), [1, 2]), [x])[0]!);
    expect(gradient("first")).toEqual([1, 0, 0, 0, 1, 0]);
    expect(gradient("even")).toEqual([0.5, 0.5, 0, 0, 0.5, 0.5]);
  });

  test("crelu has both signs one after the other", () => {
    expect(valuesOf([[1, -2]], crelu)).toEqual([1, 0, 0, 2]);
  });
});

describe("what does not fit is a typed error", () => {
  const on = (shape: number[], build: (x: Node) => Node) => () => build(data(new Graph(), "x", shape));
  test.each<[string, () => Node, RegExp]>([
    ["shape", on([1, 4, 7], (x) => glu(silu, x)), /glu: an even number .* axis 2, got f32\[1,4,7\]/],
    ["shape", on([1, 4, 7], (x) => maxout(x, { pieces: 3 })), /maxout: a multiple of 3/],
    [
      "option",
      on([1, 4, 6], (x) => maxout(x, { pieces: 1 })),
      /pieces must be a whole number of at least 2, got 1/,
    ],
    ["option", on([1, 4, 6], (x) => maxout(x, { pieces: 2.5 })), /got 2.5/],
    [
      "shape",
      on([1, 4, 6], (x) => softmax(x, 3)),
      /softmax: axis 3 does not exist in f32\[1,4,6\].*from -3 to 2/,
    ],
    ["shape", on([1, 4, 6], (x) => logSoftmax(x, -4)), /logSoftmax: axis -4/],
    ["shape", on([1, 4, 6], (x) => softmin(x, 1.5)), /softmin: axis 1.5/],
    ["shape", on([1, 4, 6], (x) => crelu(x, 7)), /crelu: axis 7/],
    [
      "shape",
      on([1, 4, 6], (x) => pick(x, { axis: 2, start: 4, step: 1, size: 3 })),
      /pick: 3 elements from 4/,
    ],
    [
      "shape",
      on([1, 4, 6], (x) => place(x, { axis: 2, start: 1, step: 2, size: 11 })),
      /place: 6 elements from 1/,
    ],
  ])("%s, case %#", (code, build, message) => {
    let error: unknown;
    try {
      build();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ActigradError);
    expect((error as ActigradError).code).toBe(code);
    expect((error as ActigradError).message).toMatch(message);
  });
});

describe("kernels", () => {
  const labels = (build: (x: Node) => Node, backward: boolean): string[] => {
    const graph = new Graph();
    const [x, w, v] = [
      data(graph, "x", [1, 32, 16]),
      state(graph, "w", [1, 17, 24]),
      state(graph, "v", [1, 12, 8]),
    ];
    const loss = sum(matmul(build(matmul(x, w, "ab", true)), v), [1, 2]);
    graph.output("loss", loss);
    if (backward) for (const [i, g] of grad(loss, [w, v]).entries()) graph.output(`g${i}`, g!);
    return makePlan(graph, paperTarget).dispatches.map((d) => d.label.replace(/^.*: /, ""));
  };

  test("views cost no dispatch: a gated unit is one kernel after its product", () => {
    expect(labels((x) => glu(silu, x), false)).toEqual(["matmul", "gated", "matmul", "sum"]);
    expect(labels((x) => maxout(x, { pieces: 2 }), false)).toEqual(["matmul", "largest", "matmul", "sum"]);
  });

  test("backward, the product's epilogue makes both halves' gradients and writes them side by side", () => {
    const all = labels((x) => glu(silu, x), true);
    expect(all).toContain("matmul+activation+mul+activationGrad+beside");
    expect(all).toHaveLength(labels((x) => glu(silu, x), false).length + 4);
  });

  test("forward keeps its input and result only", () => {
    const graph = new Graph();
    const w = state(graph, "w", [1, 8, 24]);
    const y = glu(silu, matmul(data(graph, "x", [1, 32, 8]), w));
    const [dw] = grad(sum(mul(y, y), [1, 2]), [w]);
    graph.output("dw", dw!);
    const plan = makePlan(graph, paperTarget);
    const written = plan.dispatches.map((d) => d.kernel.bindings.filter((b) => b.writes !== null).length);
    expect(plan.dispatches[1]!.label).toContain("gated");
    expect(written[1]).toBeLessThanOrEqual(3);
    expect(plan.dispatches.length).toBeLessThanOrEqual(4);
  });
});
