import { expect, test } from "vitest";
import { toJsonText } from "../../src/core/json.ts";
import { timeKernels } from "../../bench/activations/time.ts";
import { reportHtml } from "../../bench/report.ts";
import type { BenchEvent, BenchOptions, BenchResult } from "../../bench/result.ts";
import { runBench } from "../../bench/run.ts";
import { keptInMemory } from "../../src/host/kept.ts";
import { trainWith } from "../../bench/training/train.ts";
import {
  activations,
  defineActivation,
  device,
  type Activation,
  type ValueDataset,
} from "../../src/index.ts";

const names = ["relu", "gelu"];
const written = "x * sigmoid(b * x); b = 1.5 learned";
const kernels = { activations: names, elements: [4096, 4099], rounds: 3, sampleMs: 1 };
const training = {
  activations: names,
  dataset: "spirals:n=256",
  layers: [8],
  batch: 32,
  lr: 0.01,
  seeds: [3, 4],
  epochs: 1,
  maxSteps: 5,
};
const options: BenchOptions = { quick: true, suites: { activations: kernels, training } };

async function run(
  given: BenchOptions,
  stopAt?: RegExp,
  kept = keptInMemory(),
): Promise<{ result: BenchResult; events: BenchEvent[] }> {
  const gpu = await device();
  const stop = new AbortController();
  const events: BenchEvent[] = [];
  const result = await runBench(gpu, given, {
    host: "a test",
    signal: stop.signal,
    kept,
    read: () => Promise.reject(new Error("no files here")),
    emit(event) {
      events.push(event);
      if (stopAt?.test(event.doing)) stop.abort();
    },
  });
  gpu.dispose();
  return { result, events };
}

test("a small bench, from the options to the report", async () => {
  const { result, events } = await run(options);
  expect(result.complete).toBe(true);
  expect(result.results.activations!.sizes.map((k) => k.rows.map((row) => row.name))).toEqual([
    ["relu", "gelu"],
    ["relu", "gelu"],
  ]);
  for (const { elements, copy, rows } of result.results.activations!.sizes) {
    const padded = Math.ceil(elements / 4) * 4;
    expect(copy).toMatchObject({ bytes: padded * 8, ofCopy: 1 });
    for (const row of rows) {
      expect(row.exactness?.checked).toBe(elements);
      if (elements === 4096) expect(Math.min(...Object.values(row.compile!))).toBeGreaterThan(0);
      else expect(row.compile).toBeUndefined();
      expect(row.besideRelu!.forward.median > 0).toBe(true);
      expect(row.forward).toMatchObject({ bytes: padded * 8 });
      expect(row.forwardBackward).toMatchObject({ bytes: padded * 20 });
      expect(row.forward!.samplesMs).toHaveLength(3);
      expect(Math.min(...row.forward!.samplesMs, ...row.forwardBackward!.samplesMs)).toBeGreaterThan(0);
    }
  }
  const { rows, sizes, steps } = result.results.training!;
  expect([sizes, steps]).toEqual([[2, 8, 2], 5]);
  for (const row of rows) {
    expect(row.losses.map((replica) => replica.length)).toEqual([5, 5]);
    expect(row.testAccuracies).toHaveLength(2);
    expect(row.divergedAt).toEqual([null, null]);
  }
  expect(rows[0]!.losses[0]).not.toEqual(rows[0]!.losses[1]);
  expect(events.every(({ secondsLeft }) => secondsLeft >= 0)).toBe(true);
  expect(events.at(-1)!.doing).toMatch(/^training 2 of 2, gelu: step 5 of 5/);
  expect(JSON.parse(toJsonText(result, { digits: 7 }))).toMatchObject({ format: "actigrad-bench-2" });
  expect(reportHtml(result)).not.toMatch(/NaN|undefined/);
});

test("started again after a crash, it takes what is done from before", async () => {
  const kept = keptInMemory();
  await run({ ...options, suites: { training } }, /training 2 of 2/, kept);
  const again = await run({ ...options, suites: { training } }, undefined, kept);
  expect(again.result.complete).toBe(true);
  expect(again.result.results.training!.rows.map(({ name }) => name)).toEqual(["relu", "gelu"]);
  expect(again.events.some(({ doing }) => doing.startsWith("training 1 of 2"))).toBe(false);
});

