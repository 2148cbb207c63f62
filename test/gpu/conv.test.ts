import { afterAll, expect, test } from "vitest";
import { Executor } from "../../src/device/executor.ts";
import { Storage } from "../../src/device/storage.ts";
import { planTarget } from "../../src/device/target.ts";
import { Graph, type Node } from "../../src/graph/graph.ts";
import { allKernels } from "../../src/compile/kernels/families/all.ts";
import type { MatmulTile } from "../../src/compile/kernels/target.ts";
import { type ConvOptions, conv2d, convWeightShape } from "../../src/graph/ops/conv.ts";
import { grad } from "../../src/graph/grad.ts";
import { mul } from "../../src/graph/ops/pointwise.ts";
import { sum } from "../../src/graph/ops/reduce.ts";
import { data, state } from "../../src/graph/ops/source.ts";
import { makePlan } from "../../src/compile/make-plan.ts";
import { type PlanOptions } from "../../src/compile/lower.ts";
import { windowOf, type WindowOptions } from "../../src/graph/ops/window.ts";
import { environmentOf, expectReference, gpu } from "../support/on-device.ts";

afterAll(() => gpu.dispose());

interface Sample extends WindowOptions {
  readonly kernel: number | readonly [number, number];
  readonly groups?: number;
  readonly bias?: boolean;
  readonly replicas?: readonly [number, number];
}

/** y, dx and dw of a convolution as outputs. */
function build(graph: Graph, name: string, x: readonly number[], outputs: number, sample: Sample): void {
  const { kernel, groups = 1, bias = true, replicas = [1, 1], ...window } = sample;
  const options: ConvOptions = { ...windowOf("conv2d", kernel, window, 1), groups, bias };
  const shape = convWeightShape(replicas[1], { ...options, input: x.slice(1), outputs });
  const image = data(graph, `${name} x`, [replicas[0], ...x]);
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
  build(graph, "one", [1, 3, 3, 1], 1, { kernel: 1 });
  build(graph, "plain", [2, 7, 6, 3], 4, { kernel: 3, bias: false });
  build(graph, "strided", [2, 8, 9, 5], 6, { kernel: 3, stride: 2, padding: 1 });
  build(graph, "oblong", [1, 9, 7, 8], 3, { kernel: [5, 3], stride: [2, 1], padding: [2, 0] });
  build(graph, "dilated", [1, 11, 9, 4], 8, { kernel: 3, stride: [1, 3], padding: 2, dilation: [2, 3] });
  build(graph, "wide", [3, 6, 6, 20], 36, { kernel: 3, padding: 1, replicas: [1, 2] });
  build(graph, "replicas", [3, 5, 5, 2], 5, { kernel: 2, replicas: [3, 3] });
  await expectReference(graph, environmentOf(graph));
});

test("groups, in slots and across them, and depthwise", async () => {
  const graph = new Graph();
  build(graph, "slots", [2, 6, 6, 24], 16, { kernel: 3, padding: 1, groups: 2 });
  build(graph, "across", [2, 6, 6, 4], 6, { kernel: 3, padding: 1, groups: 2 });
  build(graph, "depthwise", [1, 7, 7, 6], 6, { kernel: 3, padding: 2, dilation: 2, groups: 6, bias: false });
  build(graph, "multiplied", [2, 5, 6, 3], 9, { kernel: 3, stride: 2, groups: 3, replicas: [1, 2] });
  await expectReference(graph, environmentOf(graph));
});

test("many places: the weight's gradient in parts", async () => {
  const graph = new Graph();
  build(graph, "parts", [7, 32, 32, 3], 4, { kernel: 3, padding: 1 });
  expect(graph.nodes.find((node) => node.op.name === "conv2dWeightGrad")!.shape[1]).toBeGreaterThan(1);
  await expectReference(graph, environmentOf(graph), { relative: 4e-6 });
});

test("a plain background: terms that repeat are rounded the same way, and yet do not add up to more", async () => {
  const graph = new Graph();
  build(graph, "plain", [64, 28, 28, 1], 4, { kernel: 3, stride: 2, padding: 1 });
  const environment = environmentOf(graph);
  environment.get("plain x")!.fill(Math.fround(-0.4242));
  environment.get("plain gy")!.fill(Math.fround(1.1e-3));
  await expectReference(graph, environment, { relative: 1e-6 });
});

/** The bits of all outputs, by kernels of one kind. */
async function bitsOf(graph: Graph, options: Partial<PlanOptions>, draft = false): Promise<string> {
  const storage = new Storage(gpu);
  const plan = makePlan(graph, planTarget(gpu, { kernels: allKernels, ...options }));
  const executor = await Executor.load(plan, storage, { draft });
  for (const [name, values] of environmentOf(graph)) storage.write(name, Float32Array.from(values));
  executor.run([{}]);
  const found: string[] = [];
  for (const name of graph.outputs.keys()) {
    const values = (await executor.output(name)) as Float32Array;
    found.push(`${name} ${new Uint32Array(values.slice().buffer).join()}`);
  }
  executor.dispose();
  storage.dispose();
  return found.join("\n");
}

test("whatever the tile, in quads or not: the same bits", async () => {
  const graph = new Graph();
  build(graph, "wide", [3, 9, 9, 20], 36, { kernel: 3, stride: 2, padding: 1, replicas: [1, 2] });
  build(graph, "many", [5, 26, 25, 6], 18, { kernel: [1, 3], padding: [0, 1], bias: false });
  build(graph, "groups", [2, 6, 6, 24], 16, { kernel: 3, padding: 1, groups: 2 });
  const usual = await bitsOf(graph, {});
  const tiles: readonly MatmulTile[] = [
    { rows: 8, slots: 3, workgroup: 64, taps: 3 },
    { rows: 4, slots: 1, workgroup: 16, quad: true },
    { rows: 16, slots: 2, workgroup: 4, quad: true, taps: 3 },
  ];
  for (const tile of tiles.filter(({ quad }) => quad !== true || gpu.limits.quads))
    expect(await bitsOf(graph, { tile }), JSON.stringify(tile)).toBe(usual);
  expect(await bitsOf(graph, {}, true), "drafts").toBe(usual);
});
