import { test } from "vitest";
import { Graph } from "../../src/graph/graph.ts";
import { crossEntropyRows } from "../../src/ops/crossEntropy.ts";
import { grad } from "../../src/ops/grad.ts";
import { mul } from "../../src/ops/pointwise.ts";
import { sum } from "../../src/ops/reduce.ts";
import { data } from "../../src/ops/source.ts";
import { makePlan } from "../../src/plan/lower.ts";
test("plan", () => {
  const g = new Graph();
  const x = data(g, "x", [1, 1, 2]); const t = data(g, "t", [1, 1, 1], "u32"); const gy = data(g, "gy", [1, 1, 1]);
  const y = crossEntropyRows(x, t);
  g.output("dx", grad(sum(mul(y, gy), [1, 2]), [x])[0]!);
  const plan = makePlan(g, { software: true, maxStorageBuffers: 8, maxBindingBytes: 1e9, maxWorkgroups: 65535, fuse: true });
  for (const d of plan.dispatches) console.log(d.label, d.buffers, d.kernel.wgsl);
});