test("stopped, it gives what it has reached", async () => {
  const timed = await run(options, /round 2 of 3, 4,096/);
  expect(timed.result.complete).toBe(false);
  expect(timed.result.results.activations!.sizes).toHaveLength(1);
  expect(timed.result.results.training).toBeUndefined();
  const trained = await run({ ...options, suites: { training } }, /training 2 of 2/);
  expect(trained.result.complete).toBe(false);
  expect(trained.result.results.activations).toBeUndefined();
  expect(trained.result.results.training!.rows.map((row) => row.testAccuracies.length)).toEqual([2, 0]);
  for (const { result } of [timed, trained]) expect(reportHtml(result)).toContain("Incomplete");
});

test("a wrong kernel is never timed", async () => {
  const gpu = await device();
  const { tanh } = activations;
  const wgsl = { ...tanh.wgsl, dfdx: tanh.wgsl.dfdx.replace("return", "return 0.99 *") };
  expect(wgsl.dfdx).not.toBe(tanh.wgsl.dfdx);
  const begun: string[] = [];
  const observer = {
    signal: new AbortController().signal,
    begin: (doing: string) => void begun.push(doing),
    done: () => undefined,
  };
  const broken = defineActivation({ ...tanh, name: "broken", wgsl });
  const timing = timeKernels(
    gpu,
    [activations.relu, broken].map((record: Activation) => ({ name: record.name, record })),
    4096,
    kernels,
    observer,
  );
  await expect(timing).rejects.toMatchObject({
    code: "kernel",
    message: expect.stringContaining("broken, backward"),
  });
  expect(begun.some((doing) => doing.startsWith("timing"))).toBe(false);
  gpu.dispose();
});

test("a formula's kernels are timed under its own text", async () => {
  const { result } = await run({
    ...options,
    suites: { activations: { ...kernels, activations: [written] } },
  });
  const [row] = result.results.activations!.sizes[0]!.rows;
  expect(row).toMatchObject({ name: written, transcendentals: 1 });
  expect(row!.besideRelu).toBeUndefined();
  expect(reportHtml(result)).toContain(written);
});

test("identity's backward reads one tensor less", async () => {
  const { result } = await run({
    ...options,
    suites: { activations: { ...kernels, activations: ["identity"] } },
  });
  expect(result.results.activations!.sizes[0]!.rows[0]!.forwardBackward!.bytes).toBe(4096 * 16);
  expect(result.results.training).toBeUndefined();
});

test("what is wrong with the training is said before anything is timed", async () => {
  const wrong: [Partial<typeof training>, string][] = [
    [{ batch: 1000 }, "data"],
    [{ layers: [2.5] }, "option|shape"],
    [{ seeds: [0.5] }, "option"],
    [{ dataset: "spiral" }, "option"],
  ];
  for (const [part, code] of wrong) {
    const suites = { activations: kernels, training: { ...training, ...part } };
    await expect(run({ ...options, suites })).rejects.toMatchObject({
      code: expect.stringMatching(code),
    });
  }
});

test("where values are predicted there is a test loss and no accuracy", async () => {
  const gpu = await device();
  const rows = 96;
  const x = Float32Array.from({ length: rows }, (_, i) => i / rows - 0.5);
  const set: ValueDataset = {
    kind: "values",
    name: "line",
    rows,
    shape: [1],
    x,
    targets: x.map((v) => 2 * v),
    width: 1,
  };
  const about = { dataset: "line", trainRows: rows, testRows: rows, sizes: [1, 4, 1], batch: 32, lr: 0.01 };
  const prepared = { train: set, test: set, result: { ...about, seeds: [0], steps: 6, lastSteps: 6 } };
  const row = await trainWith(gpu, "tanh", prepared, new AbortController().signal, () => undefined);
  expect(row.testAccuracies).toEqual([]);
  expect(row.testLoss!.median).toBeGreaterThan(0);
  expect(row.steps).toBe(6);
  gpu.dispose();
});
