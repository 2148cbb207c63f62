import { beforeAll, expect, test } from "vitest";
import { type Gpu, device } from "../../src/index.ts";
import {
  type CaseResult,
  type OracleCase,
  type OracleFile,
  readOracle,
  verifyCases,
} from "../../src/check/oracle/index.ts";

let gpu: Gpu;
beforeAll(async () => {
  gpu = await device();
});

const own = (name: string): Promise<OracleFile> =>
  readOracle(
    `/test/oracle/${name}.json`,
    async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer()),
  );
const onGpu = (cases: readonly OracleCase[]): Promise<CaseResult[]> =>
  verifyCases(cases, { gpu, paths: ["gpu"] });
const failures = (results: readonly CaseResult[]): CaseResult[] => results.filter((r) => r.status === "fail");

test.each(["activations", "layers", "nets", "losses", "optim"])(
  "the GPU passes %s, and has all of it",
  async (name) => {
    const { cases } = await own(name);
    const results = await onGpu(cases);
    expect(results).toHaveLength(cases.length);
    expect(results.filter(({ status }) => status !== "pass")).toEqual([]);
  },
);

test("the GPU follows trajectories of training, learned slopes included", async () => {
  const { cases } = await own("trajectories");
  const some = cases.filter(({ id }) => /^sgd_(prelu_\w+|rrelu_eval|gelu_erf|softplus_0\.5_5\.0)$/.test(id));
  const results = await onGpu(some);
  expect(results).toHaveLength(5);
  expect(failures(results)).toEqual([]);
});

test("the GPU passes learned activations by channel and by layer, surrogates, and a training with both", async () => {
  const { cases } = await own("frontier");
  const some = cases.filter(({ id }) =>
    /^(arelu_clamped|acon_c|derf|rational_A)_shaped|^(round_ste|relu_sugar_nelu|trajectory_(dyt|rational_B))$/.test(
      id,
    ),
  );
  const results = await onGpu(some);
  expect(results).toHaveLength(10);
  expect(results.filter(({ status }) => status !== "pass")).toEqual([]);
});

test("an expectation that is off by 1e-5 is found where it is", async () => {
  const { cases } = await own("activations");
  const corrupted = ["tanh", "silu", "prelu_channel_3x4x5"].map((id) => {
    const oracleCase = cases.find((c) => c.id === id)!;
    const tensor = id === "silu" ? "dx" : "y";
    const { data } = oracleCase.tensor("out", tensor);
    const index = data.findIndex((value, i) => i > 20 && Math.abs(value) > 0.5);
    data[index]! *= 1 + 1e-5;
    return { oracleCase, wrong: { id, status: "fail", tensor, index, want: Math.fround(data[index]!) } };
  });
  const results = await onGpu(corrupted.map(({ oracleCase }) => oracleCase));
  expect(results).toMatchObject(corrupted.map(({ wrong }) => wrong));
});

test("a parameter after 25 steps that is off by 1e-4 is found where it is", async () => {
  const adam = (await own("optim")).cases.find(({ id }) => id === "adam_minibatch")!;
  adam.tensor("out", "params", "w2").data[77]! += 1e-4;
  expect(await onGpu([adam])).toMatchObject([{ status: "fail", tensor: "params.w2", index: 77 }]);
});
