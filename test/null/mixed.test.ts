import { expect, test } from "vitest";
import {
  Graph,
  batchNorm2d,
  conv2d,
  flatten,
  linear,
  maxPool2d,
  mixed,
  recompute,
  relu,
  residual,
  sequential,
  silu,
  summary,
  unflatten,
} from "../../src/index.ts";
import { grad } from "../../src/graph/grad.ts";
import { data } from "../../src/graph/ops/source.ts";
import { sum } from "../../src/graph/ops/reduce.ts";
import { makePlan } from "../../src/compile/make-plan.ts";
import { bytes } from "../../src/core/shape.ts";
import { bfloat16Op, bfloat16Reference } from "../../src/graph/ops/bfloat16.ts";
import { interpret } from "../../src/check/float64/interpret.ts";
import type { Model } from "../../src/nn/sequential.ts";
import { environmentOf, paperTarget } from "../support/networks.ts";

const rounded = bfloat16Reference.reference as (args: readonly number[], attrs: null) => number;

test("numbers are rounded to the nearest of 8 significant bits, ties to even", () => {
  const cases = [
    [0, 0],
    [1, 1],
    [1 + 2 ** -8, 1], // a tie
    [1 + 3 * 2 ** -8, 1 + 2 ** -6],
    [-(1 + 2 ** -8 + 2 ** -20), -(1 + 2 ** -7)],
    [1.23456789, 1.234375],
    [65_504, 65_536], // float16's largest
    [255 * 2 ** 120, 255 * 2 ** 120], // bfloat16's largest
    [3.4e38, Infinity],
    [2 ** -133, 2 ** -133], // its smallest
    [2 ** -134, 0],
    [Infinity, Infinity],
  ] as const;
  for (const [x, want] of cases) expect(rounded([x], null), String(x)).toBe(want);
  expect(rounded([NaN], null)).toBeNaN();
  // The upper half of the float32, rounded as hardware does, is the same for numbers that are float32 already.
  const view = new DataView(new ArrayBuffer(4));
  for (let i = 0; i < 4000; i++) {
    const x = Math.fround(Math.sin(i) * 10 ** ((i % 77) - 38));
    view.setFloat32(0, x);
    const bits = view.getUint32(0);
    view.setUint32(0, (bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000);
    expect(rounded([x], null)).toBe(view.getFloat32(0));
  }
});

const mlp = sequential(linear(64, 128), relu, linear(128, 64), silu, linear(64, 10));
const cnn = sequential(
  unflatten([1, 12, 12]),
  conv2d(1, 8, 3, { padding: 1 }),
  relu,
  maxPool2d(2),
  conv2d(8, 16, 3, { padding: 1 }),
  relu,
  maxPool2d(2),
  flatten(),
  linear(144, 10),
);
const block = (channels: number) => [
  conv2d(channels, channels, 3, { padding: 1, bias: false }),
  batchNorm2d(channels),
  relu,
  conv2d(channels, channels, 3, { padding: 1, bias: false }),
  batchNorm2d(channels),
];
const resnet = sequential(
  unflatten([1, 8, 8]),
  conv2d(1, 8, 3, { padding: 1, bias: false }),
  batchNorm2d(8),
  relu,
  residual(block(8)),
  relu,
  residual(block(8)),
  relu,
  flatten(),
  linear(512, 10),
);

test.each(Object.entries({ mlp, cnn, resnet }))("backward keeps half the bytes of a %s", (_, model) => {
  const whole = summary(model, { batch: 32 });
  const half = summary(model, { batch: 32, precision: mixed });
  expect(half.savedBytes / whole.savedBytes).toBeLessThanOrEqual(0.55);
  expect(half.layers.reduce((total, layer) => total + layer.savedBytes, 0)).toBe(half.savedBytes);
  expect(half.flops).toBe(whole.flops);
});

/** The gradients of a model's summed outputs. */
function gradients(model: Model, precision?: typeof mixed) {
  const graph = new Graph();
  const x = data(graph, "x", [1, 16, model.inputs]);
  const { output, parameters } = model.build(graph, x, 2, true);
  const wrt = parameters.filter(({ node }) => !node.label.includes("running")).map(({ node }) => node);
  graph.output("output", output);
  for (const [i, node] of grad(sum(output, [1, 2]), wrt, undefined, precision).entries())
    graph.output(`d${i}`, node!);
  return graph;
}

test.each(Object.entries({ mlp, cnn, resnet }))(
  "a %s's forward pass is untouched, its gradients are near, and its values lie packed",
  (_, model) => {
    const [exact, near] = [gradients(model), gradients(model, mixed)];
    const [want, got] = [exact, near].map((graph) => {
      const value = interpret(graph, environmentOf(graph));
      return [...graph.outputs].map(([name, node]) => ({ name, values: [...value(node).data] }));
    });
    for (const [i, { name, values }] of got!.entries()) {
      const others = want![i]!.values;
      if (name === "output") expect(values).toEqual(others);
      const size = Math.hypot(...others);
      const off = Math.hypot(...values.map((v, j) => v - others[j]!));
      // A pool's windows pass gradients to the first of two values that round alike: that moves a cnn's most.
      expect(off, name).toBeLessThan(0.05 * size);
    }
    expect(want![1]!.values).not.toEqual(got![1]!.values);
    const [before, after] = [exact, near].map((graph) => makePlan(graph, paperTarget));
    // In a residual block one kernel has no buffer left for what it would keep.
    expect(after!.dispatches.length).toBeLessThanOrEqual(before!.dispatches.length + 1);
    expect(after!.memory.lowerBoundBytes).toBeLessThanOrEqual(before!.memory.lowerBoundBytes);
    for (const [node, type] of after!.packed) {
      expect(node.op).toBe(bfloat16Op);
      expect(bytes(type)).toBe(bytes(node) / 2);
    }
    expect(after!.packed.size).toBeGreaterThan(1);
  },
);

test("what is computed again is rounded as what is kept", () => {
  const layers = [linear(16, 32), silu, linear(32, 32), silu, linear(32, 2)] as const;
  const [kept, again] = [
    sequential(...layers),
    sequential(layers[0], recompute(...layers.slice(1, 4)), layers[4]),
  ].map((model) => {
    const graph = gradients(model, mixed);
    const value = interpret(graph, environmentOf(graph));
    return [...graph.outputs.values()].map((node) => [...value(node).data]);
  });
  expect(again).toEqual(kept);
});

test("data, losses and small statistics stay exact", () => {
  const graph = gradients(resnet, mixed);
  for (const { op, inputs } of graph.live()) {
    if (op !== bfloat16Op) continue;
    const [x] = inputs;
    expect(["conv2d", "batchNorm", "activation", "add"]).toContain(x!.op.name);
    expect(x!.shape.length).toBe(5);
  }
});
