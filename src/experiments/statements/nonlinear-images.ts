import { defineExperiment } from "../experiment.ts";
import { accuracyOf, bar } from "../measures.ts";
import { imageNet } from "../networks.ts";
import { imageRace } from "../lab-races.ts";

const cases = [
  { name: "linear", test: 0.82, train: 0.865 },
  { name: "relu", test: 0.843, train: 0.93 },
  { name: "tanh", test: 0.842, train: 0.92 },
  { name: "sigmoid", test: 0.843, train: 0.91 },
] as const;

export const nonlinearImages = defineExperiment({
  row: 4,
  name: "nonlinear-images",
  chapter: "linear",
  images: true,
  seconds: [95, 17],
  title: { en: "Non-linear classifies better: images", ko: "비선형이 더 잘 분류한다: 이미지" },
  statement: {
    en: "With a non-linear activation a network classifies better than a linear one.",
    ko: "비선형 활성화 함수를 쓰면 선형보다 더 잘 분류한다.",
  },
  method: {
    en: "784-[64]x2-10 on 10,000 images, SGD, each activation at its own learning rate.",
    ko: "784-[64]x2-10을 이미지 10,000장에서 활성화 함수마다 알맞은 학습률의 SGD로 학습한다.",
  },
  race: {
    ...imageRace([64, 64], ["identity", "relu", "tanh", "sigmoid"], [0.02, 0.1, 0.5]),
    look: {
      en: "Look at the verdict: identity falls behind, the others lie close together.",
      ko: "판정을 보라: identity가 뒤처지고 나머지는 서로 가깝다.",
    },
  },
  setup: {
    rows: 10_000,
    tests: 10_000,
    batch: 128,
    steps: 1560,
    lr: { linear: 0.02, relu: 0.1, tanh: 0.1, sigmoid: 0.5 },
  },
  quick: { rows: 5000, tests: 4000, steps: 300 },
  metrics: [
    ...cases.flatMap(({ name, test, train }) => [
      {
        name: `${name} test`,
        label: { en: `${name}, test`, ko: `${name}, 시험` },
        reference: [test] as const,
      },
      {
        name: `${name} train`,
        label: { en: `${name}, training`, ko: `${name}, 훈련` },
        reference: [train] as const,
      },
    ]),
    {
      name: "gain",
      label: { en: "worst non-linear minus linear, test", ko: "가장 낮은 비선형 빼기 선형, 시험" },
      reference: [0.022],
      gate: { from: 0.005 },
    },
  ],
  async run(place, { rows, tests, steps, lr }) {
    const { train, test } = await place.images(rows, tests);
    const values: Record<string, number[]> = {};
    for (const { name } of cases) {
      await place.train(
        { model: imageNet(name, 64, 2), data: train, steps, lr: lr[name], doing: name },
        async (trainer) => {
          values[`${name} test`] = await accuracyOf(trainer, test);
          values[`${name} train`] = await accuracyOf(trainer, train);
        },
      );
    }
    const others = cases.slice(1).map(({ name }) => values[`${name} test`]!);
    values["gain"] = place.seeds.map(
      (_, r) => Math.min(...others.map((own) => own[r]!)) - values["linear test"]![r]!,
    );
    return {
      values,
      data: cases.map(({ name, test: t, train: s }) => ({
        name,
        test: values[`${name} test`]!,
        train: values[`${name} train`]!,
        references: [t, s],
      })),
    };
  },
  figure: (rows) => ({
    caption: {
      en: "Accuracy on test images and on the training images. Mark: reference, on Fashion-MNIST.",
      ko: "시험 이미지와 훈련 이미지의 정확도. 표시는 Fashion-MNIST의 참조 결과.",
    },
    panels: (["test", "train"] as const).map((part, k) => ({
      kind: "bars" as const,
      title: part === "test" ? { en: "test", ko: "시험" } : { en: "training", ko: "훈련" },
      value: { label: { en: "accuracy", ko: "정확도" }, percent: true, from: 0.6, to: 1 },
      bars: rows.map((row) => bar(row.name, row[part], row.references[k])),
    })),
  }),
  verdict: (read) => ({
    answer: read("gain").median > 0.005 ? "holds" : "fails",
    text: {
      en: `With any of the three, two hidden layers gain at least ${(100 * read("gain").median).toFixed(1)} points of test accuracy over the linear network. On images that is modest: a linear map already gets most of what there is to get.`,
      ko: `은닉층 둘에 세 함수 가운데 무엇을 써도 선형보다 시험 정확도가 적어도 ${(100 * read("gain").median).toFixed(1)} 포인트 높다. 이미지에서는 크지 않은 차이다: 대부분은 선형 사상으로도 얻어진다.`,
    },
  }),
});
