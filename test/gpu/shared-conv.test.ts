import { afterAll, expect, test } from "vitest";
import { Graph, type Node } from "../../src/graph/graph.ts";
import { grad } from "../../src/graph/grad.ts";
import { type ConvOptions, conv2d, convWeightShape } from "../../src/graph/ops/conv.ts";
import { mul } from "../../src/graph/ops/pointwise.ts";
import { sum } from "../../src/graph/ops/reduce.ts";
import { data, state } from "../../src/graph/ops/source.ts";
import { windowOf, type WindowOptions } from "../../src/graph/ops/window.ts";
import { environmentOf } from "../support/networks.ts";
import { expectReference, gpu, run, smallest } from "../support/shared.ts";

afterAll(() => gpu.dispose());

interface Sample extends WindowOptions {
  readonly kernel: number | readonly [number, number];
  readonly bias?: boolean;
  readonly replicas?: readonly [number, number];
}

/** y, dx and dw of a convolution whose channels fill slots. */
function build(graph: Graph, name: string, x: readonly number[], outputs: number, sample: Sample): void {
  const { kernel, bias = true, replicas = [1, 1], ...window } = sample;
  const options: ConvOptions = { ...windowOf("conv2d", kernel, window, 1), groups: 1, bias };
  const image = data(graph, `${name} x`, [replicas[0], ...x]);
  const shape = convWeightShape(replicas[1], { ...options, input: x.slice(1), outputs });
  const weight = state(graph, `${name} w`, shape);
  const y = conv2d(image, weight, options);
  graph.output(`${name} y`, y);
  const gy = data(graph, `${name} gy`, y.shape);
  const [dx, dw] = grad(sum(mul(y, gy), [1, 2, 3, 4]), [image, weight]) as [Node, Node];
  graph.output(`${name} dx`, dx);
  graph.output(`${name} dw`, dw);
}

test("convolutions of any size, stride, padding and dilation, with their gradients", async () => {
  const graph = new Graph();
  build(graph, "one", [3, 5, 5, 8], 4, { kernel: 1, replicas: [3, 3] });
  build(graph, "plain", [2, 7, 6, 4], 4, { kernel: 3, bias: false });
  build(graph, "strided", [2, 8, 9, 8], 8, { kernel: 3, stride: 2, padding: 1 });
  build(graph, "oblong", [1, 9, 7, 8], 12, { kernel: [5, 3], stride: [2, 1], padding: [2, 0] });
  build(graph, "dilated", [1, 11, 9, 4], 8, { kernel: 3, stride: [1, 3], padding: 2, dilation: [2, 3] });
  build(graph, "wide", [3, 6, 6, 20], 36, { kernel: 3, padding: 1, replicas: [1, 2] });
  build(graph, "parts", [7, 16, 20, 4], 8, { kernel: 3, padding: 1 });
  const variants = await expectReference(graph, environmentOf(graph), { tile: smallest });
  expect(variants.filter((v) => v.includes("block")).length).toBe(3 * 7);
});

test("the engine's own tiles, and the same bits from smaller ones", async () => {
  const graph = new Graph();
  build(graph, "usual", [2, 6, 6, 20], 36, { kernel: 3, padding: 1, bias: false });
  const environment = environmentOf(graph);
  await expectReference(graph, environment);
  const usual = await run(graph, environment);
  const small = await run(graph, environment, { tile: smallest });
  expect(small.variants).not.toEqual(usual.variants);
  for (const [name, values] of usual.results) expect(small.results.get(name), name).toEqual(values);
});

test("a plain background: terms that repeat are rounded the same way, and yet do not add up to more", async () => {
  const graph = new Graph();
  build(graph, "plain", [9, 28, 28, 4], 4, { kernel: 3, stride: 2, padding: 1 });
  const environment = environmentOf(graph);
  environment.get("plain x")!.fill(Math.fround(-0.4242));
  environment.get("plain gy")!.fill(Math.fround(1.1e-3));
  await expectReference(graph, environment, { tile: smallest, relative: 1e-6 });
});
