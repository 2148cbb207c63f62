import { expect, test } from "vitest";
import { reportHtml } from "../../bench/report.ts";
import { expectedActivation, expectedMatmul, matmulTask } from "../../bench/peers/cases.ts";
import { edgeFaults, expectedLosses, worstError } from "../../bench/peers/expected.ts";
import type { KernelWork, Peer } from "../../bench/peers/peer.ts";
import { timeMatchup, timingOf } from "../../bench/peers/measure.ts";
import { bundle, gzipBytes } from "../../bench/peers/pages.ts";
import { peersOptions } from "../../bench/peers/options.ts";
import type { PeerCase, PeersResult } from "../../bench/peers/result.ts";
import { peers } from "../../bench/peers/suite.ts";
import { peersTables } from "../../bench/peers/table.ts";
import type { BenchChoice } from "../../bench/suite.ts";
import { sampleResult } from "./bench-sample.ts";

const choice: BenchChoice = {
  activations: undefined,
  formulas: [],
  quick: false,
  brief: false,
  dataset: "mnist",
  layers: [8],
  batch: 8,
  lr: 0.1,
  epochs: undefined,
  seeds: undefined,
  only: [],
};

const timed = (peer: "actigrad" | "tfjs" | "jax" | "jax-wasm", samplesMs: number[], remark = "") =>
  timingOf({ peer, error: 1e-7, remark, runs: 4, samplesMs }, [2, 4, 3], [1, 1, 1]);

const cases: PeerCase[] = [
  {
    kind: "activation",
    title: "elu forward+backward 1,024",
    bytes: 20_480,
    timings: [
      timed("actigrad", [2, 4, 3]),
      timed("tfjs", [20, 48, 33]),
      timed("jax", [8, 12, 9], "dx at 89 to 1000"),
      timed("jax-wasm", [1, 1, 1]),
    ],
  },
  {
    kind: "activation",
    title: "celu forward 1,024",
    bytes: 8192,
    timings: [
      timed("actigrad", [2, 4, 3]),
      { peer: "tfjs", problem: "has no celu" },
      { peer: "jax", problem: "not finite" },
    ],
  },
  {
    kind: "training",
    title: "2-8-2 batch 4 adam",
    flops: 1e6,
    timings: [
      {
        ...timed("actigrad", [2, 4, 3]),
        counts: { dispatches: 9, submits: 0.0625, bindGroups: 0, buffers: 0, pipelines: 0, jsMs: 0.0123 },
      },
    ],
  },
];

const result: PeersResult = {
  options: peersOptions({ ...choice, quick: true }),
  versions: { tfjs: "4.22.0" },
  cases,
  smallest: [
    {
      peer: "actigrad",
      gzipBytes: 34_816,
      files: 1,
      coldMs: [500, 600],
      cold: { median: 550, low: 525, high: 575 },
      peakBytes: 3 * 2 ** 20,
      liveBytes: 2 ** 20,
    },
    { peer: "jax", gzipBytes: 1024, files: 3, coldMs: [], problem: "no adapter" },
  ],
};

test("ratios and parts of the ceiling are taken round by round", () => {
  const { ratio, ofCeiling, ms } = timed("tfjs", [20, 48, 33]);
  expect(ms).toEqual({ median: 33, low: 26.5, high: 40.5 });
  expect(ratio).toEqual({ median: 11, low: 10.5, high: 11.5 }); // of 10, 12, 11; not 33 / 3 by luck
  expect(ofCeiling!.median).toBeCloseTo(1 / 33);
  expect(timed("jax-wasm", [1, 1, 1]).ofCeiling).toBeUndefined();
  expect(timed("tfjs", []).ratio).toBeUndefined();
});

