import { normal } from "../../core/random.ts";
import { range } from "../../core/statistics.ts";
import { type Trainer, type Weights, linear, sequential } from "../../index.ts";
import { defineExperiment } from "../experiment.ts";
import type { Place } from "../place.ts";

const WIDTH = 64;
const ROWS = 256;

interface Affine {
  /** [out, in] */
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** Layers of N(0, 1/64) and biases of N(0, 0.1²). */
const layersOf = (seed: number, depth: number): Affine[] =>
  Array.from({ length: depth }, (_, i) => ({
    weight: normal(seed, 2 * i + 1, WIDTH * WIDTH).map((v) => v / Math.sqrt(WIDTH)),
    bias: normal(seed, 2 * i + 2, WIDTH).map((v) => 0.1 * v),
  }));

/** One after another in a model of linear layers; `width` is that of all. */
function weightsOf(layers: readonly Affine[], width: number): Weights {
  const weights = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  for (const [i, { weight, bias }] of layers.entries()) {
    weights.set(`${i}.weight`, { shape: [width, width], data: weight });
    weights.set(`${i}.bias`, { shape: [width], data: bias });
  }
  return weights;
}

/** All layers as one matrix and one bias, multiplied out in float64. */
function multiplyOut(layers: readonly Affine[]): Affine {
  let matrix = Float64Array.from({ length: WIDTH * WIDTH }, (_, i) => (i % (WIDTH + 1) === 0 ? 1 : 0));
  let shift = new Float64Array(WIDTH);
  for (const { weight, bias } of layers) {
    const next = new Float64Array(WIDTH * WIDTH);
    const moved = Float64Array.from(bias);
    for (let o = 0; o < WIDTH; o++)
      for (let k = 0; k < WIDTH; k++) {
        const w = weight[o * WIDTH + k]!;
        moved[o]! += w * shift[k]!;
        for (let i = 0; i < WIDTH; i++) next[o * WIDTH + i]! += w * matrix[k * WIDTH + i]!;
      }
    [matrix, shift] = [next, moved];
  }
  return { weight: Float32Array.from(matrix), bias: Float32Array.from(shift) };
}

/** What stacks of as many layers give for rows, on the GPU. */
function outputs(
  place: Place,
  stacks: readonly (readonly Affine[])[],
  x: Float32Array,
  width = WIDTH,
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

/** The largest difference, as a part of the largest value. */
function difference(a: Float32Array, b: Float32Array): number {
  const largest = b.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  return a.reduce((m, v, i) => Math.max(m, Math.abs(v - b[i]!)), 0) / largest;
}

const norm = (values: Float32Array): number => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));

/** One-unit layers y = a x + b, one after another. */
async function scalar(
  place: Place,
  layers: readonly (readonly [a: number, b: number])[],
  x: number,
): Promise<number> {
  const stack = layers.map(([a, b]) => ({ weight: Float32Array.of(a), bias: Float32Array.of(b) }));
  return (await outputs(place, [stack], Float32Array.of(x), 1))[0]![0]!;
}

