import { expect, test } from "vitest";
import { activations } from "../../src/activations/index.ts";
import { operationsOf } from "../../src/activations/operations.ts";
import { batchNorm1d, linear, relu, sequential, silu, summary } from "../../src/index.ts";
import { swiglu } from "../../src/nn/grouped.ts";

test("a summary counts parameters, FLOPs and what backward reads, layer by layer", () => {
  const batch = 10;
  const found = summary(sequential(linear(6, 16), silu, linear(16, 8), relu, linear(8, 3)), { batch });
  expect(found.layers.map((l) => [l.title, l.shape, l.parameters])).toEqual([
    ["linear(6, 16)", [batch, 16], 7 * 16],
    ["silu", [batch, 16], 0],
    ["linear(16, 8)", [batch, 8], 17 * 8],
    ["relu", [batch, 8], 0],
    ["linear(8, 3)", [batch, 3], 9 * 3],
  ]);
  expect(found.parameters).toBe(7 * 16 + 17 * 8 + 9 * 3);
  expect(found.layers[2]!.flops).toBe(2 * batch * 16 * 8);
  // silu's derivative reads x, relu's reads y, and each product's weight gradient reads what came in.
  expect(found.layers.map((l) => l.savedBytes)).toEqual([batch * 64, batch * 64, 0, batch * 32, 0]);
  const lines = String(found).split("\n");
  expect(lines).toHaveLength(7);
  expect(lines[0]).toMatch(/layer +output +parameters +FLOPs +saved bytes/);
  expect(lines[1]).toMatch(/^0 +linear\(6, 16\) +\[10,16\] +112 /);
});

test("running statistics are no parameters", () => {
  expect(summary(sequential(linear(4, 5), batchNorm1d(5))).layers[1]!.parameters).toBe(10);
});

test("an activation's FLOPs are the operations of its WGSL", () => {
  const { prelu, rational_b: rationalB } = activations;
  const model = sequential(linear(4, 5), prelu({ perChannel: true }), linear(5, 6), rationalB(), swiglu());
  const { layers } = summary(model, { batch: 10 });
  expect(layers[1]!.flops).toBe(10 * 5 * 3);
  expect(layers[3]!.flops).toBe(10 * 6 * operationsOf(rationalB.wgsl.f));
  expect(operationsOf(rationalB.wgsl.f)).toBeGreaterThan(50);
  expect(layers[4]!.flops).toBe(10 * 3 * (operationsOf(silu.wgsl.f) + 1));
});
