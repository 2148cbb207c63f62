import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { ScalingPoint } from "../../bench/scaling/result.ts";
import { readPytorch, sameStep } from "../../bench/steps/pytorch.ts";
import { steps, type StepsResult } from "../../bench/steps/suite.ts";

const folder = mkdtempSync(join(tmpdir(), "actigrad-"));
afterAll(() => rmSync(folder, { recursive: true }));

const spread = (median: number) => ({ median, low: median * 0.9, high: median * 1.1 });
const json = (about: object = {}): string =>
  JSON.stringify({
    format: "actigrad-pytorch-1",
    torch: "2.9",
    device: "NVIDIA X",
    steps: [
      { sizes: [784, 256, 128, 10], batch: 128, optimizer: "adam", mode: "eager", ms: spread(4) },
      { sizes: [784, 256, 128, 10], batch: 128, optimizer: "adam", mode: "graph", ms: spread(1) },
    ],
    ...about,
  });
const point: ScalingPoint = {
  x: 1,
  sizes: [784, 256, 128, 10],
  batch: 128,
  replicas: 1,
  optimizer: "adam",
  samplesMs: [2],
  ms: spread(2),
  stepsPerSubmit: 4,
  dispatches: 9,
  flops: 8e6,
  bytes: 1e6,
  variants: [],
};
const result: StepsResult = {
  rounds: { least: 3, most: 5 },
  sampleMs: 20,
  limits: {
    rounds: 1,
    sampleMs: 1,
    multiplyAdd: { how: "", of: spread(16) },
    copies: [{ elements: 4, kernel: { how: "", of: spread(2) } }],
  },
  points: [point],
};

test("PyTorch's times of the same step stand beside ours", () => {
  const pytorch = readPytorch(json(), "p.json");
  const rows = (of: StepsResult): string[] =>
    steps.tables(of)[0]!.rows.map((cells) => cells.map(({ text }) => text).join(" | "));
  const own = "784-256-128-10, batch 128, adam | 2.00 | [1.80, 2.20] | 4.00 | 25 % | 9";
  expect(rows(result)).toEqual([own]);
  expect(rows({ ...result, pytorch })).toEqual([`${own} | 4.00 | 2.00× | 1.00 | 0.500×`]);
  const other = { ...result, pytorch, points: [{ ...point, batch: 64 }] };
  expect(rows(other)[0]).toMatch(/ \| – \| – \| – \| –$/);
  expect(steps.ratios!(result, undefined)).toEqual([
    { name: "step of 784-256-128-10, batch 128, adam", to: "multiply-add", value: 0.25 },
  ]);
  expect(steps.report({ ...result, pytorch })!.text).toContain("PyTorch 2.9 on NVIDIA X");
  const { ms: _, ...unmeasured } = point;
  expect(steps.tables({ ...result, points: [unmeasured] })).toEqual([]);
});

test.each([
  ["{", "p.json is not JSON"],
  ["[]", 'p.json is not of the format "actigrad-pytorch-1"'],
  [json({ format: "actigrad-bench-1" }), "is not of the format"],
  [json({ steps: {} }), "p.json lacks torch, device or steps"],
  [json({ steps: [{ sizes: [1, 2], mode: "eager", ms: { median: "4" } }] }), "no step times in steps[0]"],
  [json({ steps: [{ sizes: [1, 2], mode: "jit", ms: spread(1) }] }), "no step times in steps[0]"],
])("%s is refused", (text, message) => {
  expect(() => readPytorch(text, "p.json")).toThrow(message);
  expect(() => readPytorch(text, "p.json")).toThrow("python3 bench/pytorch/step.py --json FILE");
});

const python = ["python3", "python"].find((name) => spawnSync(name, ["--version"]).status === 0);

/** Runs the script with a package `torch` made of this text; without one if it is undefined. */
function script(torch: string | undefined, args: readonly string[]): ReturnType<typeof spawnSync> {
  const path = mkdtempSync(join(folder, "python-"));
  mkdirSync(join(path, "torch"));
  writeFileSync(join(path, "torch/__init__.py"), torch ?? 'raise ImportError("hidden by a test")');
  const env = { ...process.env, PYTHONPATH: path, PYTHONDONTWRITEBYTECODE: "1" };
  return spawnSync(python!, ["bench/pytorch/step.py", ...args], { encoding: "utf8", env });
}

/** Answers every call without computing anything, so that only the script around PyTorch is tested. */
const stub = (cuda: boolean): string => `
__version__ = "0.0"
class Anything:
    def __getattr__(self, name): return Anything()
    def __call__(self, *args, **named): return Anything()
    def __enter__(self): return self
    def __exit__(self, *error): return False
    def __mul__(self, other): return self
    def __sub__(self, other): return self
    def __mod__(self, other): return self
nn = optim = backends = Anything()
version = Anything()
version.cuda = "0.0"
rand = arange = manual_seed = Anything()
class Cuda(Anything):
    def is_available(self): return ${cuda ? "True" : "False"}
    def get_device_name(self, index): return "card"
cuda = Cuda()
`;

test.runIf(python !== undefined)("without PyTorch or CUDA the script says so, with exit code 3", () => {
  expect(script(undefined, [])).toMatchObject({
    status: 3,
    stderr: "step.py: PyTorch is not installed (hidden by a test); pip install torch\n",
  });
  expect(script(stub(false), [])).toMatchObject({
    status: 3,
    stderr: expect.stringContaining("PyTorch 0.0 finds no CUDA card; run it on a machine with an NVIDIA GPU"),
  });
  expect(script(undefined, ["--round", "x"]).status).toBe(2);
});

test.runIf(python !== undefined)(
  "the script writes what the bench reads: all steps that the suite times",
  () => {
    const path = join(folder, "pytorch.json");
    const run = (cuda: boolean, device: string) =>
      script(stub(cuda), ["--rounds", "3", "--sample-ms", "0.01", "--json", path, "--device", device]);
    expect(run(true, "cuda")).toMatchObject({ status: 0 });
    const pytorch = readPytorch(readFileSync(path, "utf8"), path);
    expect([pytorch.device, pytorch.steps.length]).toEqual(["card", 8]);
    const choice = {
      quick: true,
      brief: false,
      activations: [],
      formulas: [],
      dataset: "",
      layers: [],
      batch: 1,
      lr: 1,
      only: [],
    };
    const { points } = steps.options({ ...choice, epochs: undefined, seeds: undefined });
    // The script has no kan, nor the mlp that is timed next to it.
    const plain = points.filter(({ model, sizes }) => model === undefined && sizes[0] === 784);
    expect([plain.length, points.length]).toEqual([4, 6]);
    for (const { sizes, batch, optimizer = "adam" } of plain) {
      for (const mode of ["eager", "graph"] as const)
        expect(sameStep(pytorch, { sizes, batch, optimizer }, mode)).toBeDefined();
    }
    expect(run(false, "cpu")).toMatchObject({ status: 0 });
    expect(readPytorch(readFileSync(path, "utf8"), path).steps.map(({ mode }) => mode)).toEqual(
      Array.from({ length: 4 }, () => "eager"),
    );
  },
);
