import { describe, expect, test } from "vitest";
import {
  type ActivationLayer,
  activations,
  checkActivation,
  pointValues,
} from "../../src/activations/index.ts";
import { slopeOf } from "../../src/activations/formula/slope.ts";
import { layersFrom } from "../../src/nn/layers-from-records.ts";
import { describeLayers } from "../../src/nn/layer-records.ts";
import { crossEntropy, linear, parseActivation, sequential } from "../../src/nn/index.ts";
import type { Layer } from "../../src/nn/layer.ts";
import { makePlan } from "../../src/compile/make-plan.ts";
import { adam } from "../../src/optim/index.ts";
import { summary } from "../../src/nn/summary.ts";
import { dataTensors, trainingGraph } from "../../src/train/step.ts";
import { pointsInClasses } from "../support/datasets.ts";
import { paperTarget } from "../support/networks.ts";

const { spline } = activations;
const corner = [
  [-3, 0],
  [0, 0],
  [3, 3],
] as const;
const wave = [-4, 1, -2.5, -1, -1, -1, 0.5, 0.25, 1, 3, 3, 3.5];

const valueOf = ({ activation, params }: ActivationLayer, x: number): number => activation.f(x, params);
const slopeAt = ({ activation, params }: ActivationLayer, x: number): number => activation.dfdx(x, params);
const grid = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count + 1 }, (_, i) => from + ((to - from) * i) / count);

describe.each([false, true])("a spline (monotone: %s)", (monotone) => {
  const layer = spline({ points: wave, monotone });

  test("goes through its points, with one slope from both sides, and is a line beyond", () => {
    for (let i = 0; i < wave.length; i += 2) {
      const [x, y] = [wave[i]!, wave[i + 1]!];
      expect(valueOf(layer, x)).toBeCloseTo(y, 12);
      expect(valueOf(layer, x - 1e-9)).toBeCloseTo(y, 7);
      expect(slopeAt(layer, x - 1e-9)).toBeCloseTo(slopeAt(layer, x), 6);
    }
    for (const [x, end] of [
      [-9, -4],
      [8, 3],
    ] as const) {
      expect(slopeAt(layer, x)).toBe(slopeAt(layer, end));
      expect(valueOf(layer, x)).toBeCloseTo(valueOf(layer, end) + slopeAt(layer, end) * (x - end), 12);
    }
  });

  test.each([wave, [-1, -1, 2, 3], corner.flat()])("of points %o has right derivatives", (...points) => {
    const { activation, params } = spline({ points, monotone });
    // Where three heights lie on a line that is level, a monotone one has a kink in them.
    const still = Object.fromEntries(
      Object.entries(params).map(([name, v]) => [name, name === "y1" && monotone ? v + 0.01 : v]),
    );
    expect(checkActivation(activation, still).points).toBeGreaterThan(700);
    const slope = slopeOf(activation);
    if (typeof slope === "number") throw new Error("constant");
    for (const x of grid(-6, 6, 25)) {
      const own = Object.fromEntries(Object.keys(slope.params).map((name) => [name, params[name]!]));
      expect(slope.f(x, own)).toBeCloseTo(activation.dfdx(x, params), 5);
    }
  });
});

test("a monotone spline stays between the heights of neighbours, a plain one may not", () => {
  const [kept, plain] = [spline({ points: wave, monotone: true }), spline({ points: wave })];
  const overshoot = (layer: ActivationLayer): number => {
    let most = 0;
    for (let i = 0; i + 3 < wave.length; i += 2) {
      const [low, high] = [wave[i + 1]!, wave[i + 3]!].toSorted((a, b) => a - b) as [number, number];
      for (const x of grid(wave[i]!, wave[i + 2]!, 100)) {
        const y = valueOf(layer, x);
        most = Math.max(most, low - y, y - high);
      }
    }
    return most;
  };
  expect(overshoot(kept)).toBeLessThan(1e-12);
  expect(overshoot(plain)).toBeGreaterThan(0.05);
  const rising = spline({ points: corner, monotone: true });
  for (const x of grid(-5, 5, 400)) expect(slopeAt(rising, x)).toBeGreaterThanOrEqual(0);
});

