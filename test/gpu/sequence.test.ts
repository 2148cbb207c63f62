import { beforeAll, expect, test } from "vitest";
import { type Gpu, device } from "../../src/index.ts";
import { readOracle, verifyCases } from "../../src/check/oracle/index.ts";

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
