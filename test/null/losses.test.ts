import { describe, expect, test } from "vitest";
import { Graph, type Node } from "../../src/graph/graph.ts";
import * as losses from "../../src/nn/losses/index.ts";
import { type Loss, type Reduction, lossOf } from "../../src/nn/loss.ts";
import { grad } from "../../src/graph/grad.ts";
import { data } from "../../src/graph/ops/source.ts";
import { makePlan } from "../../src/compile/make-plan.ts";
import { type Environment, interpret } from "../../src/check/float64/interpret.ts";
import { numbers, paperTarget } from "../support/networks.ts";
import { centralDifferences } from "../../src/testing/gradcheck.ts";

const CLASSES = 3;
const BATCH = 5;
const factors = [0.5, 2, 1.25];

/** Targets and predictions that suit a loss: probabilities, log-probabilities, signs, or any numbers. */
function problem(make: (options: { reduction: Reduction }) => Loss, reduction: Reduction) {
  const loss = make({ reduction });
  const graph = new Graph();
  const x = data(graph, "x", [2, BATCH, CLASSES]);
  const classes = loss.targets === "classes";
  const target = data(graph, "target", [1, BATCH, classes ? 1 : CLASSES], classes ? "u32" : "f32");
  const own = numbers(1, x.shape);
  if (loss.expects === "sigmoid") for (const [i, v] of own.entries()) own[i] = 1 / (1 + Math.exp(-v));
  const labels = [0, 2, 7, 1, 2];
  const values = numbers(2, target.shape, 2);
  if (loss.oneHot !== undefined) for (const [i, v] of values.entries()) values[i] = Math.sign(v);
  else if (/bce|kl|soft/.test(loss.name)) for (const [i, v] of values.entries()) values[i] = v * v;
  const environment: Environment = new Map([
    ["x", own],
    ["target", classes ? Float64Array.from(labels) : values],
  ]);
  return { graph, x, loss: lossOf(loss, x, target), environment };
}

const ignoring = { ignoreIndex: 7 };
const cases: Record<string, (options: { reduction: Reduction }) => Loss> = {
  mse: losses.mse,
  l1: losses.l1,
  smoothL1: (o) => losses.smoothL1({ ...o, beta: 0.7 }),
  "smoothL1 with beta 0": (o) => losses.smoothL1({ ...o, beta: 0 }),
  huber: (o) => losses.huber({ ...o, delta: 0.9 }),
  bce: (o) => losses.bce({ ...o, weight: factors }),
  bceWithLogits: (o) => losses.bceWithLogits({ ...o, posWeight: factors, weight: [1, 0.5, 3] }),
  hinge: losses.hinge,
  squaredHinge: losses.squaredHinge,
  hingeEmbedding: losses.hingeEmbedding,
  klDiv: losses.klDiv,
  "klDiv of logarithms": (o) => losses.klDiv({ ...o, logTarget: true }),
  crossEntropy: (o) => losses.crossEntropy({ ...o, ...ignoring }),
  "crossEntropy with everything": (o) =>
    losses.crossEntropy({ ...o, ...ignoring, weight: factors, labelSmoothing: 0.2 }),
  softCrossEntropy: (o) => losses.softCrossEntropy({ ...o, weight: factors, labelSmoothing: 0.2 }),
  nll: (o) => losses.nll({ ...o, ...ignoring, weight: factors }),
  multiMargin: (o) => losses.multiMargin({ ...o, weight: factors }),
  "multiMargin, squared": (o) => losses.multiMargin({ ...o, p: 2, margin: 0.5 }),
};

describe("the gradient of a loss is its finite difference", () => {
  test.each(Object.entries(cases))("%s", (_, make) => {
    for (const reduction of ["mean", "sum", "batchmean"] as const) {
      const { graph, x, loss, environment } = problem(make, reduction);
      const [gradient] = grad(loss, [x]);
      graph.output("gradient", gradient!);
      graph.output("loss", loss);
      const got = interpret(graph, new Map(environment))(gradient!).data;
      const size = Math.abs(interpret(graph, new Map(environment))(loss).data[0]!);
      const differences = centralDifferences(graph, loss, environment, "x");
      for (const [i, want] of differences.entries())
        expect(Math.abs(got[i]! - want) / Math.max(1, size), `${reduction}, element ${i}`).toBeLessThan(1e-7);
    }
  });
});

test("an ignored row and its gradient are 0, and a mean does not count it", () => {
  const each = problem((o) => losses.crossEntropy({ ...o, ...ignoring }), "none");
  each.graph.output("each", each.loss);
  const rows = interpret(each.graph, each.environment)(each.loss).data;
  expect(rows[2]).toBe(0);
  const mean = problem((o) => losses.crossEntropy({ ...o, ...ignoring }), "mean");
  mean.graph.output("mean", mean.loss);
  const kept = [0, 1, 3, 4].reduce((sum, row) => sum + rows[row]!, 0) / 4;
  expect(interpret(mean.graph, mean.environment)(mean.loss).data[0]).toBeCloseTo(kept, 14);
});

test("what is no option is refused with what was expected", () => {
  const build = (make: () => Loss, wrong: RegExp): void => expect(make).toThrow(wrong);
  build(() => losses.mse({ reduction: "avg" as Reduction }), /reduction must be none, mean, sum, batchmean/);
  build(() => losses.huber({ delta: 0 }), /delta must be a finite number above 0, got 0/);
  build(() => losses.smoothL1({ beta: NaN }), /beta must be a finite number of at least 0/);
  build(
    () => losses.crossEntropy({ labelSmoothing: 1.5 }),
    /labelSmoothing must be a finite number of at least 0 and of at most 1, got 1.5/,
  );
  build(() => losses.multiMargin({ p: 3 as 1 }), /p must be 1 or 2, got 3/);
  expect(() => problem((o) => losses.nll({ ...o, weight: [1, 2] }), "sum")).toThrow(/2 values for 3 classes/);
  expect(() => problem((o) => losses.bce({ ...o, weight: [1] }), "sum")).toThrow(/1 values for 3 features/);
});

/** Dispatches of a loss and its gradient. */
function dispatches(make: (options: { reduction: Reduction }) => Loss): number {
  const { graph, x, loss } = problem(make, "mean");
  graph.output("loss", loss);
  graph.output("dx", grad(loss, [x])[0] as Node);
  return makePlan(graph, paperTarget).dispatches.length;
}

test("a loss is one kernel and its gradient another", () => {
  for (const name of ["mse", "huber", "bceWithLogits", "hinge", "klDiv"])
    expect([name, dispatches(cases[name]!)]).toEqual([name, 2]);
  expect(dispatches(losses.crossEntropy)).toBe(1);
});
