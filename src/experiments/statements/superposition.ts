import { normal } from "../../core/random.ts";
import type { Trainer } from "../../index.ts";
import { defineExperiment } from "../experiment.ts";
import { type Affine, affine, bar, changeWeights, float64, layersOf } from "../measures.ts";
import { net } from "../networks.ts";

const [A, B] = [1.7, -0.6];
const ROWS = 64;
const INPUTS = 32;

/** The network in float64. */
const forward = (layers: readonly Affine[], f: (x: number) => number, x: ArrayLike<number>): number[] =>
  layers.reduce<ArrayLike<number>>(
    (h, layer, i) => affine(layer, h).map((v) => (i < layers.length - 1 ? f(v) : v)),
    x,
  ) as number[];

/** |f(ax + by) - a f(x) - b f(y)| as a part of |f(ax + by)|, over all rows. */
function residual(whole: ArrayLike<number>, x: ArrayLike<number>, y: ArrayLike<number>): number {
  let [off, all] = [0, 0];
  for (let i = 0; i < whole.length; i++) {
    off += (whole[i]! - A * x[i]! - B * y[i]!) ** 2;
    all += whole[i]! ** 2;
  }
  return Math.sqrt(off / all);
}

const kinds = [
  { name: "linear", activation: "linear", bias: false, reference: 5e-16 },
  { name: "biased", activation: "linear", bias: true, reference: 0.046 },
  { name: "relu", activation: "relu", bias: false, reference: 0.42 },
  { name: "tanh", activation: "tanh", bias: false, reference: 0.69 },
  { name: "sigmoid", activation: "sigmoid", bias: false, reference: 0.11 },
] as const;

const labels = {
  linear: { en: "linear", ko: "선형" },
  biased: { en: "linear with bias", ko: "편향이 있는 선형" },
  relu: { en: "relu", ko: "relu" },
  tanh: { en: "tanh", ko: "tanh" },
  sigmoid: { en: "sigmoid", ko: "시그모이드" },
} as const;

