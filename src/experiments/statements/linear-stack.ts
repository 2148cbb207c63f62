import { normal } from "../../core/random.ts";
import { type Trainer, type Weights, linear, sequential } from "../../index.ts";
import { metric } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { type Affine, type Measured, multiplied } from "../measures.ts";
import { curve, lines, words } from "../panels.ts";
import type { Place } from "../place.ts";
import { linearStack as t } from "../texts/linear.ts";

/** Layers of N(0, 1/width) and biases of N(0, 0.1²). */
const layersOf = (seed: number, depth: number, width: number): Affine[] =>
  Array.from({ length: depth }, (_, i) => ({
    weight: normal(seed, 2 * i + 1, width * width).map((v) => v / Math.sqrt(width)),
    bias: normal(seed, 2 * i + 2, width).map((v) => 0.1 * v),
  }));

/** The layers as weights of a model of linear layers. */
function weightsOf(layers: readonly Affine[], width: number): Weights {
  const weights = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  for (const [i, { weight, bias }] of layers.entries()) {
    weights.set(`${i}.weight`, { shape: [width, width], data: Float32Array.from(weight) });
    weights.set(`${i}.bias`, { shape: [width], data: Float32Array.from(bias) });
  }
  return weights;
}

/** The outputs of stacks of equal depth for some rows, on the GPU. */
function outputs(
  place: Place,
  stacks: readonly (readonly Affine[])[],
  x: Float32Array,
  width: number,
): Promise<Float32Array[]> {
  const model = sequential(...stacks[0]!.map(() => linear(width, width)));
  const run = async (trainer: Trainer): Promise<Float32Array[]> => {
    const all: Float32Array[] = [];
    for (const stack of stacks) {
      trainer.setWeights(weightsOf(stack, width));
      all.push((await trainer.predict(x)).data);
    }
    return all;
  };
  return place.fresh(model, run, [0]);
}

/** The largest difference, relative to the largest value. */
function difference(a: Float32Array, b: Float32Array): number {
  const most = b.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  return a.reduce((m, v, i) => Math.max(m, Math.abs(v - b[i]!)), 0) / most;
}

const norm = (values: Float32Array): number => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));

/** One-unit layers y = a x + b, applied one after another. */
async function scalar(
  place: Place,
  layers: readonly (readonly [a: number, b: number])[],
  x: number,
): Promise<number> {
  const stack = layers.map(([a, b]) => ({ weight: [a], bias: [b] }));
  return (await outputs(place, [stack], Float32Array.of(x), 1))[0]![0]!;
}

export const linearStack = defineStatement(t, {
  row: 1,
  name: "linear-stack",
  chapter: "linear",
  exact: true,
  seeds: 5,
  seconds: [2, 2],
  setup: { width: 64, depths: [1, 3, 10, 30, 100], rows: 256 },
  drag: { field: "width", from: 2, to: 256 },
  metrics: [
    metric("difference3", t.difference3, {
      notation: "exponent",
      reference: 3.8e-7,
      to: 1e-5,
      each: true,
    }),
    metric("difference100", t.difference100, {
      notation: "exponent",
      reference: [2.4e-6, 1.6e-6, 3.9e-6],
      to: 1e-5,
      each: true,
    }),
    metric("product", t.product, { notation: "count", reference: 270, from: 270, to: 270, each: true }),
    metric("affine", t.affine, { notation: "count", reference: 61, from: 61, to: 61, each: true }),
    metric("bias3", t.bias3, { notation: "percent", reference: 0.2, from: 0.05, to: 0.5 }),
    metric("bias100", t.bias100, { notation: "percent", reference: 0.77, from: 0.4, to: 1.2 }),
  ],
  async run(place, { width, depths, rows }) {
    const x = normal(7, 0, rows * width);
    const found: { depth: number; values: number[] }[] = [];
    const values: Measured = {};
    for (const depth of depths) {
      place.say(`${depth} layers`);
      const stacks = place.seeds.map((seed) => layersOf(seed, depth, width));
      const single = stacks.map((stack) => multiplied(stack));
      const give = (of: (one: Affine) => Affine) =>
        outputs(
          place,
          single.map((one) => [of(one)]),
          x,
          width,
        );
      const deep = await outputs(place, stacks, x, width);
      const flat = await give((one) => one);
      found.push({ depth, values: deep.map((y, i) => difference(y, flat[i]!)) });
      if (depth !== 3 && depth !== 100) continue;
      const dropped = await give(({ weight }) => ({ weight, bias: new Float32Array(width) }));
      values[`difference${depth}`] = found.at(-1)!.values;
      values[`bias${depth}`] = deep.map((y, i) => norm(y.map((v, j) => v - dropped[i]![j]!)) / norm(y));
    }
    const three = [3, 0] as const;
    const product = await scalar(place, [three, three, three], 10);
    const affine = await scalar(place, [three, [2, 1]], 10);
    values["product"] = place.seeds.map(() => product);
    values["affine"] = place.seeds.map(() => affine);
    return { values, data: found };
  },
  panels: (found) => [
    lines(
      { label: t.layers, log: true },
      { label: words.relative, log: true, from: 1e-8, to: 1 },
      [
        curve(
          t.stack,
          found.map(({ depth, values }) => [depth, values]),
        ),
      ],
      { dots: true, levels: [{ at: 1e-5, name: t.gate }] },
    ),
  ],
  verdict: (read) =>
    read.passes("difference3", "difference100") ? "condition" : { answer: "fails", text: t.differs },
});
