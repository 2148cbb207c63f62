import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CaseResult, OracleCase, Tolerances, verifyCases } from "../../src/check/oracle/index.ts";
import { ownOracle, readPair, reluPair } from "../support/oracle-file.ts";
import { expectSchema } from "../support/schema.ts";

const onCpu = (cases: readonly OracleCase[], tolerances?: Tolerances): Promise<CaseResult[]> =>
  verifyCases(cases, { paths: ["cpu"], ...(tolerances && { tolerances }) });
const failures = (results: readonly CaseResult[]): CaseResult[] => results.filter((r) => r.status === "fail");
const passed = (results: readonly CaseResult[]): number => results.filter((r) => r.status === "pass").length;

test.each([
  ["activations", 51],
  ["layers", 54],
  ["nets", 4],
  ["losses", 163],
  ["optim", 48],
  ["trajectories", 8],
  ["sequence", 94],
  ["gpt", 10],
  ["frontier", 64],
])("the float64 reference passes %s", async (name, atLeast) => {
  const { cases } = await ownOracle(name);
  // Trajectories take 50 steps each, so only some of them are run here.
  const some = /^(sgd_(prelu|rrelu|gelu|exp|snake|threshold)|trajectory_(dyt|xielu|rational_B))/;
  const trains = (id: string): boolean => id.startsWith("trajectory_") || name === "trajectories";
  const results = await onCpu(cases.filter(({ id }) => !trains(id) || some.test(id)));
  expect(failures(results)).toEqual([]);
  expect(passed(results)).toBeGreaterThanOrEqual(atLeast);
});

test("what the engine lacks is unsupported, with the reason", async () => {
  const { cases } = await ownOracle("layers");
  const [known] = cases as [OracleCase, ...OracleCase[]];
  const other = new OracleCase(known.file, "other", known.index, new Map([["op", "no_such_op"]]));
  const [result] = await onCpu([other]);
  const reason = "no op or activation of this name";
  expect(result).toMatchObject({ status: "unsupported", tensor: null, index: null, reason });
});

test("a wrong expectation is found where it is", async () => {
  const { cases } = await ownOracle("activations");
  const silu = cases.find(({ id }) => id === "silu")!;
  const { data } = silu.tensor("out", "dx");
  const index = data.findIndex((value, i) => i > 100 && Math.abs(value) > 1);
  data[index]! *= 1 + 1e-5;
  const [result] = await onCpu([silu]);
  expect(result).toMatchObject({ status: "fail", tensor: "dx", index, want: Math.fround(data[index]!) });
  expect(result!.ulp).toBeGreaterThan(40);
});

test("a case with some of the outputs is compared in those", async () => {
  const pair = reluPair();
  const [relu] = pair.index["cases"] as [{ in: Record<string, unknown>; out: Record<string, unknown> }];
  delete relu.out["dx"];
  delete relu.in["gy"];
  expect(await onCpu((await readPair(pair)).cases)).toMatchObject([{ status: "pass", tensor: "y" }]);
  relu.out["ddx"] = relu.out["y"];
  expect(await onCpu((await readPair(pair)).cases)).toMatchObject([
    { status: "unsupported", reason: 'output "ddx" of relu' },
  ]);
});

test("a case that lacks an input, or whose shapes do not fit, fails with the reason", async () => {
  const pair = reluPair();
  const [relu] = pair.index["cases"] as [{ in: Record<string, unknown>; out: Record<string, unknown> }];
  relu.in = { x: relu.in["x"] };
  const [withoutGy] = await onCpu((await readPair(pair)).cases);
  expect(withoutGy).toMatchObject({ status: "fail", tensor: null });
  expect(withoutGy!.reason).toMatch(/in\.gy: expected a tensor, got nothing/);
  relu.out = { y: { t: "f64", s: [3], o: 32 } };
  expect(await onCpu((await readPair(pair)).cases)).toMatchObject([
    { status: "fail", index: null, reason: "y: 4 values computed, the reference has 3" },
  ]);
});

test("beyond |x| = 1e4 a difference is told, not failed", async () => {
  const pair = reluPair();
  new Float32Array(pair.bin.buffer, 0, 4).set([2e4], 3);
  pair.index["binSha256"] = await sha256(pair.bin);
  const [result] = await onCpu((await readPair(pair)).cases);
  expect(result).toMatchObject({ status: "pass", reason: "advisory: y[3] got 20000, want 3" });
});