describe("options", () => {
  test("as text, in files, as a title", () => {
    const text = "spline:points=-3/0/0/0/3/3,monotone,learn,perChannel";
    const layer = parseActivation(text);
    const own = spline({ points: corner, monotone: true, learn: true, perChannel: true });
    expect(layer.title).toBe("spline(points=-3/0/0/0/3/3, monotone, learned, one per channel)");
    expect([layer.title, layer.params]).toEqual([own.title, own.params]);
    const written = JSON.parse(JSON.stringify(describeLayers([layer, spline()]))) as unknown[];
    const read = layersFrom(written) as ActivationLayer[];
    expect(read.map(({ title, params, scopes }) => [title, params, scopes])).toEqual(
      [own, spline()].map(({ title, params, scopes }) => [title, params, scopes]),
    );
    expect(read[0]!.activation).toBe(own.activation);
  });

  test.each<[() => unknown, RegExp]>([
    [() => spline({ points: [[0, 0]] }), /expected 2 to 32 points of two numbers each, got 2 numbers/],
    [() => spline({ points: [0, 0, 1] }), /got 3 numbers/],
    [() => spline({ points: [0, 0, 0, 1] }), /each x above the one before, got 0 after 0/],
    [() => spline({ points: [0, 0, 1e-20, 1] }), /expected points 1e-18 apart/],
    [() => spline({ points: [0, 0, 1, 1e39] }), /1e\+39 is out of range/],
    [() => spline({ points: [0, 0, 1, NaN] }), /spline: points: expected/],
    [() => spline({ monoton: true } as never), /did you mean "monotone"/],
    [() => spline({ perChannel: true }), /name some in learn/],
    [() => parseActivation("spline:points=a/b"), /spline: points: expected numbers with "\/" between/],
    [() => parseActivation("spline:knots=3"), /unknown option of spline "knots"/],
    [() => layersFrom([{ layer: "spline", args: [{ points: "0" }] }]), /spline: points: expected/],
  ])("%s is refused", (make, message) => {
    expect(make).toThrow(message);
  });

  test("control points are parameters by name", () => {
    expect(pointValues(corner)).toEqual({ x0: -3, y0: 0, x1: 0, y1: 0, x2: 3, y2: 3 });
  });
});

describe("in a training step", () => {
  const points = pointsInClasses(40, 6, 3);
  const planOf = (layer: Layer) =>
    makePlan(
      trainingGraph(
        {
          model: sequential(linear(6, 16), layer, linear(16, 3)),
          loss: crossEntropy(),
          replicas: 2,
          batch: 20,
        },
        points,
        dataTensors(points, "points"),
        adam({ lr: 0.01 }),
        1,
      ).graph,
      paperTarget,
    );
  const kernels = (layer: Layer): string[] => planOf(layer).dispatches.map(({ kernel }) => kernel.wgsl);

  test("points are no part of a kernel's text, learned or not", () => {
    for (const options of [{}, { monotone: true }, { learn: true }]) {
      const [one, other] = [corner, [-1, 2, 0.5, 0, 3, -1]].map((p) =>
        kernels(spline({ points: p, ...options })),
      );
      expect(one).toEqual(other);
    }
    expect(kernels(spline({ points: corner }))).not.toEqual(kernels(spline({ points: [0, 0, 1, 1] })));
  });

  test("fixed points are held: weights in files, moved by no gradient", () => {
    const model = (layer: Layer) => sequential(linear(6, 16), layer, linear(16, 3));
    const parameters = (layer: Layer) => summary(model(layer)).layers[1]!.parameters;
    expect(
      [spline(), spline({ learn: true }), spline({ learn: true, perChannel: true })].map(parameters),
    ).toEqual([0, 5, 80]);
    const moved = planOf(spline()).dispatches.filter(({ label }) => label.includes("1."));
    expect(moved.filter(({ label }) => label.includes("assign"))).toEqual([]);
  });
});
