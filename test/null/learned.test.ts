import { describe, expect, test } from "vitest";
import { type Activation, activations } from "../../src/activations/index.ts";
import { formula } from "../../src/activations/formula/index.ts";
import { Graph, type Node } from "../../src/graph/graph.ts";
import { crossEntropy, linear, mlp, parseActivation, sequential } from "../../src/nn/index.ts";
import type { Layer } from "../../src/nn/layer.ts";
import { grad } from "../../src/graph/grad.ts";
import { mul } from "../../src/graph/ops/pointwise.ts";
import { type ReduceAttrs, reduceSum, sum, sumTo } from "../../src/graph/ops/reduce.ts";
import { data, stepScalarOp } from "../../src/graph/ops/source.ts";
import {
  type GroupOptions,
  type Optimizer,
  adam,
  adamW,
  parameterGroup,
  sgd,
} from "../../src/optim/index.ts";
import { makePlan } from "../../src/compile/make-plan.ts";
import { type Environment, interpret } from "../../src/check/float64/interpret.ts";
import { dataTensors, trainingGraph } from "../../src/train/step.ts";
import { pointsInClasses } from "../support/datasets.ts";
import { numbers, paperTarget } from "../support/networks.ts";
import { centralDifferences } from "../../src/testing/gradcheck.ts";

const { apl, dyt, prelu, relu, rrelu, silu, snake, srelu, swish, xielu } = activations;

/** A layer over x [2, 6, 5] with its parameters. */
function built(layer: Layer, training = true) {
  const graph = new Graph();
  const x = data(graph, "x", [2, 6, 5]);
  const { output, parameters } = sequential(linear(5, 5), layer, linear(5, 3)).build(graph, x, 2, training);
  const learned = parameters.filter((p) => p.node.label.startsWith("1."));
  return { graph, x, output, parameters, learned };
}

