import { describe, expect, test } from "vitest";
import { type Environment, interpret } from "../../src/check/float64/index.ts";
import {
  type Layer,
  type Loss,
  type LossOptions,
  type Optimizer,
  type OptimizerOptions,
  type Probe,
  defineLayer,
  defineLoss,
  defineOptimizer,
  defineProbe,
  linear,
  lossOf,
  sequential,
  sgd,
} from "../../src/index.ts";
import { Graph, type Node, assign, constant, data, mul, state, sum } from "../../src/ops.ts";
import { appendUpdates } from "../../src/train/update.ts";
import { example } from "../support/doc-examples.ts";
import { refusal } from "../support/errors.ts";
import { gradcheck } from "../../src/testing/index.ts";

test("docs: an op's gradient is that of its float64 meaning", () => {
  for (const op of ["softAbs", "cumsum"].map((name) => example<(x: Node) => Node>("op", name)))
    expect(gradcheck((x) => op(x!), { shapes: [[2, 3, 5]] })).toMatchObject({ pass: true, count: 30 });
});

test("docs: a loss's gradient is that of its value", () => {
  const cautious = example<(options?: LossOptions) => Loss>("loss", "cautious");
  expect(gradcheck(cautious(), { shapes: [[1, 4, 3]] })).toMatchObject({ pass: true, count: 12 });
});

test("docs: an optimizer moves by the sign of its moving average", () => {
  const signMomentum = example<(options: OptimizerOptions) => Optimizer>("optimizer", "signMomentum");
  const optimizer = signMomentum({ lr: 0.5 });
  const graph = new Graph();
  const [w, g] = [state(graph, "w", [1, 1, 3]), data(graph, "g", [1, 1, 3])];
  optimizer.update(w, g, { replicas: 1, alive: constant(graph, 1) });
  const environment: Environment = new Map([
    ["w", Float64Array.of(1, 1, 1)],
    ["w/mean", Float64Array.of(0, 0, -1)],
    ["g", Float64Array.of(2, -3, 1)],
  ]);
  interpret(graph, environment, optimizer.scalars(0, 1));
  expect([...environment.get("w")!]).toEqual([0.5, 1.5, 1.5]);
  expect(environment.get("w/mean")![2]).toBeCloseTo(Math.fround(0.1) - Math.fround(0.9), 12);
});

test("docs: a layer takes its mean along, and a probe measures it", () => {
  const centred = example<(features: number) => Layer>("layer", "centred");
  const peak = example<() => Probe>("probe", "peak");
  const graph = new Graph();
  const x = data(graph, "x", [1, 4, 2]);
  const built = sequential(centred(2)).build(graph, x, 1, true);
  expect(built.parameters.map(({ views }) => views[0]!.name)).toEqual(["0.scale", "0.running_mean"]);
  for (const { state: running, value } of built.updates) assign(running, value);
  const { layers } = built;
  const found = peak().build({ graph, replicas: 1, output: built.output, layers } as never);
  graph.output("peak", found["0"]!);
  const environment: Environment = new Map([
    ["x", Float64Array.of(1, 0, 2, 0, 3, 0, 6, 8)],
    ["0.scale", Float64Array.of(2, 1)],
    ["0.running_mean", Float64Array.of(0, 0)],
  ]);
  expect([...interpret(graph, environment)(found["0"]!).data]).toEqual([6]);
  expect(environment.get("0.running_mean")![0]).toBeCloseTo(3 * Math.fround(0.1), 12);
});

describe("records with a fault", () => {
  const graph = new Graph();
  const x = data(graph, "x", [1, 4, 3]);
  const w = state(graph, "w", [1, 1, 3]);

  test("a loss", () => {
    const refused = (record: unknown) => refusal(() => defineLoss({}, record as never));
    expect(refused((p: unknown) => p)).toContain("loss: the record must be of type object, got function");
    expect(refused({ name: "own", targets: "values" })).toContain(
      'loss "own": each must be of type function, got nothing',
    );
    expect(refused({ name: "own", targets: "numbers", each: () => x })).toContain(
      "own: targets must be classes or values",
    );
    const given = (each: () => unknown) =>
      refusal(() => lossOf(defineLoss({}, { name: "own", targets: "values", each } as never), x, x));
    expect(given(() => 1)).toContain('loss "own": each must return a node of its graph, got number');
    expect(given(() => sum(x, [1, 2]))).toBe('shape: loss "own": each returned f32[1,1,1] for f32[1,4,3]');
  });

  test("an optimizer", () => {
    expect(refusal(() => defineOptimizer({ lr: 1 }, { name: "own" } as never))).toContain(
      'optimizer "own": move must be of type function, got nothing',
    );
    const own = defineOptimizer({ lr: 1 }, { name: "own", move: (g) => sum(g, [2]) });
    const alive = constant(graph, 1);
    expect(refusal(() => own.update(w, x, { replicas: 1, alive }))).toContain("shape: optimizer");
    const idle: Optimizer = { ...sgd({ lr: 1 }), name: "idle", update: (parameter) => mul(parameter, 2) };
    const parameters = [{ node: w, views: [], init: () => new Float32Array(3) }];
    const place = { optimizer: idle, replicas: 1, alive };
    expect(refusal(() => appendUpdates(parameters, [w], place, {}))).toBe(
      'option: optimizer "idle": update replaced nothing; return assign(parameter, ...), or make the optimizer with defineOptimizer',
    );
  });

  test("a layer and a probe", () => {
    expect(refusal(() => defineLayer({ kind: "own" } as never))).toContain(
      "layer: build must be of type function, got nothing",
    );
    const built = (build: (x: Node) => Node) =>
      refusal(() => {
        const own = defineLayer({ kind: "own", build: (_, input) => build(input) });
        const inner = new Graph();
        sequential(linear(3, 3), own).build(inner, data(inner, "x", [1, 4, 3]), 1);
      });
    expect(built((input) => mul(input, 2))).toBe("accepted");
    expect(built(() => undefined as never)).toContain("layer 1, own: build must return a node of its graph");
    expect(built((input) => sum(input, [1]))).toContain(
      "layer 1, own: build returned f32[1,1,3] for f32[1,4,3]",
    );
    expect(refusal(() => defineProbe(3 as never))).toContain("probe: the record must be of type object");
    const probe = defineProbe({ name: "own", build: () => ({ x: 1 as never }) });
    expect(refusal(() => probe.build({ output: x, replicas: 1 } as never))).toContain(
      "x must be of type object",
    );
  });
});