export const linearStack = defineExperiment({
  row: 1,
  name: "linear-stack",
  chapter: "linear",
  exact: true,
  seeds: 5,
  seconds: [2, 2],
  title: { en: "A stack of linear layers is one layer", ko: "선형 층을 쌓으면 한 층과 같다" },
  statement: {
    en: "With a linear activation h(x) = cx, three layers compute h(h(h(x))) = c³x: any depth is one layer.",
    ko: "선형 활성화 함수 h(x) = cx를 쓰면 세 층은 h(h(h(x))) = c³x, 곧 아무리 깊어도 한 층이다.",
  },
  method: {
    en: "Stacks of linear layers of width 64 on the GPU, against the one matrix and bias that they multiply out to.",
    ko: "너비 64의 선형 층을 쌓은 것과, 그것을 곱해서 얻은 행렬 하나와 편향 하나를 GPU에서 각각 계산해 비교한다.",
  },
  setup: {
    width: WIDTH,
    weights: "N(0, 1/64)",
    biases: "N(0, 0.1²)",
    depths: [1, 3, 10, 30, 100],
    rows: ROWS,
  },
  metrics: [
    {
      name: "difference3",
      label: { en: "difference from one matrix, 3 layers", ko: "행렬 하나와의 차이, 3층" },
      notation: "exponent",
      reference: [3.8e-7],
      gate: { to: 1e-5, each: true },
    },
    {
      name: "difference100",
      label: { en: "difference from one matrix, 100 layers", ko: "행렬 하나와의 차이, 100층" },
      notation: "exponent",
      reference: [2.4e-6, 1.6e-6, 3.9e-6],
      gate: { to: 1e-5, each: true },
    },
    {
      name: "product",
      label: { en: "3·3·3·10", ko: "3·3·3·10" },
      notation: "count",
      reference: [270],
      gate: { from: 270, to: 270, each: true },
    },
    {
      name: "affine",
      label: { en: "g(f(10)), f = 3x, g = 2x + 1", ko: "g(f(10)), f = 3x, g = 2x + 1" },
      notation: "count",
      reference: [61],
      gate: { from: 61, to: 61, each: true },
    },
    {
      name: "bias3",
      label: { en: "error of W³x without the biases, 3 layers", ko: "편향을 뺀 W³x의 오차, 3층" },
      notation: "percent",
      reference: [0.2],
      gate: { from: 0.05, to: 0.5 },
    },
    {
      name: "bias100",
      label: { en: "the same, 100 layers", ko: "같은 오차, 100층" },
      notation: "percent",
      reference: [0.77],
      gate: { from: 0.4, to: 1.2 },
    },
  ],
  async run(place, { depths }) {
    const x = normal(7, 0, ROWS * WIDTH);
    const curve: { depth: number; values: number[] }[] = [];
    const values: Record<string, number[]> = { product: [], affine: [] };
    for (const depth of depths) {
      place.say(`${depth} layers`);
      const stacks = place.seeds.map((seed) => layersOf(seed, depth));
      const deep = await outputs(place, stacks, x);
      const flat = await outputs(
        place,
        stacks.map((stack) => [multiplyOut(stack)]),
        x,
      );
      curve.push({ depth, values: deep.map((y, i) => difference(y, flat[i]!)) });
      if (depth !== 3 && depth !== 100) continue;
      const bare = stacks.map((stack) => [
        { weight: multiplyOut(stack).weight, bias: new Float32Array(WIDTH) },
      ]);
      const dropped = await outputs(place, bare, x);
      values[`difference${depth}`] = curve.at(-1)!.values;
      values[`bias${depth}`] = deep.map((y, i) => norm(y.map((v, j) => v - dropped[i]![j]!)) / norm(y));
    }
    for (const _ of place.seeds) {
      values["product"]!.push(
        await scalar(
          place,
          [
            [3, 0],
            [3, 0],
            [3, 0],
          ],
          10,
        ),
      );
      values["affine"]!.push(
        await scalar(
          place,
          [
            [3, 0],
            [2, 1],
          ],
          10,
        ),
      );
    }
    return { values, data: { curve } };
  },
  figure: ({ curve }) => ({
    caption: {
      en: "Largest difference between the stack and the one matrix, relative to the largest output: nothing but float32 rounding.",
      ko: "쌓은 층과 행렬 하나의 출력 차이 가운데 가장 큰 것을 출력의 최댓값으로 나눈 값: float32의 반올림 오차일 뿐이다.",
    },
    panels: [
      {
        kind: "lines",
        x: { label: { en: "layers", ko: "층 수" }, log: true },
        y: { label: { en: "relative difference", ko: "상대 차이" }, log: true, from: 1e-8, to: 1 },
        dots: true,
        levels: [{ at: 1e-5, name: { en: "gate", ko: "기준" } }],
        series: [
          {
            name: { en: "stack against one matrix", ko: "쌓은 층과 행렬 하나" },
            points: curve.map(({ depth, values }) => {
              const { median, low, high } = range(values)!;
              return [depth, median, low, high] as const;
            }),
          },
        ],
      },
    ],
  }),
  verdict(read) {
    const exact = read("difference3").high < 1e-5 && read("difference100").high < 1e-5;
    return exact
      ? {
          answer: "condition",
          text: {
            en: 'A hundred linear layers are one matrix, up to float32 rounding. Two corrections: the "constant multiple" is a matrix, and W³x drops the biases, which matter more as the stack deepens.',
            ko: "선형 층 백 개는 float32 반올림 오차 안에서 행렬 하나와 같다. 다만 '상수배'는 행렬이며, W³x는 편향을 빠뜨리는데 깊을수록 그 차이가 크다.",
          },
        }
      : {
          answer: "fails",
          text: {
            en: "The stack and the one matrix differ by more than rounding.",
            ko: "쌓은 층과 행렬 하나의 차이가 반올림보다 크다.",
          },
        };
  },
});