describe("learned parameters", () => {
  test("prelu's slope is learned, under PyTorch's name, from its usual or a given value", () => {
    const { learned } = built(prelu());
    expect(learned.map((p) => p.node.shape)).toEqual([[2, 1, 1]]);
    expect(learned[0]!.views.map(({ name, shape }) => [name, shape])).toEqual([["1.weight", [1]]]);
    expect(learned[0]!.init(0)).toEqual(Float32Array.of(0.25));
    expect(built(prelu({ a: 0.1 })).learned[0]!.init(0)).toEqual(Float32Array.of(0.1));
    expect(built(prelu({ a: 0.1, learn: false })).learned).toEqual([]);
  });

  test("one a channel is one a feature", () => {
    const { learned } = built(prelu({ perChannel: true }));
    expect(learned[0]!.node.shape).toEqual([2, 1, 5]);
    expect(learned[0]!.views[0]!.shape).toEqual([5]);
    expect(learned[0]!.init(0)).toEqual(new Float32Array(5).fill(0.25));
  });

  test("a record says what each is learned for; perChannel and perUnit ask it of all", () => {
    const shapes = (layer: Layer) =>
      built(layer).learned.map(({ node, views }) => [node.label, node.shape, views.map(({ name }) => name)]);
    expect(shapes(dyt())).toEqual([
      ["1.alpha", [2, 1, 1], ["1.alpha"]],
      ["1.gamma+beta", [2, 2, 5], ["1.weight", "1.bias"]],
    ]);
    expect(shapes(dyt({ perChannel: false }))).toEqual([
      ["1.alpha+gamma+beta", [2, 3, 1], ["1.alpha", "1.weight", "1.bias"]],
    ]);
    expect(shapes(prelu({ perUnit: true }))).toEqual([["1.a", [2, 1, 5], ["1.weight"]]]);
    expect(() => prelu({ perUnit: true, perChannel: true })).toThrow(/choose one of them/);
  });

  test("of a constraint the number is trained of which the parameter is a function", () => {
    const [learned] = built(xielu({ alphaP: 0.8, alphaN: 2 })).learned;
    const [p, n] = learned!.init(0) as unknown as [number, number];
    expect(Math.log1p(Math.exp(p))).toBeCloseTo(0.8, 6);
    expect(Math.log1p(Math.exp(n))).toBeCloseTo(2, 6);
    expect(() => xielu({ alphaP: -1 })).toThrow(/expected more than 0/);
  });

  test("swish's beta and snake's alpha are learned when asked for", () => {
    expect(built(swish()).learned).toEqual([]);
    const { learned } = built(swish({ beta: 1.5, learn: true }));
    expect(learned[0]!.views[0]!.name).toBe("1.beta");
    expect(learned[0]!.init(0)).toEqual(Float32Array.of(1.5));
    expect(built(snake({ learn: ["alpha"] })).learned[0]!.views[0]!.name).toBe("1.alpha");
  });

  test("what cannot be learned is a typed error", () => {
    expect(() => relu({ learn: true })).toThrow(/relu: no parameter is learned/);
    expect(() => swish({ perChannel: true })).toThrow(/name some in learn: beta/);
    const names = ["lower"] as const;
    expect(() => rrelu({ learn: names })).toThrow(/rrelu: no parameter is learned/);
    expect(() => (swish as Activation)({ learn: ["bata"] })).toThrow(/did you mean "beta"/);
    expect(() => prelu({ a: NaN })).toThrow(/expected a finite number/);
    expect(() => prelu(0.25 as never)).toThrow(/prelu: expected options, got 0.25/);
    expect(() => swish({ learn: "beta" as never })).toThrow(/learn = beta; expected true, false, or a list/);
    expect(() => prelu({ perChannel: 1 as never })).toThrow(/perChannel = 1; expected true or false/);
  });

  test("as text, for command lines and files", () => {
    const title = (text: string): string => parseActivation(text).title;
    expect(title("prelu")).toBe("prelu(learned a)");
    expect(title("prelu:learn=false")).toBe("prelu");
    expect(title("prelu:a=0.1,perChannel")).toBe("prelu(a=0.1, learned a, one per channel)");
    expect(title("swish:beta=1.5,learn")).toBe("swish(beta=1.5, learned beta)");
    expect(title("rrelu:lower=0.1,upper=0.3")).toBe("rrelu(lower=0.1, upper=0.3)");
    expect(() => title("rrelu:lower=0.5")).toThrow(/lower <= upper/);
    expect(() => title("leaky_relu:negativeSlope")).toThrow(/expected a number, got nothing/);
    expect(() => title("swish:lern")).toThrow(/unknown option of swish "lern"; did you mean "learn"/);
    expect(mlp({ inputs: 3, hidden: [4], outputs: 2, activations: ["prelu"] }).layers[1]!.title).toContain(
      "learned",
    );
  });

  test.each<[string, Layer]>([
    ["prelu", prelu()],
    ["prelu, one a channel", prelu({ a: -0.3, perChannel: true })],
    ["swish", swish({ beta: 0.7, learn: true })],
    ["dyt", dyt({ alpha: 0.7, gamma: 1.2 })],
    ["xielu, within its constraints", xielu()],
    ["snake, one a channel", snake({ alpha: 1.3, learn: true, perChannel: true })],
  ])("the gradient of %s is its finite differences", (_, layer) => {
    const { graph, x, output, parameters, learned } = built(layer);
    const loss = sum(mul(output, output), [1, 2]);
    const { node } = learned[0]!;
    const [gradient] = grad(loss, [node]);
    graph.output("g", gradient!);
    graph.output("loss", loss);
    const environment: Environment = new Map([["x", numbers(1, x.shape)]]);
    for (const [i, p] of parameters.entries()) environment.set(p.node.label, numbers(i + 2, p.node.shape));
    const got = interpret(graph, new Map(environment))(gradient!).data;
    expect(gradient!.shape).toEqual(node.shape);
    for (const [i, want] of centralDifferences(graph, loss, environment, node.label).entries())
      expect(Math.abs(got[i]! - want)).toBeLessThan(1e-8 * Math.max(1, Math.abs(want)));
  });
});

