import { expect, test } from "vitest";
import { type Activation, activations, defineActivation } from "../../src/activations/index.ts";
import { formula } from "../../src/activations/formula/index.ts";
import { resolveParams } from "../../src/activations/params.ts";
import { slopeOf } from "../../src/activations/formula/slope.ts";
import { type Environment, interpret } from "../../src/check/float64/interpret.ts";
import { grad } from "../../src/graph/grad.ts";
import { Graph, type Node } from "../../src/graph/graph.ts";
import { add, mul, sub } from "../../src/graph/ops/pointwise.ts";
import { data } from "../../src/graph/ops/source.ts";
import { total } from "../../src/nn/loss.ts";
import { derivative } from "../../src/nn/model-loss.ts";
import { linear } from "../../src/nn/linear.ts";
import { type Model, sequential } from "../../src/nn/sequential.ts";
import { gated, swiglu } from "../../src/nn/index.ts";

const points = Array.from({ length: 81 }, (_, i) => -6 + i * 0.15 + 0.0371);

test("derivatives are what records compute in float64, and theirs are central differences", () => {
  const without: string[] = [];
  for (const record of Object.values<Activation>(activations)) {
    if (record.surrogate === true) continue;
    if (record.derivative === undefined) {
      without.push(record.name);
      continue;
    }
    const p = resolveParams<string>(record);
    const far = (x: number): boolean => record.kinks(p).every((k) => Math.abs(x - k) > 0.01);
    let f = (x: number): number => record.dfdx(x, p);
    let slope = slopeOf(record);
    for (let order = 1; order <= 4 && typeof slope !== "number"; order++) {
      const own = slope;
      const params = resolveParams<string>(
        own,
        Object.fromEntries(Object.keys(own.params).map((n) => [n, p[n]!])),
      );
      for (const x of points.filter(far)) {
        const [got, want] = [own.f(x, params), f(x)];
        const tolerance = order === 1 ? 2 ** -22 : 1e-5; // the numbers of a formula are rounded to float32
        expect(
          Math.abs(got - want) / Math.max(1, Math.abs(want)),
          `${record.name}, order ${order}, ${x}: ${got}, ${want}`,
        ).toBeLessThan(tolerance);
      }
      const before = (x: number): number => own.f(x, params);
      f = (x) => (before(x + 1e-5) - before(x - 1e-5)) / 2e-5;
      slope = slopeOf(own);
    }
  }
  expect(without).toEqual(["hardtanh", "rational_a", "rational_b"]);
});

const cases: Activation[] = [
  activations.tanh,
  activations.sin,
  activations.softplus,
  activations.silu,
  activations.exp,
  formula("x * tanh(softplus(x)) + 0.1 * sin(b * x); b = 1.3 learned"),
];

const perceptrons: Readonly<Record<string, Model>> = {
  ...Object.fromEntries(
    cases.map((record) => [
      record.formula,
      sequential(linear(2, 5), record, linear(5, 4), record, linear(4, 1)),
    ]),
  ),
  // Halves that fill slots are read where they lie, others are taken apart.
  "gated units": sequential(swiglu(2, 8), swiglu(8, 5, { gate: "first" }), linear(5, 1)),
  "a gate with pieces": sequential(linear(2, 8), gated(activations.hardsigmoid), linear(4, 1)),
  "a learned gate": sequential(linear(2, 8), gated(activations.swish({ learn: true })), linear(4, 1)),
};

test.each(Object.entries(perceptrons))(
  "a training gradient through u'' and u' is its finite difference: %s",
  (_, model) => {
    const graph = new Graph();
    const x = data(graph, "x", [2, 3, 2]);
    const { output: u, parameters } = model.build(graph, x, 2, true);
    const second = derivative(derivative(u, x, { by: 0 }), x, { by: 0 });
    const cross = derivative(derivative(u, x, { by: 1 }), x, { by: 0 });
    const residual = sub(add(second, mul(cross, 0.5)), mul(u, derivative(u, x, { by: 1 })));
    const loss = total(mul(residual, residual));
    graph.output("loss", loss);
    const nodes = parameters.map(({ node }) => node);
    const slopes = grad(loss, nodes) as Node[];
    for (const [i, node] of slopes.entries()) graph.output(`g${i}`, node);
    const environment: Environment = new Map([
      ["x", Float64Array.from({ length: 12 }, (_v, i) => Math.sin(i))],
    ]);
    for (const { node, init } of parameters)
      environment.set(
        node.label,
        Float64Array.from([...init(1), ...init(2)], (v, i) => v * 0.7 + 0.05 * Math.cos(i)),
      );
    const value = interpret(graph, new Map(environment));
    const lossAt = (): number =>
      Float64Array.from(interpret(graph, new Map(environment))(loss).data).reduce((a, b) => a + b, 0);
    for (const [p, node] of nodes.entries()) {
      const values = environment.get(node.label) as Float64Array;
      const got = value(slopes[p]!).data;
      const largest = Math.max(1, ...Array.from(got, Math.abs));
      for (let i = 0; i < values.length; i++) {
        const kept = values[i]!;
        values[i] = kept + 1e-5;
        const above = lossAt();
        values[i] = kept - 1e-5;
        const below = lossAt();
        values[i] = kept;
        expect(Math.abs(got[i]! - (above - below) / 2e-5), `${node.label} ${i}`).toBeLessThan(1e-7 * largest);
      }
    }
  },
);

test("an activation without a second derivative is named, with what to write", () => {
  const cube = defineActivation({
    name: "cube",
    formula: "x³",
    saves: "x",
    wgsl: { f: "x * x * x", dfdx: "3.0 * x * x" },
    f: (x) => x ** 3,
    dfdx: (x) => 3 * x * x,
  });
  const graph = new Graph();
  const x = data(graph, "x", [1, 3, 1]);
  const { output } = sequential(linear(1, 4), cube, linear(4, 1)).build(graph, x, 1, true);
  expect(() => derivative(output, x)).toThrow(
    'activation "cube" has no second derivative; write it as a formula',
  );
});
