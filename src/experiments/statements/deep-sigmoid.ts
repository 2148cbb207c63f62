import { sgd } from "../../index.ts";
import { defineExperiment } from "../experiment.ts";
import { accuracyOf, bar, point } from "../measures.ts";
import { imageNet } from "../networks.ts";
import { imageRace } from "../lab-races.ts";

const cases = [
  { name: "sigmoid 1", activation: "sigmoid", depth: 1, reference: 0.879 },
  { name: "sigmoid 3", activation: "sigmoid", depth: 3, reference: 0.855 },
  { name: "sigmoid 6", activation: "sigmoid", depth: 6, reference: 0.102 },
  { name: "sigmoid 12", activation: "sigmoid", depth: 12, reference: 0.102 },
  { name: "sigmoid 24", activation: "sigmoid", depth: 24, reference: 0.102 },
  { name: "tanh 24", activation: "tanh", depth: 24, reference: 0.856 },
  { name: "elu 24", activation: "elu", depth: 24, reference: 0.831 },
  { name: "relu 24", activation: "relu", depth: 24, reference: 0.785 },
] as const;

const gates: Readonly<Record<string, { from?: number; to?: number }>> = {
  "sigmoid 1": { from: 0.8 },
  "sigmoid 12": { to: 0.2 },
  "sigmoid 24": { to: 0.2 },
  "tanh 24": { from: 0.7 },
};

export const deepSigmoid = defineExperiment({
  row: 8,
  name: "deep-sigmoid",
  chapter: "sigmoid",
  images: true,
  seconds: [410, 18],
  title: { en: "Deep sigmoid networks do not train", ko: "깊은 시그모이드 신경망은 학습되지 않는다" },
  statement: {
    en: "The gradient vanishes in a deep sigmoid network, so its weights are hardly updated.",
    ko: "기울기가 사라지면 깊은 시그모이드 신경망의 가중치는 거의 갱신되지 않는다.",
  },
  method: {
    en: "784-[64]xD-10 trained by SGD with momentum for 400 steps, each at the best of four learning rates: accuracy on the training images.",
    ko: "784-[64]xD-10을 모멘텀 SGD로 400단계, 네 학습률 가운데 가장 좋은 것으로 학습한 훈련 이미지 정확도.",
  },
  race: {
    ...imageRace(
      Array.from({ length: 6 }, () => 64),
      ["sigmoid", "tanh", "relu"],
      [0.03, 0.1, 0.3],
      5,
    ),
    look: {
      en: "Look at the losses: with six layers sigmoid's stays flat at every rate, tanh's and relu's fall.",
      ko: "손실을 보라: 여섯 층에서 시그모이드는 어느 학습률에서도 내려가지 않고, tanh와 relu는 내려간다.",
    },
  },
  setup: {
    rows: 10_000,
    momentum: 0.9,
    batch: 128,
    steps: 400,
    depths: [1, 3, 6, 12, 24],
    sigmoid: [0.03, 0.1, 0.3, 1],
    others: [0.003, 0.01, 0.03, 0.1],
  },
  quick: { rows: 4000, steps: 200, depths: [1, 3, 6], sigmoid: [0.1, 0.3], others: [0.03] },
  metrics: cases.map(({ name, reference }) => ({
    name,
    label: { en: `training accuracy, ${name} deep`, ko: `훈련 정확도, ${name}층` },
    reference: [reference] as const,
    ...(gates[name] && { gate: gates[name] }),
  })),
  async run(place, { rows, momentum, steps, depths, sigmoid, others }) {
    const { train } = await place.images(rows, 1000);
    const judged = (await place.images(Math.min(rows, 2000), 10)).train;
    const values: Record<string, number[]> = {};
    for (const { name, activation, depth } of cases) {
      if (!(depths as readonly number[]).includes(depth)) continue;
      const optimizer = (lr: number | readonly number[]) => sgd({ lr, momentum });
      const training = { model: imageNet(activation, 64, depth), data: train, steps, optimizer, doing: name };
      const lr = await place.bestRate(
        name,
        activation === "sigmoid" ? sigmoid : others,
        training,
        (trainer) => accuracyOf(trainer, judged),
      );
      values[name] = await place.train({ ...training, lr }, (trainer) => accuracyOf(trainer, train));
    }
    return {
      values,
      data: cases.flatMap(({ name, activation, depth, reference }) =>
        values[name] === undefined ? [] : [{ name, activation, depth, reference, values: values[name] }],
      ),
    };
  },
  figure: (rows) => ({
    caption: {
      en: "Accuracy on the training images after 400 steps at the best learning rate. Chance is 10 %. Mark: reference.",
      ko: "가장 좋은 학습률로 400단계 뒤의 훈련 이미지 정확도. 무작위는 10 %. 표시는 참조 결과.",
    },
    panels: [
      {
        kind: "lines",
        x: { label: { en: "hidden layers", ko: "은닉층 수" }, log: true },
        y: { label: { en: "training accuracy", ko: "훈련 정확도" }, percent: true, from: 0, to: 1 },
        dots: true,
        levels: [{ at: 0.1, name: { en: "chance", ko: "무작위" } }],
        series: [
          {
            name: "sigmoid",
            points: rows
              .filter((r) => r.activation === "sigmoid")
              .map(({ depth, values }) => point(depth, values)),
          },
          {
            name: { en: "reference", ko: "참조 결과" },
            broken: true,
            points: rows
              .filter((r) => r.activation === "sigmoid")
              .map(({ depth, reference }) => [depth, reference] as const),
          },
        ],
      },
      {
        kind: "bars",
        value: { label: { en: "training accuracy", ko: "훈련 정확도" }, percent: true, from: 0, to: 1 },
        levels: [{ at: 0.1, name: { en: "chance", ko: "무작위" } }],
        bars: rows.map(({ name, values, reference }) => bar(name, values, reference)),
      },
    ],
  }),
  verdict: (read) => ({
    answer: read("sigmoid 24").median < 0.2 && read("tanh 24").median > 0.7 ? "holds" : "fails",
    text: {
      en: `One sigmoid layer reaches ${(100 * read("sigmoid 1").median).toFixed(0)} %. Twelve or more stay at chance at any learning rate. Twenty-four tanh layers train to ${(100 * read("tanh 24").median).toFixed(0)} %.`,
      ko: `시그모이드 한 층은 ${(100 * read("sigmoid 1").median).toFixed(0)} %에 이르지만 열두 층 이상은 어떤 학습률로도 무작위에 머문다. tanh는 스물네 층도 ${(100 * read("tanh 24").median).toFixed(0)} %까지 학습된다.`,
    },
  }),
});