test.each([false, true])(
  "on a software adapter, kernels of a large layer have their arrays' lengths and take one shape only (backward: %s)",
  (backward) => {
    const text = (rows: number, software: boolean): string => {
      const graph = new Graph();
      const x = data(graph, "x", [1, rows, 4]);
      const model = sequential(linear(4, 256), prelu({ perChannel: true }));
      const { output, parameters } = model.build(graph, x, 1, true);
      const { node } = parameters.at(-1)!;
      graph.output("result", backward ? grad(sum(mul(output, output), [1, 2]), [node])[0]! : output);
      const { dispatches } = makePlan(graph, { ...paperTarget, fuse: false, software });
      return dispatches.find(({ ops }) => ops.includes("activation"))!.kernel.wgsl;
    };
    expect(text(1024, true)).toContain("array<vec4f, 65536>");
    expect(text(1024, true)).not.toBe(text(2048, true));
    expect(text(960, true)).toBe(text(896, true)); // small
    expect(text(1024, false)).toBe(text(2048, false));
  },
);

const points = pointsInClasses(40, 6, 3);
const stepOf = (layer: Layer, optimizer = adam({ lr: 0.01 })) =>
  trainingGraph(
    { model: sequential(linear(6, 16), layer, linear(16, 3)), loss: crossEntropy(), replicas: 2, batch: 20 },
    points,
    dataTensors(points, "points"),
    optimizer,
    1,
  );

/** Whether something holds for a node, or for one that uses it, near or far. */
function reaches(
  nodes: readonly Node[],
  from: Node,
  holds: (node: Node) => boolean,
  seen = new Set<Node>(),
): boolean {
  if (seen.has(from)) return false;
  seen.add(from);
  if (holds(from)) return true;
  const users = nodes.filter((n) => n.inputs.includes(from));
  return users.some((n) => holds(n) || (n.op.name !== "assign" && reaches(nodes, n, holds, seen)));
}