export const superposition = defineExperiment({
  row: 2,
  name: "superposition",
  chapter: "linear",
  exact: true,
  seeds: 5,
  seconds: [1, 1],
  title: { en: "f(ax + by) = a f(x) + b f(y)", ko: "f(ax + by) = a f(x) + b f(y)" },
  statement: {
    en: "A network without non-linear activations is linear: f(ax + by) = a f(x) + b f(y).",
    ko: "비선형 활성화 함수가 없는 신경망은 선형이다: f(ax + by) = a f(x) + b f(y).",
  },
  method: {
    en: "Untrained 32-64-64-10 networks: the difference between the two sides relative to f(ax + by), in float64, and for the linear network also on the GPU in float32.",
    ko: "학습 전의 32-64-64-10 신경망에서 양변의 차이를 f(ax + by)로 나눈 값을 float64로, 선형은 GPU의 float32로도 계산한다.",
  },
  setup: { network: "32-64-64-10", a: A, b: B, biases: "N(0, 0.1²) where there are some", rows: ROWS },
  metrics: [
    {
      name: "linear",
      label: { en: "linear, float64", ko: "선형, float64" },
      notation: "exponent",
      reference: [5e-16],
      gate: { to: 2e-15, each: true },
    },
    {
      name: "gpu",
      label: { en: "linear, on the GPU", ko: "선형, GPU" },
      notation: "exponent",
      gate: { to: 2e-6, each: true },
    },
    {
      name: "biased",
      label: { en: "linear with bias", ko: "편향이 있는 선형" },
      reference: [0.046],
      gate: { from: 0.003, each: true },
    },
    { name: "relu", label: { en: "relu", ko: "relu" }, reference: [0.42], gate: { from: 0.2, each: true } },
    { name: "tanh", label: { en: "tanh", ko: "tanh" }, reference: [0.69], gate: { from: 0.05, each: true } },
    {
      name: "sigmoid",
      label: { en: "sigmoid", ko: "시그모이드" },
      reference: [0.11],
      gate: { from: 0.05, each: true },
    },
  ],
  notes: [
    {
      en: "With biases, the two sides differ by (1 - a - b) times what the biases add. The reference does not say how large its biases were; these, from N(0, 0.1²), are smaller.",
      ko: "편향이 있으면 양변은 편향이 더하는 값의 (1 - a - b)배만큼 다르다. 참조 결과의 편향 크기는 알려져 있지 않으며, 여기서는 N(0, 0.1²)로 더 작다.",
    },
  ],
  async run(place) {
    const x = normal(11, 1, ROWS * INPUTS);
    const y = normal(11, 2, ROWS * INPUTS);
    const both = x.map((v, i) => A * v + B * y[i]!);
    const values: Record<string, number[]> = { gpu: [] };
    for (const { name, activation, bias } of kinds) {
      place.say(name);
      const model = net({ inputs: INPUTS, hidden: [64, 64], outputs: 10, activation });
      const measure = async (trainer: Trainer): Promise<void> => {
        if (bias) await setBiases(trainer, place.seeds);
        const { f } = float64(activation === "linear" ? "identity" : activation);
        values[name] = [];
        for (const r of place.seeds.keys()) {
          const layers = layersOf(await trainer.weights(r));
          // In float64 even a x + b y must not be rounded to float32.
          const rows = (of: (i: number) => number): number[] =>
            Array.from({ length: ROWS }, (_, row) =>
              forward(
                layers,
                f,
                Array.from({ length: INPUTS }, (_, i) => of(row * INPUTS + i)),
              ),
            ).flat();
          const sides = [rows((i) => A * x[i]! + B * y[i]!), rows((i) => x[i]!), rows((i) => y[i]!)] as const;
          values[name]!.push(residual(...sides));
        }
        if (name !== "linear") return;
        const [whole, left, right] = [
          await trainer.predict(both),
          await trainer.predict(x),
          await trainer.predict(y),
        ];
        const each = whole.data.length / place.seeds.length;
        const part = ({ data }: { data: Float32Array }, r: number): Float32Array =>
          data.subarray(r * each, (r + 1) * each);
        for (const r of place.seeds.keys())
          values["gpu"]!.push(residual(part(whole, r), part(left, r), part(right, r)));
      };
      await place.fresh(model, measure);
    }
    return { values, data: kinds.map(({ name, reference }) => ({ name, reference, values: values[name]! })) };
  },
  figure: (rows) => ({
    caption: {
      en: "Difference between the two sides relative to f(ax + by) (log scale). Mark: reference.",
      ko: "양변의 차이를 f(ax + by)로 나눈 값(로그 눈금). 표시는 참조 결과.",
    },
    panels: [
      {
        kind: "bars",
        value: { label: { en: "relative difference", ko: "상대 차이" }, log: true, from: 1e-17, to: 1 },
        bars: rows.map(({ name, reference, values }) => bar(labels[name], values, reference)),
      },
    ],
  }),
  verdict: (read) => ({
    answer: read("linear").high < 1e-14 && read("biased").low > 0.003 ? "condition" : "fails",
    text: {
      en: "Only without biases: a linear layer with a bias is affine, not linear. Any non-linear activation breaks the equation at once.",
      ko: "편향이 없을 때만 성립한다: 편향이 있는 선형 층은 아핀이며 선형이 아니다. 비선형 활성화 함수는 모두 이 식을 곧바로 깨뜨린다.",
    },
  }),
});

/** Biases of N(0, 0.1²), each replica its own. */
const setBiases = (trainer: Trainer, seeds: readonly number[]): Promise<void> =>
  changeWeights(trainer, (name, values, r) => {
    if (!name.endsWith(".bias")) return;
    values.set(normal(seeds[r]!, 100 + Number(name[0]), values.length).map((v) => 0.1 * v));
  });
