import { describe, expect, test } from "vitest";
import { type Activation, activations } from "../../src/activations/index.ts";
import { resolveParams } from "../../src/activations/params.ts";
import { Graph, type Node } from "../../src/graph/graph.ts";
import { grad } from "../../src/graph/grad.ts";
import { matmul } from "../../src/graph/ops/matmul.ts";
import { mean } from "../../src/graph/ops/mean.ts";
import { add, div, greater, mul, neg, sqrt, sub, where } from "../../src/graph/ops/pointwise.ts";
import { sum } from "../../src/graph/ops/reduce.ts";
import { data } from "../../src/graph/ops/source.ts";
import { type Environment, interpret } from "../../src/check/float64/interpret.ts";
import { centralDifferences } from "../../src/testing/gradcheck.ts";
import { numbers, smallNetwork } from "../support/networks.ts";

function expectClose(got: ArrayLike<number>, want: ArrayLike<number>, tolerance: number): void {
  expect(got.length).toBe(want.length);
  for (let i = 0; i < want.length; i++) {
    expect(Math.abs(got[i]! - want[i]!), `element ${i}: ${got[i]} and ${want[i]}`).toBeLessThan(tolerance);
  }
}

describe("the gradients of a network are its finite differences", () => {
  const derivable = Object.entries<Activation>(activations).filter(([, record]) => record.surrogate !== true);
  test.each<[string, Activation]>(derivable)("%s", (_, record) => {
    const { graph, loss, parameters, environment } = smallNetwork(record);
    const kinks = record.kinks(resolveParams<string>(record));
    const gradients = grad(loss, parameters);
    for (const [i, gradient] of gradients.entries()) graph.output(`g${i}`, gradient!);
    const value = interpret(graph, new Map(environment));
    // A kink within the step would make the difference meaningless: the seed keeps pre-activations clear of them.
    const pre = graph.nodes.find((n) => n.op.name === "matmul")!;
    const nearest = Math.min(
      Infinity,
      ...kinks.flatMap((k) => Array.from(value(pre).data, (v) => Math.abs(v - k))),
    );
    expect(nearest).toBeGreaterThan(1e-4);
    for (const [i, parameter] of parameters.entries()) {
      const want = centralDifferences(graph, loss, environment, parameter.label);
      expectClose(value(gradients[i]!).data, want, 1e-8 * Math.max(1, ...want.map(Math.abs)));
    }
  });
});

const shape = [2, 3, 5];
const cases: Record<string, (a: Node, b: Node, row: Node) => Node> = {
  "add, sub": (a, b, row) => sub(add(a, row), b),
  "mul with a broadcast row": (a, b, row) => mul(mul(a, row), b),
  div: (a, b, row) => div(add(a, row), add(mul(b, b), 1)),
  "neg, sqrt": (a, b, row) => neg(sqrt(add(mul(mul(a, row), mul(a, row)), add(mul(b, b), 0.5)))),
  "where, greater": (a, b, row) => where(greater(a, 0.123), mul(a, b), mul(row, 3)),
  "sum and mean over axes": (a, b, row) => mul(mean(mul(a, b), [1]), sum(mul(a, row), [1, 2])),
  A·B: (a, b, row) => matmul(mul(a, row), matmul(b, a, "atb"), "ab"),
  Aᵀ·B: (a, b) => matmul(a, mul(b, b), "atb"),
  A·Bᵀ: (a, b, row) => matmul(a, mul(b, row), "abt"),
};

test.each(Object.entries(cases))("gradient of %s", (_, build) => {
  const graph = new Graph();
  const [a, b, row] = [data(graph, "a", shape), data(graph, "b", shape), data(graph, "row", [1, 1, 5])];
  const result = build(a, b, row);
  const loss = sum(mul(result, result), [1, 2]);
  graph.output("loss", loss);
  const gradients = grad(loss, [a, b, row]);
  for (const [i, gradient] of gradients.entries()) if (gradient) graph.output(`g${i}`, gradient);
  const environment: Environment = new Map([
    ["a", numbers(4, shape)],
    ["b", numbers(5, shape)],
    ["row", numbers(6, [1, 1, 5])],
  ]);
  const value = interpret(graph, environment);
  for (const [i, node] of [a, b, row].entries()) {
    if (gradients[i] === undefined) continue;
    const want = centralDifferences(graph, loss, environment, node.label);
    expectClose(value(gradients[i]).data, want, 1e-8 * Math.max(1, ...want.map(Math.abs)));
  }
});

test("what a loss does not depend on has no gradient; an op without derivative is named", () => {
  const graph = new Graph();
  const [a, b] = [data(graph, "a", [1, 2, 3]), data(graph, "b", [1, 2, 3])];
  expect(grad(sum(mul(a, a), [1, 2]), [a, b])[1]).toBeUndefined();
  expect(() => grad(sum(greater(a, b), [1, 2]), [a])).toThrow(/greater .* has no derivative/);
  expect(() => grad(a, [a])).toThrow("one value per replica, f32[R,1,1], got f32[1,2,3]");
});
