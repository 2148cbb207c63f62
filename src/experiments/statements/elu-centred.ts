import { centredCaption, meanOverStd } from "../centred.ts";
import { defineExperiment } from "../experiment.ts";
import { bar } from "../measures.ts";

const cases = [
  { name: "elu", reference: [0.21, 0.08, 0.24] },
  { name: "relu", reference: [0.6] },
  { name: "leaky_relu", reference: [0.59] },
  { name: "sigmoid", reference: [1.13] },
  { name: "tanh", reference: [-0.01] },
] as const;

export const eluCentred = defineExperiment({
  row: 20,
  name: "elu-centred",
  chapter: "relu",
  images: true,
  seconds: [85, 10],
  title: { en: "ELU's outputs are nearer to zero mean", ko: "ELU의 출력은 0에 더 가깝다" },
  statement: {
    en: "ELU's outputs are nearly centred at zero.",
    ko: "ELU의 출력은 거의 0을 중심으로 한다.",
  },
  method: {
    en: "First hidden layer of trained 784-[64]x2-10 networks: mean of the outputs over their standard deviation.",
    ko: "학습한 784-[64]x2-10의 첫 은닉층 출력에서 평균/표준편차를 구한다.",
  },
  setup: {
    rows: 10_000,
    batch: 128,
    steps: 780,
    lr: { elu: 0.1, relu: 0.1, leaky_relu: 0.1, sigmoid: 0.5, tanh: 0.1 },
    looked: 2000,
  },
  quick: { rows: 4000, steps: 150, looked: 1000 },
  metrics: [
    ...cases.map(({ name, reference }) => ({
      name,
      label: { en: `mean / std, ${name}`, ko: `평균/표준편차, ${name}` },
      reference: reference as readonly [number] | readonly [number, number, number],
    })),
    {
      name: "nearer",
      label: { en: "relu's over elu's magnitude", ko: "relu 크기 나누기 elu 크기" },
      reference: [3],
      gate: { from: 1.5 },
    },
  ],
  async run(place, { rows, steps, lr, looked }) {
    const { train } = await place.images(rows, 1000);
    const values: Record<string, number[]> = {};
    for (const { name } of cases) {
      values[name] = await meanOverStd(place, name, train, { steps, lr: lr[name], looked });
    }
    values["nearer"] = place.seeds.map((_, r) => Math.abs(values["relu"]![r]! / values["elu"]![r]!));
    return {
      values,
      data: cases.map(({ name, reference }) => ({ name, reference: reference[0], values: values[name]! })),
    };
  },
  figure: (rows) => ({
    caption: centredCaption,
    panels: [
      {
        kind: "bars",
        value: { label: { en: "mean / standard deviation", ko: "평균/표준편차" } },
        bars: rows.map(({ name, values, reference }) => bar(name, values, reference)),
      },
    ],
  }),
  verdict: (read) => ({
    answer: read("nearer").median > 1.5 ? "condition" : "fails",
    text: {
      en: `Nearer, not centred: ELU's mean is ${read("elu").median.toFixed(2)} standard deviations, relu's ${read("relu").median.toFixed(2)}. Only tanh is centred at zero.`,
      ko: `가깝지만 중심은 아니다: 평균이 ELU는 표준편차의 ${read("elu").median.toFixed(2)}배, relu는 ${read("relu").median.toFixed(2)}배다. 0을 중심으로 하는 것은 tanh뿐이다.`,
    },
  }),
});
