import { expect, test } from "vitest";
import {
  Graph,
  conv2d,
  embedding,
  flatten,
  linear,
  network,
  printGraph,
  recompute,
  relu,
  sequential,
  tanh,
  unflatten,
  withinBytes,
  summary,
} from "../../src/index.ts";
import type { Segments } from "../../src/nn/chain.ts";
import { operationsIn } from "../../src/graph/ops/flops.ts";
import { grad } from "../../src/graph/grad.ts";
import { data } from "../../src/graph/ops/source.ts";
import { sum } from "../../src/graph/ops/reduce.ts";
import { makePlan } from "../../src/compile/make-plan.ts";
import { interpret } from "../../src/check/float64/interpret.ts";
import { environmentOf, paperTarget } from "../support/networks.ts";

/** The gradients of a model's summed outputs. */
function gradients(model: ReturnType<typeof sequential>, segments: Segments = []) {
  const graph = new Graph();
  const x = data(graph, "x", [1, 64, model.inputs]);
  const { output, parameters } = model.build(graph, x, 2, true, segments);
  const nodes = grad(
    sum(output, [1, 2]),
    parameters.map(({ node }) => node),
  );
  for (const [i, node] of nodes.entries()) graph.output(`d${i}`, node!);
  return graph;
}

const chain = [linear(16, 64), tanh, linear(64, 64), tanh, linear(64, 64), tanh, linear(64, 2)];

test("backward reads values that are computed again after it has begun, and the gradients are the same", () => {
  const kept = gradients(sequential(...chain));
  const again = gradients(
    sequential(...chain.slice(0, 1), recompute(...chain.slice(1, 6)), ...chain.slice(6)),
  );
  const values = [kept, again].map((graph) => {
    const value = interpret(graph, environmentOf(graph));
    return [...graph.outputs.values()].map((node) => [...value(node).data]);
  });
  expect(values[1]).toEqual(values[0]);
  expect(printGraph(kept)).not.toContain(" again");
  const copies = again.live().filter(({ after }) => after !== undefined);
  expect(copies.map(({ op }) => op.name)).toEqual(["activation", "matmul", "activation", "matmul"]);
  // What leaves the segment is kept; nothing but copies and what leaves it stands between forward and backward.
  const plans = [kept, again].map((graph) => makePlan(graph, paperTarget));
  expect(plans[1]!.memory.lowerBoundBytes).toBeLessThan(plans[0]!.memory.lowerBoundBytes);
  const order = plans[1]!.dispatches.map(({ group }) => group.anchors[0]);
  const last = order.findIndex((node) => node?.label === "2");
  for (const copy of copies.filter(({ op }) => op.name === "matmul"))
    expect(order.indexOf(copy)).toBeGreaterThan(last);
});

test("small sums are kept, and what comes out of a segment", () => {
  const model = sequential(linear(64, 64), recompute(tanh, linear(64, 4)), linear(4, 2));
  const copies = gradients(model)
    .live()
    .filter(({ after }) => after !== undefined);
  expect(copies.map(({ op }) => op.name)).toEqual(["activation"]);
});

test("a block that is computed again knows its sizes and starts as its layers do", () => {
  const plain = sequential(unflatten([1, 4, 4]), conv2d(1, 2, 3), relu, flatten(), linear(8, 3));
  const model = sequential(
    recompute(unflatten([1, 4, 4]), conv2d(1, 2, 3)),
    recompute(relu, flatten(), linear(8, 3)),
  );
  expect([model.inputs, model.outputs]).toEqual([16, 3]);
  const graph = new Graph();
  const { parameters } = model.build(graph, data(graph, "x", [1, 2, 16]), 1);
  expect(parameters.map(({ views }) => views[0]!.name)).toEqual(["0.1.weight", "1.2.weight"]);
  const deviation = (values: Float32Array): number => Math.hypot(...values) / Math.sqrt(values.length);
  const other = new Graph();
  const own = plain.build(other, data(other, "x", [1, 2, 16]), 1).parameters;
  // The convolution before a relu starts with relu's gain, wrapped or not: other names draw other numbers.
  const [a, b] = [parameters[0]!, own[0]!].map(({ init }) =>
    deviation(Float32Array.from({ length: 2000 }, (_, i) => init(i)[i % 18]!)),
  );
  expect(Math.abs(a! / b! - 1)).toBeLessThan(0.1);
  expect(sequential(recompute(embedding(5, 2), linear(6, 1))).layers[0]!.indices).toBe(5);
  expect(() => recompute()).toThrow("recompute: at least one layer is needed");
});

test("a budget chooses segments that fit it, or says what is the least", () => {
  const model = sequential(...chain);
  const all = summary(model, { batch: 64 });
  expect(all).toMatchObject({ againFlops: 0, peakBytes: all.savedBytes });
  const some = summary(model, { batch: 64, recompute: withinBytes(all.savedBytes * 0.7) });
  expect(some.peakBytes).toBeLessThanOrEqual(all.savedBytes * 0.7);
  expect(some.againFlops).toBeGreaterThan(0);
  expect(some.againFlops).toBeLessThan(all.flops);
  expect(String(some)).toMatch(
    /recomputed in backward: [\d,]+ FLOPs, \d+ % of the forward pass; at most [\d,]+ bytes held/,
  );
  expect(summary(model, { batch: 64, recompute: withinBytes(all.savedBytes) })).toMatchObject({
    againFlops: 0,
  });
  expect(() => summary(model, { batch: 64, recompute: withinBytes(10) })).toThrow(
    /recompute: backward needs more than 10 bytes; .* at least \d+/,
  );
  expect(() => summary(model, { recompute: withinBytes(NaN) })).toThrow(
    "expected a number of bytes, got NaN",
  );
});

test("a resnet holds two thirds of the bytes for 18 % more FLOPs, as docs/engine.md says", () => {
  const model = network({
    model: "resnet",
    inputs: 784,
    sample: [28, 28],
    hidden: [],
    outputs: 10,
    activations: ["relu"],
  });
  const kept = summary(model, { batch: 64 });
  const some = summary(model, { batch: 64, recompute: withinBytes((kept.peakBytes * 2) / 3) });
  expect(some.peakBytes / kept.peakBytes).toBeCloseTo(0.65, 2);
  const step = gradients(model)
    .live()
    .reduce((flops, node) => flops + operationsIn(node), 0);
  expect(some.againFlops / (step / 2)).toBeCloseTo(0.176, 2);
});