test("tables say who has no such function, whose result is wrong, and where it is not finite", () => {
  const shown = peersTables(result).map(({ title, heading, rows }) => [
    title,
    heading.join(" | "),
    ...rows.map((row) => row.map(({ text }) => text).join(" | ")),
  ]);
  expect(shown).toMatchInlineSnapshot(`
    [
      [
        "Training steps: actigrad and its peers",
        "case | actigrad ms | quartiles | of multiply-add | TensorFlow.js ms | × ours | quartiles | of multiply-add | jax-js ms | × ours | quartiles | of multiply-add",
        "2-8-2 batch 4 adam | 3.00 | [2.50, 3.50] | 33 % | – | – | – | – | – | – | – | –",
      ],
      [
        "Activations: actigrad and its peers",
        "case | actigrad ms | quartiles | of copy | TensorFlow.js ms | × ours | quartiles | of copy | jax-js ms | × ours | quartiles | of copy | jax-js wasm ms | remark",
        "elu forward+backward 1,024 | 3.00 | [2.50, 3.50] | 33 % | 33.0 | 11.0× | [10.5, 11.5] | 3 % | 9.00 | 3.00× | [3.00, 3.50] | 11 % | 1.00 | jax-js not finite: dx at 89 to 1000",
        "celu forward 1,024 | 3.00 | [2.50, 3.50] | 33 % | has no celu | – | – | – | not finite | – | – | – | – | ",
      ],
      [
        "A training step's calls",
        "case | peer | dispatches | submits | bind groups made | buffers made | pipelines made | JS ms",
        "2-8-2 batch 4 adam | actigrad | 9.00 | 0.0625 | 0 | 0 | 0 | 0.0123",
      ],
      [
        "The smallest page that trains 784-256-128-10",
        "peer | gzip KiB | cold ms | quartiles | peak GPU MiB | final GPU MiB | problem",
        "actigrad | 34.0 | 550 | [525, 575] | 3.00 | 1.00 | ",
        "jax-js | 1.00 | – | – | – | – | no adapter",
      ],
    ]
  `);
});

test("the report draws ratios, and an empty result draws nothing", () => {
  const report = peers.report(result)!.text;
  expect(report).toContain("11.0×");
  expect(report).toContain("The smallest page");
  expect(peers.report({ ...result, cases: [], smallest: [] })).toBeUndefined();
  const whole = sampleResult();
  const page = reportHtml({ ...whole, results: { ...whole.results, peers: result } });
  expect(page).not.toMatch(/NaN|undefined/);
  expect(page).toContain("TensorFlow.js 4.22.0");
});

test("a later run can be held against the ratios", () => {
  expect(peers.ratios!(result, undefined)).toEqual([
    { name: "peers: elu forward+backward 1,024", to: "ceiling", value: expect.closeTo(1 / 3) },
    { name: "peers: elu forward+backward 1,024", to: "TensorFlow.js", value: 11 },
    { name: "peers: elu forward+backward 1,024", to: "jax-js", value: 3 },
    { name: "peers: elu forward+backward 1,024", to: "jax-js wasm", value: expect.closeTo(1 / 3) },
    { name: "peers: celu forward 1,024", to: "ceiling", value: expect.closeTo(1 / 3) },
    { name: "peers: 2-8-2 batch 4 adam", to: "ceiling", value: expect.closeTo(1 / 3) },
  ]);
});

test("parts are chosen; activations that no peer has are a usage error", () => {
  const all = peersOptions(choice);
  expect([all.trainings.length, all.matmuls.length, all.activations.length]).toEqual([9, 15, 20]);
  expect(all.coldStarts).toBeGreaterThan(2);
  const some = peersOptions({ ...choice, only: ["size", "matmul"] });
  expect([some.trainings, some.activations, some.coldStarts]).toEqual([[], [], 0]);
  expect(peersOptions({ ...choice, only: ["training"] })).not.toHaveProperty("coldStarts");
  expect(peersOptions({ ...choice, only: ["conv"] }).trainings).toMatchObject([{ convs: [16, 32] }]);
  expect(peersOptions({ ...choice, activations: ["gelu", "snake"] }).activations).toEqual(["gelu"]);
  const none: BenchChoice = { ...choice, activations: ["snake"], only: ["activations"] };
  expect(() => peersOptions(none)).toThrow(/none that a peer also has.*gelu/);
});

/** A peer whose product is off by `error`, or that throws. */
const fake = (name: Peer["name"], error: number | Error): Peer => ({
  name,
  activation: () => Promise.reject(new Error("unused")),
  training: () => Promise.reject(new Error("unused")),
  conv: () => Promise.reject(new Error("unused")),
  matmul(): Promise<KernelWork> {
    if (error instanceof Error) throw error;
    return Promise.resolve({
      run: async () => undefined,
      read: async () => [Float32Array.of(1 + error)],
      dispose: () => undefined,
    });
  },
});

