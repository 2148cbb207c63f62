/**
 * Each statement's experiment with a tiny set-up, on made-up images: it measures what it declares, reads every field of its
 * set-up, and fills its texts.
 */
import { afterAll, expect, test } from "vitest";
import { uniform } from "../../src/core/random.ts";
import type { Experiment, Json, Setup } from "../../src/experiments/experiment.ts";
import { filled, setupLook } from "../../src/experiments/fill.ts";
import { type Changes, numberAt } from "../../src/experiments/drag.ts";
import { experiments } from "../../src/experiments/index.ts";
import { figureOf, judge } from "../../src/experiments/judge.ts";
import type { Images } from "../../src/experiments/place.ts";
import type { ExperimentResult } from "../../src/experiments/result.ts";
import { runExperiments } from "../../src/experiments/run.ts";
import { type ClassDataset, device } from "../../src/index.ts";
import { drawFigure } from "../../src/report/figure/index.ts";

const gpu = await device();
afterAll(() => gpu.dispose());

/** Images of ten classes: noise, and a bright row where the class says. */
function madeUp(rows: number, seed: number): ClassDataset {
  const noise = uniform(seed, 1, rows * 784);
  const labels = Uint32Array.from({ length: rows }, (_, i) => i % 10);
  const x = Uint8Array.from(noise, (v, i) => {
    const [row, line] = [Math.floor(i / 784), Math.floor((i % 784) / 56)];
    return v * 90 + (line === row % 10 ? 160 : 0);
  });
  const normalise = { scale: 1 / 90, shift: -0.8 };
  return { kind: "classes", name: "made up", rows, shape: [28, 28], x, labels, classes: 10, normalise };
}
const images: Images = { train: madeUp(256, 1), test: madeUp(64, 2), name: "mnist" };

/** Upper bound for numbers of a set-up. */
const most: Readonly<Record<string, number>> = {
  rows: 256,
  tests: 64,
  judged: 64,
  looked: 64,
  elements: 4096,
  batch: 256,
  networks: 20,
  corners: 3,
  timed: 1,
  steps: 4,
  searchSteps: 2,
  cornerSteps: 4,
  imageSteps: 2,
  probeSteps: 2,
  spiralSteps: 4,
  spirals: 4,
  every: 2,
  early: 2,
  most: 4,
  sharedMost: 4,
  looks: 2,
  timedWidth: 16,
};
const grids = ["lrs", "sigmoid", "others", "tanh", "linear", "maxout"];

/** Small numbers, two learning rates of each grid, one width of each depth; nested records alike. */
function tiny(setup: Setup): Setup {
  const small = ([name, value]: [string, Json]): [string, Json] => {
    if (typeof value === "number") return [name, Math.min(value, most[name] ?? value)];
    if (Array.isArray(value)) return [name, grids.includes(name) ? value.slice(0, 2) : value];
    if (typeof value !== "object" || value === null) return [name, value];
    const inner = Object.entries(value as Setup);
    if (name === "widths")
      return [name, Object.fromEntries(inner.map(([k, v]) => [k, (v as Json[]).slice(0, 1)]))];
    return [name, Object.fromEntries(inner.map(small))];
  };
  return Object.fromEntries(Object.entries(setup).map(small));
}

/** A set-up that records which of its fields were read. */
const watched = (setup: Setup, read: Set<string>): Setup =>
  new Proxy(setup, {
    get(fields, name) {
      read.add(String(name));
      return fields[String(name)];
    },
  });

async function run(experiment: Experiment, set?: Changes): Promise<ExperimentResult> {
  const rows: ExperimentResult[] = [];
  await runExperiments([experiment], {
    gpu,
    images: () => Promise.resolve(images),
    quick: false,
    set,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    onRow: (row) => void rows.push(row),
  });
  return rows[0]!;
}

/** A text with places of its set-up and its medians, and the figure. */
function expectFilled(experiment: Experiment, row: ExperimentResult): void {
  const { metrics, verdict } = judge(experiment, row);
  const { method, notes } = experiment;
  const figure = figureOf(experiment, row);
  const texts = filled(
    { method, notes, figure, verdict, labels: metrics.map((m) => m.metric.label) },
    setupLook(row.setup, row.seeds.length),
  );
  expect(JSON.stringify(texts)).not.toMatch(/undefined|NaN|\{[^"{}]+\}/);
  expect(drawFigure(texts.figure, "ko").text).not.toMatch(/NaN|undefined/);
}

test.each(experiments.map((e) => [e.name, e] as const))("%s", async (_, experiment) => {
  const read = new Set<string>();
  const setup = tiny(experiment.setup);
  const own: Experiment = {
    ...experiment,
    setup,
    seeds: Math.min(experiment.seeds ?? 3, 2),
    run: (place) => experiment.run(place, watched(setup, read)),
  };
  const row = await run(own);
  // All declared metrics are measured, and the set-up describes what runs.
  expect(own.metrics.map(({ name }) => name).filter((name) => row.values[name] === undefined)).toEqual([]);
  expect(Object.keys(setup).filter((name) => !read.has(name))).toEqual([]);
  expectFilled(own, row);
});

test.each(experiments.map((e) => [e.name, e] as const))(
  "%s: what can be dragged, at both ends",
  async (_, experiment) => {
    const own: Experiment = { ...experiment, setup: tiny(experiment.setup), seeds: 1 };
    const { field, from, to } = own.drag;
    // As small as the other numbers where it decides how long a run takes.
    const ends = new Set([from, Math.max(from, Math.min(to, most[field] ?? to))]);
    for (const end of ends) {
      const row = await run(own, { [field]: end });
      expect(numberAt(row.setup, field)).toBe(end);
      expect(row.set).toEqual({ [field]: end });
      expect(row.passed).toBe(true);
      expectFilled(own, row);
    }
  },
);
