import { afterAll, expect, test } from "vitest";
import { Graph, type Node } from "../../src/graph/graph.ts";
import { flatten, unflatten } from "../../src/graph/ops/flatten.ts";
import { grad } from "../../src/graph/grad.ts";
import { mul } from "../../src/graph/ops/pointwise.ts";
import { avgPool, globalAvgPool, maxPool } from "../../src/graph/ops/pool.ts";
import { sum } from "../../src/graph/ops/reduce.ts";
import { data } from "../../src/graph/ops/source.ts";
import type { Environment } from "../../src/check/float64/interpret.ts";
import { numbers } from "../support/networks.ts";
import { environmentOf, expectReference, gpu } from "../support/on-device.ts";

afterAll(() => gpu.dispose());

/** y and dx of a function of one tensor as outputs. */
function build(graph: Graph, name: string, shape: readonly number[], f: (x: Node) => Node): void {
  const x = data(graph, `${name} x`, shape);
  const y = f(x);
  const gy = data(graph, `${name} gy`, y.shape);
  graph.output(`${name} y`, y);
  const axes = y.shape.flatMap((_, axis) => (axis === 0 ? [] : [axis]));
  graph.output(`${name} dx`, grad(sum(mul(y, gy), axes), [x])[0]!);
}

test("pools of any window, with their gradients", async () => {
  const graph = new Graph();
  build(graph, "max", [2, 3, 6, 6, 5], (x) => maxPool(x, 2));
  build(graph, "max odd", [2, 2, 7, 9, 3], (x) => maxPool(x, 2));
  build(graph, "max sparse", [1, 2, 8, 7, 5], (x) => maxPool(x, [2, 1], { stride: [3, 2], padding: [1, 0] }));
  build(graph, "mean odd", [1, 3, 7, 5, 4], (x) => avgPool(x, 2));
  build(graph, "max overlapping", [1, 2, 7, 8, 3], (x) => maxPool(x, 3, { stride: 2, padding: 1 }));
  build(graph, "max ceil", [1, 2, 7, 7, 2], (x) =>
    maxPool(x, [3, 2], { stride: [2, 3], padding: [1, 0], ceilMode: true }),
  );
  build(graph, "max dilated", [1, 1, 9, 9, 8], (x) => maxPool(x, 3, { stride: 1, dilation: 2 }));
  for (const countIncludePad of [true, false])
    for (const ceilMode of [true, false])
      build(graph, `mean ${countIncludePad} ${ceilMode}`, [2, 2, 7, 8, 6], (x) =>
        avgPool(x, [3, 2], { stride: [2, 3], padding: [1, 0], ceilMode, countIncludePad }),
      );
  build(graph, "global", [2, 3, 5, 4, 6], globalAvgPool);
  const environment: Environment = environmentOf(graph);
  // Equal values in one window: the first gets the gradient.
  environment.set(
    "max x",
    numbers(3, [2, 3, 6, 6, 5]).map((v) => Math.round(v)),
  );
  await expectReference(graph, environment);
});

test("images and PyTorch's order of their elements", async () => {
  const graph = new Graph();
  build(graph, "flatten", [2, 3, 4, 5, 6], (x) => mul(flatten(x), 2));
  build(graph, "rows", [2, 2, 3, 3, 4], (x) => mul(flatten(x, 2), 2));
  build(graph, "image", [2, 3, 30], (x) => mul(unflatten(x, [2, 5, 3]), 2));
  build(graph, "one channel", [1, 3, 10], (x) => mul(unflatten(x, [2, 5, 1]), 2));
  build(graph, "sequence", [1, 2, 12], (x) => flatten(mul(unflatten(x, [4, 3]), 2)));
  await expectReference(graph, environmentOf(graph));
  const image = data(graph, "image", [1, 1, 2, 2, 3]);
  expect(flatten(image).shape).toEqual([1, 1, 12]);
  expect(() => maxPool(image, 3)).toThrow("the kernel covers 3 x 3, the padded input has 2 x 2");
});