test("hardswish may have either one-sided derivative at its kinks", async () => {
  const { cases } = await ownOracle("activations");
  const hardswish = cases.find(({ id }) => id === "hardswish")!;
  const [x, gy, dx] = [
    hardswish.tensor("in", "x").data,
    hardswish.tensor("in", "gy").data,
    hardswish.tensor("out", "dx").data,
  ];
  const at = x.indexOf(3);
  dx[at] = 1.5 * gy[at]!;
  expect(failures(await onCpu([hardswish]))).toEqual([]);
  dx[at] = 1.25 * gy[at]!;
  expect(failures(await onCpu([hardswish]))).toMatchObject([{ tensor: "dx", index: at }]);
});

test("other tolerances count", async () => {
  const { cases } = await ownOracle("activations");
  const leaky = cases.filter(({ id }) => id === "leaky_relu_0.01");
  const strict = new Tolerances('{"activations": {"leaky_relu": {"atol": 0, "rtol": 0}}}', "strict.json");
  expect(failures(await onCpu(leaky, strict))).toHaveLength(1);
});

test("an abort gives what was done", async () => {
  const { cases } = await ownOracle("trajectories");
  const abort = new AbortController();
  const results = await verifyCases(cases, {
    paths: ["cpu"],
    signal: abort.signal,
    onResult: ({ status }) => status === "pass" && abort.abort(),
  });
  expect(results.length).toBeGreaterThan(0);
  expect(results.length).toBeLessThan(cases.length);
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "actigrad-verify-"));
});
afterAll(() => rm(folder, { recursive: true }));

const sha256 = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex");

/** Runs the command line; the path "cpu" needs no browser. */
async function commandLine(
  ...args: readonly string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const run = promisify(execFile)(process.execPath, ["src/app/cli/run.mjs", "verify", ...args]);
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

test("the command prints a table and a total, and writes JSON", async () => {
  const json = join(folder, "results.json");
  const args = [
    "test/oracle/activations.json",
    "test/oracle/manifest.json",
    "test/oracle/gpt2-tiny.config.json",
    "--path",
    "cpu",
  ];
  const { code, stdout } = await commandLine(...args, "--case", "leaky*", "--json", json);
  expect(code).toBe(0);
  expect(stdout).toMatch(/leaky_relu +2 +pass 2/);
  expect(stdout.trimEnd().split("\n").at(-1)).toBe("2 passed, 0 failed, 0 unsupported");
  const results = JSON.parse(await readFile(json, "utf8")) as { cases: object[] };
  expectSchema("verify", results);
  expect(results).toMatchObject({ passed: 2, failed: 0, unsupported: 0 });
  expect(results.cases).toHaveLength(2);
  expect(Object.keys(results.cases[0]!)).toEqual([
    "file",
    "id",
    "path",
    "status",
    "tensor",
    "index",
    "got",
    "want",
    "ulp",
    "reason",
  ]);
  expect(results.cases[1]).toMatchObject({
    file: "test/oracle/activations.json",
    id: "leaky_relu_0.2",
    path: "cpu",
    status: "pass",
    reason: null,
  });
});

test("a failure is told with tensor, index, got, want and ulp, and is exit code 1", async () => {
  const { index, bin } = reluPair();
  new Float64Array(bin.buffer, 64, 4)[2] = 0.5 + 2 ** -20;
  index["binSha256"] = await sha256(bin);
  const file = join(folder, "own.json");
  await Promise.all([writeFile(file, JSON.stringify(index)), writeFile(join(folder, "own.bin"), bin)]);
  const { code, stdout } = await commandLine(file, "--path", "cpu");
  expect(code).toBe(1);
  expect(stdout).toContain(`FAIL ${file} relu cpu: dx[2] got 0.5, want 0.500000954, 16 ulp`);
  expect(stdout).toContain("0 passed, 1 failed, 0 unsupported");
});

test("wrong usage is exit code 2, a broken file 1", async () => {
  const broken = join(folder, "broken.json");
  await writeFile(broken, '{"format": "oracle-1"');
  const [none, unmatched, damaged, absent] = await Promise.all([
    commandLine("--path", "cpu"),
    commandLine("test/oracle/nets.json", "--path", "cpu", "--case", "net_33"),
    commandLine(broken, "--path", "cpu"),
    commandLine(join(folder, "absent.json"), "--path", "cpu"),
  ]);
  expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining("no file") as string });
  expect(unmatched).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('did you mean "net_3"?') as string,
  });
  expect(damaged).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("broken.json: expected") as string,
  });
  expect(absent).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("there is no such file") as string,
  });
});
