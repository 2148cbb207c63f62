import { describe, expect, test } from "vitest";
import {
  Graph,
  type NetworkSpec,
  kan,
  linear,
  matchParameters,
  network,
  parameterCount,
  sequential,
  summary,
} from "../../src/index.ts";
import { basisAt, basisSlope, splineCount } from "../../src/graph/ops/splineBasis.ts";
import { data } from "../../src/graph/ops/source.ts";
import { chooseNetwork } from "../../src/app/jobs/choose-network.ts";
import { pointsInClasses } from "../support/datasets.ts";
import { refusal } from "../support/errors.ts";

const cubic = { grid: 5, order: 3, min: -1, max: 1 };

describe("B-splines", () => {
  test("sum to 1 in the range, and only there", () => {
    const total = (x: number): number =>
      Array.from({ length: splineCount(cubic) }, (_, k) => basisAt(cubic, k, x)).reduce((a, b) => a + b);
    for (const x of [-1, -0.61, 0, 0.2, 0.999]) expect(total(x)).toBeCloseTo(1, 14);
    expect(total(1.5)).toBeLessThan(0.9);
    expect(total(2.2)).toBe(0);
    expect(total(-2.21)).toBe(0);
  });

  test.each([1, 2, 3, 5])("of order %i have the slopes of their differences", (order) => {
    const spline = { ...cubic, order };
    for (const x of [-1.93, -0.5, 0.07, 0.77])
      for (let k = 0; k < splineCount(spline); k++) {
        const difference = (basisAt(spline, k, x + 1e-6) - basisAt(spline, k, x - 1e-6)) / 2e-6;
        expect(basisSlope(spline, k, x)).toBeCloseTo(difference, 6);
      }
  });
});

describe("kan", () => {
  const model = sequential(kan(3, 4, { grid: 6, range: [-2, 2] }), kan(4, 2, { order: 2 }));

  test("has the parameters of its edges, under their names, each in a place of its own", () => {
    const graph = new Graph();
    const { parameters, output } = model.build(graph, data(graph, "x", [1, 5, 3]), 2);
    expect(output.shape).toEqual([2, 5, 2]);
    expect(
      parameters.flatMap(({ views }) => views.map(({ name, shape }) => `${name} ${shape.join()}`)),
    ).toEqual(["0.base_weight 4,3", "0.spline_weight 4,3,9", "1.base_weight 2,4", "1.spline_weight 2,4,7"]);
    const [first] = parameters;
    const places = first!.views.flatMap(({ shape, index }) =>
      Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => index(i)),
    );
    expect(places.toSorted((a, b) => a - b)).toEqual(Array.from(first!.init(0), (_, i) => i));
  });

  test("a summary tells parameters and FLOPs, and saves its inputs alone", () => {
    const { layers, parameters } = summary(model, { batch: 8 });
    expect(parameters).toBe(3 * 4 * 10 + 4 * 2 * 8);
    // Of the 9 B-splines 4 are not 0 at a place, and silu.
    expect(layers[0]!.flops).toBeGreaterThanOrEqual(2 * 8 * 3 * 4 * 5);
    expect(layers.map((l) => l.savedBytes)).toEqual([8 * 16, 0]);
  });

  test("refuses sizes that make no grid", () => {
    const said = (options: Parameters<typeof kan>[2]): unknown => refusal(() => kan(2, 2, options));
    expect(said({ grid: 0 })).toMatch(/grid must be a whole number from 1 to 256, got 0/);
    expect(said({ order: 6 })).toMatch(/order must be a whole number from 1 to 5, got 6/);
    expect(said({ range: [1, 1] })).toMatch(/range must go from one number to a greater one/);
    for (const range of [
      [0, 1e-40],
      [1, 1 + 2e-7],
      [-3e38, 3e38],
    ] as const)
      expect(said({ range })).toMatch(/5 pieces of .* are too (short|long) for float32/);
    expect(() => kan(2, 2, { gird: 3 } as never)).toThrow(/did you mean "grid"|gird/);
    expect(() => sequential(linear(2, 3), kan(2, 1))).toThrow();
  });

  test("has grid and order from the command line, which no other network takes", () => {
    const train = pointsInClasses(8, 2, 2);
    const choice = { layers: [3], init: "fit", activation: ["relu"], grid: 7, order: 2 } as const;
    const { spec } = chooseNetwork({ train }, { ...choice, model: "kan" });
    expect(network(spec).layers.map(({ title }) => title)).toEqual(
      network({ ...spec, model: "kan", grid: 7, order: 2 }).layers.map(({ title }) => title),
    );
    expect(parameterCount(network(spec))).toBe((2 * 3 + 3 * 2) * (7 + 2 + 1));
    expect(() => chooseNetwork({ train }, { ...choice, model: "mlp" })).toThrow(
      /grid belongs to a kan's splines/,
    );
  });

  test("takes no activation", () => {
    const train = pointsInClasses(8, 2, 2);
    const choice = { model: "kan", layers: [3], init: "fit" } as const;
    expect(() => chooseNetwork({ train }, { ...choice, activation: ["silu"] })).toThrow(
      /takes no activation/,
    );
    expect(chooseNetwork({ train }, { ...choice, activation: ["relu"] }).spec.model).toBe("kan");
  });
});

describe("equal parameters", () => {
  const spec: NetworkSpec = { inputs: 64, hidden: [128, 64], outputs: 10, activations: ["relu"] };
  const images: NetworkSpec = { ...spec, inputs: 256, sample: [16, 16], channels: [16, 32] };
  const plain = parameterCount(network(spec));

  test.each<[string, NetworkSpec]>([
    ["swiglu", { ...spec, activations: ["swiglu"] }],
    ["maxout", { ...spec, activations: ["maxout:pieces=3"] }],
    ["one slope a channel", { ...spec, activations: ["prelu:perChannel"] }],
    ["kan", { ...spec, model: "kan" }],
    ["kan of other splines", { ...spec, model: "kan", grid: 3, order: 2 }],
  ])("%s has those of the plain network, within 1 %%", (_, own) => {
    const matched = matchParameters(own);
    expect(matched.hidden).not.toEqual(spec.hidden);
    expect(Math.abs(parameterCount(network(matched)) / plain - 1)).toBeLessThan(0.01);
  });

  test("networks of images have other channels", () => {
    const own: NetworkSpec = { ...images, model: "cnn", activations: ["swiglu"] };
    const wanted = parameterCount(network({ ...own, activations: ["relu"] }));
    const matched = matchParameters(own);
    expect(matched.hidden).toEqual(own.hidden);
    expect(Math.abs(parameterCount(network(matched)) / wanted - 1)).toBeLessThan(0.01);
  });

  test("a plain network stays as it is", () => {
    expect(matchParameters(spec)).toEqual(spec);
  });
});
