import { describe, expect, test } from "vitest";
import type { ActigradError } from "../../src/core/errors.ts";
import { type PointResult, type SweepJob, type TrainJob, checkJob, keysOf } from "../../src/app/sweep/job.ts";
import { parseMetric, ranked } from "../../src/app/sweep/metric.ts";
import { jobsOf } from "../../src/app/sweep/plan.ts";
import { resultOf } from "../../src/app/sweep/result.ts";
import { axesOf, gridPoints, parseGrid, randomPoints } from "../../src/app/sweep/space.ts";
import { makeStrategy } from "../../src/app/sweep/strategies.ts";
import type { Finished, Strategy } from "../../src/app/sweep/strategy.ts";

const axes = (text: string) => axesOf(parseGrid(text));
const faultOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    expect((error as ActigradError).code).toMatch(/^(option|formula)$/);
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
};

describe("a space", () => {
  test("is read from text: lists, whole ranges, logarithmic and linear ones, formulas with commas and slashes", () => {
    const grid =
      "layers=16,32/8 activation=relu,max(x, 0) / 2 lr=0.001..0.1:log3 seed=0..2 momentum=0..1:lin3";
    expect(axes(grid)).toEqual([
      { name: "layers", values: [[16], [32, 8]] },
      { name: "activation", values: [["relu"], ["max(x, 0) / 2"]] },
      { name: "lr", values: [0.001, 0.01, 0.1] },
      { name: "seed", values: [0, 1, 2] },
      { name: "momentum", values: [0, 0.5, 1] },
    ]);
    const json = { layers: [16, [32, 8]], activation: ["relu", "max(x, 0) / 2"], lr: "0.001..0.1:log3" };
    expect(axesOf({ ...json, seed: [0, 1, 2], momentum: "0..1:lin3" })).toEqual(axes(grid));
  });

  test("names what is no axis and no value", () => {
    expect(faultOf(() => axes("widht=3 lr=0.1"))).toContain('unknown axis of the grid "widht"');
    expect(faultOf(() => axes("relu"))).toContain('expected name=values, got "relu"');
    expect(faultOf(() => axes("lr=0.1 lr=0.2"))).toContain("lr is given twice");
    expect(faultOf(() => axes("lr=0.1,two"))).toContain("grid: lr: expected a number of at least 0");
    expect(faultOf(() => axes("lr=0.1..0.01:log3"))).toContain("a range that ends above its start");
    expect(faultOf(() => axes("lr=0..1:log3"))).toContain("a range above 0");
    expect(faultOf(() => axes("lr=0.001..0.1"))).toContain(":log4 or :lin5 after the range");
    expect(faultOf(() => gridPoints(axes("lr=0.001..0.1:log")))).toContain("lr=0.001..0.1:log4");
    expect(faultOf(() => axes("seed=0..999 batch=1..999"))).toContain("at most 100000 points, got 999000");
    expect(faultOf(() => axes("task=spirals layers=3"))).toContain('unknown axis of the grid "layers"');
  });

  test("gives points whose names have what differs", () => {
    const points = gridPoints(axes("activation=relu layers=16,8 seed=0..1"));
    const keys = ["layers=16 seed=0", "layers=16 seed=1", "layers=8 seed=0", "layers=8 seed=1"];
    expect(points.map(({ key }) => key)).toEqual(keys);
    expect(points[1]!.values).toEqual({ activation: ["relu"], layers: [16], seed: 1 });
  });

  test("is drawn from, each point once, the same for the same seed", () => {
    const own = axes("lr=1e-4..1:log activation=relu,gelu");
    const points = randomPoints(own, 50, 3);
    expect(new Set(points.map(({ key }) => key)).size).toBe(50);
    expect(points).toEqual(randomPoints(own, 50, 3));
    expect(points).not.toEqual(randomPoints(own, 50, 4));
    const rates = points.map(({ values }) => values["lr"] as number);
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(1e-4);
    expect(Math.max(...rates)).toBeLessThanOrEqual(1);
    expect(rates.filter((rate) => rate < 0.01).length).toBeGreaterThan(15); // half of the decades
    expect(randomPoints(axes("activation=relu,gelu"), 50, 0)).toHaveLength(2);
  });
});

