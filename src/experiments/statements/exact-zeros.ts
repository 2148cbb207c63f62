import { type Trainer, inspect, probes, type Dataset } from "../../index.ts";
import { defineExperiment } from "../experiment.ts";
import { bar } from "../measures.ts";
import { imageNet } from "../networks.ts";
import { imageRace } from "../lab-races.ts";

const activations = ["relu", "sigmoid", "tanh", "elu"] as const;

/** Shares over both hidden layers, one per replica: exactly 0, and below 0.01. */
async function zerosOf(trainer: Trainer, images: Dataset): Promise<{ exact: number[]; small: number[] }> {
  const [exact, small] = [probes.zeros(), probes.zeros({ below: 0.01 })];
  const look = await inspect(trainer, images, { keep: false, probes: [exact, small] });
  look.run();
  const mean = async ({ name }: { name: string }): Promise<number[]> => {
    const found = await look.numbers(name);
    return found["1"]!.map((v, r) => (v + found["3"]![r]!) / 2);
  };
  const shares = { exact: await mean(exact), small: await mean(small) };
  look.dispose();
  return shares;
}

export const exactZeros = defineExperiment({
  row: 30,
  name: "exact-zeros",
  chapter: "relu",
  images: true,
  seconds: [45, 9],
  title: { en: "ReLU gives exact zeros", ko: "ReLU는 정확한 0을 낸다" },
  statement: {
    en: "ReLU outputs exact zeros: its activity is sparse.",
    ko: "ReLU의 출력에는 정확한 0이 많다: 활성이 희소하다.",
  },
  method: {
    en: "Share of 784-[64]x2-10's hidden outputs that are exactly 0 over 2,000 images, before and after training.",
    ko: "이미지 2,000장에서 784-[64]x2-10의 은닉 출력 가운데 정확히 0인 비율을 학습 전후에 잰다.",
  },
  notes: [
    {
      en: "In a convolutional network the share grows with depth: the experiment on swapped activations measures 57 % and 83 % (reference) after the first and second convolution. Glorot, Bordes, Bengio 2011: 50 % at the start.",
      ko: "합성곱 신경망에서는 뒤로 갈수록 비율이 커진다: 활성화 함수를 바꾸는 실험에서 두 합성곱 뒤의 값(참조 57 %, 83 %)을 잰다. Glorot, Bordes, Bengio 2011: 처음에 50 %.",
    },
  ],
  race: {
    ...imageRace([64, 64], ["relu", "sigmoid", "tanh", "elu"], [0.1, 0.5], 10),
    look: {
      en: "Look at Inside: about half of relu's outputs are exactly 0, and none of the others'.",
      ko: "‘내부’를 보라: relu의 출력은 절반쯤이 정확히 0이고 다른 함수의 출력에는 없다.",
    },
  },
  setup: {
    rows: 10_000,
    batch: 128,
    steps: 780,
    lr: { relu: 0.1, sigmoid: 0.5, tanh: 0.1, elu: 0.1 },
    looked: 2000,
  },
  quick: { rows: 4000, steps: 150, looked: 1000 },
  metrics: [
    {
      name: "relu before",
      label: { en: "relu, before training", ko: "relu, 학습 전" },
      notation: "percent",
      reference: [0.46],
      gate: { from: 0.35, to: 0.65 },
    },
    {
      name: "relu after",
      label: { en: "relu, trained", ko: "relu, 학습 후" },
      notation: "percent",
      reference: [0.56],
      gate: { from: 0.4, to: 0.8 },
    },
    ...(["sigmoid", "tanh", "elu"] as const).map((name) => ({
      name: `${name} after`,
      label: { en: `${name}, trained`, ko: `${name}, 학습 후` },
      notation: "percent" as const,
      reference: [0] as const,
      gate: { to: 0.001 },
    })),
    {
      name: "sigmoid small",
      label: { en: "sigmoid below 0.01, trained", ko: "시그모이드 0.01 미만, 학습 후" },
      notation: "percent",
      reference: [0.14],
    },
  ],
  async run(place, { rows, steps, lr, looked }) {
    const { train } = await place.images(rows, 1000);
    const seen = (await place.images(looked, 10)).train;
    const values: Record<string, number[]> = {};
    for (const name of activations) {
      const model = imageNet(name, 64, 2);
      values[`${name} before`] = (await place.fresh(model, (trainer) => zerosOf(trainer, seen))).exact;
      await place.train({ model, data: train, steps, lr: lr[name], doing: name }, async (trainer) => {
        const { exact, small } = await zerosOf(trainer, seen);
        values[`${name} after`] = exact;
        if (name === "sigmoid") values["sigmoid small"] = small;
      });
    }
    return {
      values,
      data: activations.map((name) => ({
        name,
        before: values[`${name} before`]!,
        after: values[`${name} after`]!,
      })),
    };
  },
  figure: (rows) => ({
    caption: {
      en: "Share of hidden outputs that are exactly 0. Mark: reference.",
      ko: "은닉 출력 가운데 정확히 0인 비율. 표시는 참조 결과.",
    },
    panels: (["before", "after"] as const).map((when) => ({
      kind: "bars" as const,
      title: when === "before" ? { en: "before training", ko: "학습 전" } : { en: "trained", ko: "학습 후" },
      value: { label: { en: "exact zeros", ko: "정확한 0" }, percent: true, from: 0, to: 1 },
      bars: rows.map((row) =>
        bar(row.name, row[when], row.name === "relu" ? (when === "before" ? 0.46 : 0.56) : 0),
      ),
    })),
  }),
  verdict: (read) => ({
    answer: read("relu after").median > 0.3 && read("tanh after").median < 0.01 ? "holds" : "fails",
    text: {
      en: `About half of a relu network's hidden outputs are exactly 0 at the start, and ${(100 * read("relu after").median).toFixed(0)} % after training. Sigmoid, tanh and ELU output none.`,
      ko: `relu 신경망의 은닉 출력은 처음에 절반쯤, 학습 후에는 ${(100 * read("relu after").median).toFixed(0)} %가 정확히 0이다. 시그모이드, tanh, ELU에는 없다.`,
    },
  }),
});
