import { expect, test } from "vitest";
import { activations } from "../../src/activations/index.ts";
import { ActigradError } from "../../src/core/errors.ts";
import { Graph } from "../../src/graph/graph.ts";
import { printGraph } from "../../src/graph/print.ts";
import { activation } from "../../src/graph/ops/activation.ts";
import { assign } from "../../src/graph/ops/assign.ts";
import { gather } from "../../src/graph/ops/gather.ts";
import { glu, maxout } from "../../src/graph/ops/grouped.ts";
import { matmul } from "../../src/graph/ops/matmul.ts";
import { add, div, mul, neg, sub } from "../../src/graph/ops/pointwise.ts";
import { sum } from "../../src/graph/ops/reduce.ts";
import { softmax } from "../../src/graph/ops/softmax.ts";
import { constant, data, state } from "../../src/graph/ops/source.ts";

const { hardtanh, leaky_relu: leakyRelu, relu, sigmoid } = activations;

const refusal = (build: () => unknown): string => {
  try {
    build();
  } catch (error) {
    if (error instanceof ActigradError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "nothing was refused";
};

test("equal nodes are one node", () => {
  const graph = new Graph();
  const x = data(graph, "x", [1, 2, 3]);
  expect(mul(x, 2)).toBe(mul(x, 2));
  expect(mul(x, 2)).not.toBe(mul(x, 3));
  expect(mul(x, 1)).toBe(x);
  expect(add(x, 0)).toBe(x);
});

test("numbers known when the graph is built are folded", () => {
  const graph = new Graph();
  const two = constant(graph, 2);
  expect(neg(mul(two, 3)).attrs).toEqual({ value: -6 });
  expect(sub(1, div(two, 4)).attrs).toEqual({ value: 0.5 });
});

test("only what effects and outputs need is live", () => {
  const graph = new Graph();
  const x = data(graph, "x", [1, 2, 3]);
  const w = state(graph, "w", [1, 2, 3]);
  mul(x, 5); // nobody reads it
  assign(w, add(w, x));
  graph.output("twice", mul(x, 2));
  expect(printGraph(graph)).toMatchInlineSnapshot(`
    "%0 f32[1,2,3] = storage data x  # x
    %1 f32[1,2,3] = storage state w  # w
    %4 f32[1,2,3] = add %1 %0
    %5 f32[1,2,3] = assign %1 %4 {"slot":null}
    %6 f32[1,1,1] = constant 2
    %7 f32[1,2,3] = mul %0 %6
    return twice = %7"
  `);
});

test("shapes that do not fit are refused with what was expected and what came", () => {
  const graph = new Graph();
  const x = data(graph, "x", [1, 4, 10]);
  const w = data(graph, "w", [1, 12, 3]);
  const w3 = data(graph, "w3", [3, 10, 3]);
  const x2 = data(graph, "x2", [2, 4, 10]);
  const bytes = data(graph, "bytes", [1, 4, 10], "u8");
  expect(refusal(() => matmul(x, w))).toMatchInlineSnapshot(
    `"shape: matmul: inner dimensions differ, f32[1,4,10] x f32[1,12,3]; 10 and 12 must be equal"`,
  );
  expect(refusal(() => matmul(x, w, "ab", true))).toMatchInlineSnapshot(
    `"shape: matmul: inner dimensions differ (the second has one more row, for the bias), f32[1,4,10] x f32[1,12,3]; 10 and 11 must be equal"`,
  );
  expect(refusal(() => matmul(x2, w3))).toMatchInlineSnapshot(
    `"shape: matmul: leading axes differ, f32[2,4,10] x f32[3,10,3]; they must be equal, or one of them 1"`,
  );
  expect(refusal(() => matmul(bytes, w))).toContain("operands must be f32");
  expect(refusal(() => add(x, w))).toMatchInlineSnapshot(
    `"shape: add: shapes do not broadcast, f32[1,4,10] with f32[1,12,3]; axis 1 has sizes 4 and 12; make them equal, or one of them 1"`,
  );
  expect(refusal(() => sum(x, [3]))).toContain("axes [3] do not exist in f32[1,4,10]");
  expect(refusal(() => gather(x, w))).toContain("indices must be u32[1, ..., 1]");
  expect(refusal(() => data(graph, "empty", [1, 0, 3]))).toContain("whole numbers of at least 1");
  expect(refusal(() => data(graph, "x", [1, 1, 1]))).toContain('"x" is already declared');
  expect(refusal(() => activation(relu, x, { slope: 1 }))).toContain('relu has no parameter "slope"');
  expect(refusal(() => activation(leakyRelu, x, { negativeSlope: NaN }))).toContain(
    "leaky_relu: negativeSlope = NaN is out of range",
  );
  expect(refusal(() => activation(leakyRelu, x, { negativeSlope: -1 }))).toContain("out of range");
  expect(refusal(() => activation(hardtanh, x, { min: 1, max: -1 }))).toContain("do not fit together");
  expect(refusal(() => glu(sigmoid, data(graph, "odd", [1, 4, 7])))).toMatch(/^shape: glu: .*7/);
  expect(refusal(() => maxout(x, { pieces: 1 }))).toContain("pieces");
  expect(refusal(() => softmax(x, 3))).toContain("axis 3 does not exist");
  expect(refusal(() => constant(graph, 1e39) && mul(x, 1e39).op.kernel)).toBe("nothing was refused");
});

test("a state is replaced once a version, and nothing else is replaced", () => {
  const graph = new Graph();
  const w = state(graph, "w", [1, 2, 3]);
  const next = assign(w, mul(w, 2));
  expect(refusal(() => assign(w, mul(w, 3)))).toContain("already replaced");
  expect(refusal(() => assign(mul(w, 2), w))).toContain("mul is not a state");
  expect(assign(next, mul(next, 3)).shape).toEqual([1, 2, 3]);
});