test("what is wrong, not finite or missing is named and not timed; the others are", async () => {
  const matchup = {
    amount: 1,
    counted: false,
    make: (peer: Peer) => peer.matmul(matmulTask({ form: "ab", m: 1, n: 1, k: 1 })),
    check: async (work: KernelWork) => worstError(await work.read(), [[{ index: 0, want: 1 }]]),
  };
  const timings = await timeMatchup(
    [fake("actigrad", 0), fake("tfjs", 0.5), fake("jax", NaN), fake("jax-wasm", new Error("has no product"))],
    matchup,
    { amount: 1, run: async () => undefined },
    { sampleMs: 0, caseSeconds: 0, rounds: { least: 3, most: 3 } },
    new AbortController().signal,
  );
  expect(timings.map(({ peer, problem }) => [peer, problem])).toEqual([
    ["actigrad", undefined],
    ["tfjs", "wrong by 0.50"],
    ["jax", "not finite"],
    ["jax-wasm", "has no product"],
  ]);
  expect(timings[0]!.samplesMs).toHaveLength(3);
  expect(timings[1]!.samplesMs).toBeUndefined();
});

test("faults at the edges are told apart from overflow that float64 has too", () => {
  const task = {
    name: "exp",
    shape: [1, 4] as const,
    x: Float32Array.of(100, -1000, 89, 88),
    gy: new Float32Array(4).fill(1),
  };
  const expected = expectedActivation(task);
  expect(
    edgeFaults(
      task,
      [
        [Infinity, 0, Infinity, 1.6e38],
        [Infinity, NaN, Infinity, 1.6e38],
      ],
      expected,
    ),
  ).toBe("dx at -1000");
});

test("expected products and losses, against sums done by hand", () => {
  for (const form of ["ab", "atb", "abt"] as const) {
    const { a, b, m, n, k } = matmulTask({ form, m: 2, n: 3, k: 4 });
    const at = (row: number, column: number): number => {
      let total = 0;
      for (let s = 0; s < k; s++) {
        total +=
          (form === "atb" ? a[s * m + row]! : a[row * k + s]!) *
          (form === "abt" ? b[column * k + s]! : b[s * n + column]!);
      }
      return total;
    };
    const last = expectedMatmul({ form, m, n, k, a, b })[0]!.at(-1)!;
    expect(last).toEqual({ index: 5, want: at(1, 2) });
  }
  // One weight w, no hidden layer, two classes: logits (w x, 0), label 0.
  const weight = Float32Array.of(0.5, 0);
  const losses = expectedLosses(
    {
      sizes: [1, 2],
      convs: [],
      activation: "relu",
      batch: 1,
      replicas: 1,
      optimizer: "sgd",
      lr: 1,
      layers: [{ inputs: 1, outputs: 2, weight, bias: new Float32Array(2) }],
      rows: { x: Float32Array.of(2), scale: 1, labels: Uint32Array.of(0) },
      batches: [Uint32Array.of(0)],
    },
    2,
  );
  const p = 1 / (1 + Math.exp(-1)); // softmax of (1, 0)
  const difference = 2 * (0.5 + 2 * (1 - p) - (0 - 2 * (1 - p))) + 2 * (1 - p);
  expect(losses[0]).toBeCloseTo(-Math.log(p), 12);
  expect(losses[1]).toBeCloseTo(Math.log(1 + Math.exp(-difference)), 12);
});

test("a page that trains a network carries no more than 44.5 KiB of script, and on a GPU no more than 47.5", async () => {
  const files = await bundle("bench/peers/smallest/actigrad.ts");
  expect(gzipBytes(files, ["/page.js"]) / 1024).toBeLessThanOrEqual(44.5);
  expect(gzipBytes(files, files.keys()) / 1024).toBeLessThanOrEqual(47.5);
  const script = new TextDecoder().decode(files.get("/page.js"));
  expect(/NODE_ENV|expected a device|unknown option of/.exec(script)).toBeNull(); // for development only
});

test("a page that trains a GPT on a text carries no more than 61.2 KiB of script, and on a GPU no more than 64", async () => {
  const files = await bundle("test/support/smallest-gpt.ts");
  expect(gzipBytes(files, ["/page.js"]) / 1024).toBeLessThanOrEqual(61.2);
  expect(gzipBytes(files, files.keys()) / 1024).toBeLessThanOrEqual(64);
});