describe("jobs", () => {
  const base = { dataset: "spirals:n=40", steps: 5 };

  test("hold points of one shape; how they are packed follows from the points alone", () => {
    const points = gridPoints(axes("layers=8,16 lr=0.001,0.01 seed=0..2"));
    const jobs = jobsOf(points, base, 2, 4) as readonly TrainJob[];
    expect(jobs.map(({ id, layers, keys }) => [id, layers, keys.length])).toEqual([
      ["2-0", [8], 4],
      ["2-1", [8], 2],
      ["2-2", [16], 4],
      ["2-3", [16], 2],
    ]);
    expect(jobs[1]).toMatchObject({
      kind: "train",
      ...base,
      lr: [0.01, 0.01],
      seeds: [1, 2],
      validation: 0.2,
    });
    expect(jobs.flatMap(keysOf)).toEqual(points.map(({ key }) => key));
  });

  test("of the contest's tasks are cells", () => {
    const points = gridPoints(axes("task=spirals,deep activation=relu,x * tanh(x) seeds=3"));
    const jobs = jobsOf(points, {}, 0);
    expect(jobs).toHaveLength(4);
    expect(jobs[3]).toMatchObject({
      kind: "cell",
      task: "deep",
      activation: "x * tanh(x)",
      seeds: 3,
      level: "S",
    });
  });

  test("from elsewhere are refused where they are none, in a sentence", () => {
    const cell = { kind: "cell", id: "0", key: "a", task: "spirals", activation: "relu" };
    const train = { kind: "train", id: "0", keys: ["a"], lr: [0.1], seeds: [0] };
    expect(checkJob(cell)).toMatchObject({ level: "S", seeds: 10 });
    expect(checkJob(train)).toMatchObject({ layers: [32, 32], dataset: "spirals" });
    const large = "x".repeat(2 ** 28);
    let deep: unknown = [];
    for (let i = 0; i < 5000; i++) deep = [deep];
    const hostile: readonly (readonly [unknown, string])[] = [
      [null, "expected a job: an object"],
      [[cell], "expected a job: an object"],
      [{ ...cell, kind: "code" }, 'unknown kind of job "code"'],
      [{ ...cell, kind: "constructor" }, "unknown kind of job"],
      [{ ...cell, run: "process.exit()" }, 'unknown option of job of kind cell "run"'],
      [{ ...cell, task: "minesweeper" }, "task: expected one of spirals"],
      [{ ...cell, task: "own" }, "task: expected one of spirals"],
      [{ ...cell, seeds: 1e9 }, "seeds: expected a whole number from 1 to 64"],
      [{ ...cell, id: "../../etc" }, "expected an id of letters"],
      [{ ...cell, activation: large }, "at most 65536 characters"],
      [{ ...cell, [large]: 1 }, "at most 65536 characters"],
      [{ ...cell, activation: "x + ".repeat(200) + "x" }, "at most 512"],
      [{ ...cell, activation: "process.exit()" }, "values have no members"],
      [{ ...cell, key: deep }, "at most 65536 characters and 4096 values"],
      [{ ...cell, rates: new Array(1e6).fill(0.1) }, "4096 values"],
      [{ ...train, dataset: "/etc/passwd" }, 'expected a named dataset, got "/etc/passwd"'],
      [{ ...train, dataset: "data.csv:target=1" }, "a worker cannot read files"],
      [{ ...train, dataset: "https://example.org/x.csv" }, "a worker cannot read files"],
      [{ ...train, lr: [0.1, 0.2] }, "as many rates and seeds as keys"],
      [{ ...train, seeds: ["0"] }, "seeds: expected whole numbers"],
      [{ ...train, activation: ["rleu"] }, 'did you mean "relu"'],
    ];
    for (const [job, message] of hostile) {
      const told = faultOf(() => checkJob(job));
      expect(told).toContain(message);
      expect(told.length).toBeLessThan(2000);
    }
  });
});

/** Runs a strategy on a made-up landscape. */
function follow(strategy: Strategy, score: (job: SweepJob, i: number) => Partial<PointResult>) {
  const rounds: (readonly Finished[])[] = [];
  for (let jobs = strategy.next(rounds); jobs.length > 0; jobs = strategy.next(rounds))
    rounds.push(
      jobs.map((job) => {
        const points = keysOf(job).map((key, i) => ({ key, metrics: {}, diverged: false, ...score(job, i) }));
        return { job, result: { id: job.id, points, seconds: 1, where: "here" } };
      }),
    );
  return rounds;
}

test("successive halving trains the best anew for more steps, and never what diverged", () => {
  const metric = parseMetric("train");
  const aim = { axes: axes("layers=8,16 lr=1..9"), base: { steps: 900 }, metric, pack: 4 };
  const strategy = makeStrategy("halving", aim);
  const rounds = follow(strategy, (job, i) => {
    const rate = (job as TrainJob).lr[i]!;
    return { metrics: { validationLoss: rate === 1 ? NaN : rate }, diverged: rate === 1 };
  });
  expect(rounds.map((jobs) => jobs.flatMap(({ job }) => keysOf(job)).length)).toEqual([18, 6, 2]);
  expect(strategy.total).toBe(26);
  const steps = rounds.map((jobs) => [...new Set(jobs.map(({ job }) => (job as TrainJob).steps))]);
  expect(steps).toEqual([[100], [300], [900]]);
  const last = resultOf(rounds, { complete: true, metric, axes: ["layers", "lr"] }).points.slice(-2);
  expect(last.map(({ key, options }) => [key, options])).toEqual([
    ["layers=8 lr=2 steps=900", { layers: [8], lr: 2 }],
    ["layers=16 lr=2 steps=900", { layers: [16], lr: 2 }],
  ]);
});

test("strategies and metrics are named; what is unknown is told with the nearest name", () => {
  const aim = { axes: axes("lr=0.1..0.2:log"), base: {}, metric: parseMetric("train"), pack: 16 };
  expect(makeStrategy("random:points=5,seed=1", aim).next([])).toHaveLength(1);
  expect(faultOf(() => makeStrategy("radnom", aim))).toContain('did you mean "random"');
  expect(faultOf(() => makeStrategy("halving:eta=1", aim))).toContain("eta: expected a whole number from 2");
  expect(faultOf(() => parseMetric("train", "acuracy"))).toContain("unknown metric");
  expect(parseMetric("train", "testAccuracy")).toEqual({ name: "testAccuracy", better: "high" });
  expect(parseMetric("cell", "parameters:max")).toEqual({ name: "parameters", better: "high" });
  const points = [NaN, 2, 1].map((loss, i) => ({ key: String(i), metrics: { loss }, diverged: i === 0 }));
  expect(ranked(points, parseMetric("cell")).map(({ key }) => key)).toEqual(["2", "1", "0"]);
});