describe("in a training step", () => {
  test.each<[string, (learn: boolean) => Layer]>([
    ["one", (learn) => prelu({ learn })],
    ["four by channel", (learn) => srelu({ learn })],
    ["four by unit", (learn) => apl(learn ? { perUnit: true } : { learn })],
  ])(
    "%s: learned parameters cost two dispatches, sums with dx and sums of these with the update",
    (_, layer) => {
      const planned = (learn: boolean) => makePlan(stepOf(layer(learn)).graph, paperTarget).dispatches;
      const [fixed, learned] = [planned(false), planned(true)];
      expect(learned.length).toBe(fixed.length + 2);
      const sums = learned.find(({ ops }) => ops.includes("learnedSums"));
      expect(sums!.ops).toContain("activationGrad");
      expect(learned.some(({ ops }) => ops.includes("sumBlocks") && ops.includes("assign"))).toBe(true);
    },
  );

  test.each([
    ["sgd", sgd({ lr: 0.1, weightDecay: 0.5 })],
    ["adam", adam({ lr: 0.1, weightDecay: 0.5 })],
    ["adamW", adamW({ lr: 0.1, weightDecay: 0.5 })],
  ])("%s decays weights, but no slopes", (_, optimizer) => {
    const decayed = (node: { label: string }): boolean => {
      const { graph } = stepOf(prelu(), optimizer);
      return graph.nodes.some(
        (n) => n.op.name === "mul" && n.inputs.some((i) => i.op.name === "storage" && i.label === node.label),
      );
    };
    const { parameters } = stepOf(prelu(), optimizer);
    expect(parameters.map((p) => [p.node.label, decayed(p.node)])).toEqual([
      ["0.linear", true],
      ["1.a", false],
      ["2.linear", true],
    ]);
  });

  test('the group "activation" has a rate of its own, and decays what activations learn only where it says so', () => {
    const group = (options: GroupOptions) =>
      adamW({ lr: 0.1, weightDecay: 0.5, groups: [parameterGroup("activation", options)] });
    const reads = (optimizer: Optimizer, scalar: string): string[] => {
      const { graph, parameters } = stepOf(prelu(), optimizer);
      const named = ({ op, attrs }: Node): boolean =>
        op === stepScalarOp && (attrs as { readonly name: string }).name === scalar;
      const users = graph.nodes.filter((n) => n.inputs.some(named));
      const touched = (label: string): boolean =>
        users.some((n) =>
          reaches(graph.nodes, n, (m) => m.op.name === "assign" && m.inputs[0]!.label === label),
        );
      return parameters.map(({ node }) => node.label).filter(touched);
    };
    expect(reads(group({ lr: 0.01 }), "adamw.rate.0")).toEqual(["1.a"]);
    expect(reads(group({ lr: 0.01 }), "adamw.shrink.0")).toEqual([]);
    expect(reads(group({ weightDecay: 0.25 }), "adamw.shrink.0")).toEqual(["1.a"]);
    expect(group({ lr: 0.01 }).scalars(0, 1)).toMatchObject({ "adamw.rate.0": expect.any(Number) as number });
  });

  test("no learned parameter of an activation decays", () => {
    const layers = [
      swish({ learn: true }),
      snake({ learn: true }),
      formula("x * sigmoid(beta * x); beta = 1 learned")(),
    ];
    for (const layer of layers) {
      const [, own] = stepOf(layer, adamW({ lr: 0.1, weightDecay: 0.5 })).parameters;
      expect(own!.weightDecay).toBe(false);
    }
  });

  test.each([
    ["rrelu", rrelu()],
    ["a formula", formula("x < 0 ? x * drawn(low, high) : x; low = 0.125, high = 0.33333333")()],
  ])("%s draws its slopes in training and takes their mean elsewhere", (_, layer) => {
    const values = (training: boolean, step: Record<string, number>) => {
      const { graph, x, parameters } = built(layer, training);
      const y = graph.nodes.find((n) => n.op.name === "activation")!;
      graph.output("y", y);
      const environment: Environment = new Map([["x", numbers(1, x.shape)]]);
      for (const [i, p] of parameters.entries()) environment.set(p.node.label, numbers(i + 2, p.node.shape));
      const value = interpret(graph, environment, step);
      const [pre, post] = [value(y.inputs[0]!).data, value(y).data];
      return Array.from(pre.keys()).flatMap((i) => (pre[i]! < 0 ? [post[i]! / pre[i]!] : []));
    };
    const mean = (Math.fround(1 / 8) + Math.fround(1 / 3)) / 2;
    for (const slope of values(false, {})) expect(slope).toBeCloseTo(mean, 12);
    const drawn = values(true, { start: 0, key0: 5, key1: 6 });
    expect(new Set(drawn.map((s) => s.toFixed(9))).size).toBeGreaterThan(15);
    for (const slope of drawn) expect(slope).toBeGreaterThanOrEqual(1 / 8);
    for (const slope of drawn) expect(slope).toBeLessThan(1 / 3);
    expect(values(true, { start: 20, key0: 5, key1: 6 })).not.toEqual(drawn);
    expect(values(true, { start: 0, key0: 5, key1: 6 })).toEqual(drawn);
  });

  test("a silu network has no parameters beside its weights", () => {
    expect(stepOf(silu()).parameters.map((p) => p.node.label)).toEqual(["0.linear", "2.linear"]);
  });
});

test("a slope's gradient over many rows and columns is summed over the rows first", () => {
  const sums = (rows: number): number[][] => {
    const graph = new Graph();
    const terms = data(graph, "terms", [2, rows, 256]);
    sumTo(terms, [2, 1, 1]);
    return graph.nodes.filter((n) => n.op === reduceSum).map((n) => [...(n.attrs as ReduceAttrs).axes]);
  };
  expect(sums(32)).toEqual([[1, 2]]);
  expect(sums(64)).toEqual([[1], [2]]);
});
