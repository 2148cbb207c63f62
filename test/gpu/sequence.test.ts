import { beforeAll, expect, test } from "vitest";
import { type Gpu, device } from "../../src/index.ts";
import {
  Executor,
  Graph,
  type PlanOptions,
  Storage,
  allKernels,
  attention,
  data,
  grad,
  makePlan,
  sum,
} from "../../src/ops.ts";
import { readOracle, verifyCases } from "../../src/check/oracle/index.ts";
import { normal } from "../../src/core/random.ts";
import { elements } from "../../src/core/shape.ts";
import { planTarget } from "../../src/device/target.ts";
import { mul } from "../../src/graph/ops/pointwise.ts";

let gpu: Gpu;
beforeAll(async () => {
  gpu = await device();
});

/** Cases that take each branch of the kernels once; `verify` has them all. */
const some = new Set([
  "attention_valuedim",
  "attention_decode2",
  "attention_gqa",
  "attention_addmask",
  "attention_keypadding",
  "attention_fullymasked",
  "attention_alibi",
  "attention_large_causal",
  "rope_half_positions",
  "rope_interleaved_partial",
  "mha_cross",
  "block_pre_rmsnorm_swiglu_nobias",
  "conv1d_2",
  "conv_transpose2d_1",
  "upsample_1",
  "embedding_positions_1",
  "tied_embedding_0_ce",
  "rnn_relu",
  "gru_one",
  "lstm_two",
  "token_ce_2x3x5_mean_ignore",
]);

test("the GPU passes cases of every kind over sequences", async () => {
  const { cases } = await readOracle(
    "/test/oracle/sequence.json",
    async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer()),
  );
  const chosen = cases.filter(({ id }) => some.has(id));
  expect(chosen).toHaveLength(some.size);
  const results = await verifyCases(chosen, { gpu, paths: ["gpu"] });
  expect(results.filter(({ status }) => status !== "pass")).toEqual([]);
});

/** The bits of attention and its gradients. */
async function attend(time: number, keys: number, dim: number, options: Partial<PlanOptions>) {
  const graph = new Graph();
  const [q, g] = ["q", "g"].map((name) => data(graph, name, [2, 2, time, 4 * dim]));
  const [k, v] = ["k", "v"].map((name) => data(graph, name, [2, 2, keys, 2 * dim]));
  const y = attention(q!, k!, v!, { heads: 4, keyHeads: 2, causal: true, offset: keys - time });
  const slopes = grad(sum(mul(y, g!), [1, 2, 3]), [q!, k!, v!]);
  for (const [name, node] of Object.entries({ y, q: slopes[0]!, k: slopes[1]!, v: slopes[2]! }))
    graph.outputs.set(`${name} out`, node);
  const storage = new Storage(gpu);
  const executor = await Executor.load(
    makePlan(graph, planTarget(gpu, { kernels: allKernels, ...options })),
    storage,
  );
  for (const [i, node] of [q!, k!, v!, g!].entries())
    storage.write(node.label, normal(1, i, elements(node.shape)));
  executor.run([{}]);
  const found = new Map<string, string>();
  for (const name of graph.outputs.keys())
    found.set(name, new Uint32Array(((await executor.output(name)) as Float32Array).slice().buffer).join());
  executor.dispose();
  storage.dispose();
  return found;
}

test.each([
  [37, 37, 8],
  [21, 34, 8],
  [18, 18, 36],
  [9, 11, 8],
  [3, 3, 6],
])(
  "%i queries of %i keys, heads of %i: the same bits, however many rows share a load",
  async (time, keys, dim) => {
    const shared = await attend(time, keys, dim, {});
    expect(shared).toEqual(await attend(time, keys, dim, { quads: false }));
  },
);
