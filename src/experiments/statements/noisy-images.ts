import { normal, streamOf } from "../../core/random.ts";
import { type ClassDataset, featuresOf } from "../../index.ts";
import { defineExperiment } from "../experiment.ts";
import { accuracyOf, bar, point } from "../measures.ts";
import { imageNet } from "../networks.ts";
import { percent } from "../../report/numbers.ts";

const cases = [
  // oxlint-disable-next-line approx-constant -- an accuracy that was measured
  { name: "relu", activation: "relu", clean: 0.837, noisy: 0.707 },
  { name: "leaky", activation: "leaky_relu", clean: 0.835, noisy: 0.706 },
  { name: "tanh", activation: "tanh", clean: 0.838, noisy: 0.727 },
  { name: "sigmoid", activation: "sigmoid", clean: 0.836, noisy: 0.775 },
] as const;

/** Normalised images with N(0, level²) added to each pixel. */
function withNoise(images: ClassDataset, level: number): ClassDataset {
  const { normalise: _, ...rest } = images;
  const x = featuresOf(images);
  const noise = normal(0, streamOf("noisy images"), x.length);
  return { ...rest, x: x.map((v, i) => v + level * noise[i]!) };
}

export const noisyImages = defineExperiment({
  row: 31,
  name: "noisy-images",
  chapter: "relu",
  images: true,
  seconds: [60, 7],
  title: { en: "Do zeros remove noise?", ko: "0이 잡음을 없애는가?" },
  statement: {
    en: "ReLU's exact zeros remove noise.",
    ko: "ReLU가 내는 0은 잡음을 없앤다.",
  },
  method: {
    en: "784-[64]x2-10 trained on clean images; noise from N(0, 1) is added to every normalised pixel of the test images.",
    ko: "깨끗한 이미지로 784-[64]x2-10을 학습하고, 시험 이미지의 정규화된 픽셀마다 N(0, 1)을 더한다.",
  },
  setup: {
    rows: 10_000,
    tests: 10_000,
    batch: 128,
    steps: 780,
    lr: { relu: 0.1, leaky: 0.1, tanh: 0.1, sigmoid: 0.5 },
    levels: [0.5, 1, 1.5],
  },
  quick: { rows: 4000, tests: 1000, steps: 120, levels: [1] },
  metrics: [
    ...cases.flatMap(({ name, clean, noisy }) => [
      {
        name: `${name} clean`,
        label: { en: `${name}, clean`, ko: `${name}, 잡음 없음` },
        notation: "percent" as const,
        reference: [clean] as const,
      },
      {
        name: `${name} noisy`,
        label: { en: `${name}, with noise`, ko: `${name}, 잡음 있음` },
        notation: "percent" as const,
        reference: [noisy] as const,
      },
    ]),
    {
      name: "gain",
      label: {
        en: "relu minus the best other, with noise",
        ko: "relu 빼기 나머지 중 최고, 잡음 있음",
      },
      reference: [-0.068],
      gate: { to: 0, fashion: true },
    },
  ],
  async run(place, { rows, tests, steps, lr, levels }) {
    const { train, test } = await place.images(rows, tests);
    place.say("noise");
    const sets = new Map([0, ...levels].map((level) => [level, level === 0 ? test : withNoise(test, level)]));
    const values: Record<string, number[]> = {};
    const lines: { name: string; points: { level: number; accuracy: number[] }[] }[] = [];
    for (const { name, activation } of cases) {
      const training = { model: imageNet(activation, 64, 2), data: train, steps, lr: lr[name], doing: name };
      await place.train(training, async (trainer) => {
        const points: { level: number; accuracy: number[] }[] = [];
        for (const [level, set] of sets) points.push({ level, accuracy: await accuracyOf(trainer, set) });
        lines.push({ name, points });
        values[`${name} clean`] = points[0]!.accuracy;
        values[`${name} noisy`] = points.find(({ level }) => level === 1)!.accuracy;
      });
    }
    const [relu, ...others] = cases.map(({ name }) => values[`${name} noisy`]!);
    values["gain"] = relu!.map((own, r) => own - Math.max(...others.map((o) => o[r]!)));
    return { values, data: lines };
  },
  figure: (lines) => ({
    caption: {
      en: "First: test accuracy as the noise grows. Second: with noise from N(0, 1); mark: reference.",
      ko: "첫째: 잡음이 커질 때의 시험 정확도. 둘째: N(0, 1)일 때, 표시는 참조 결과.",
    },
    panels: [
      {
        kind: "lines",
        x: { label: { en: "standard deviation of the noise", ko: "잡음의 표준편차" } },
        y: { label: { en: "test accuracy", ko: "시험 정확도" }, percent: true, to: 0.9 },
        dots: true,
        series: lines.map(({ name, points }) => ({
          name,
          points: points.map(({ level, accuracy }) => point(level, accuracy)),
        })),
      },
      {
        kind: "bars",
        value: {
          label: { en: "test accuracy, noise 1", ko: "시험 정확도, 잡음 1" },
          percent: true,
          from: 0,
          to: 1,
        },
        bars: lines.map(({ name, points }, i) =>
          bar(name, points.find(({ level }) => level === 1)!.accuracy, cases[i]!.noisy),
        ),
      },
    ],
  }),
  verdict(read) {
    const [relu, sigmoid] = [read("relu noisy").median, read("sigmoid noisy").median];
    return {
      answer: read("gain").median > 0 ? "holds" : "fails",
      text: {
        en: `Noise takes relu from ${percent(read("relu clean").median)} to ${percent(relu)}, and sigmoid, which has no zeros at all, from ${percent(read("sigmoid clean").median)} to ${percent(sigmoid)}. ${read("gain").median > 0 ? "Here relu withstands it best." : "Zeros do not remove noise: relu passes on everything above 0, while a saturating function holds it back."}`,
        ko: `잡음을 더하면 relu는 ${percent(read("relu clean").median)}에서 ${percent(relu)}로, 0이 전혀 없는 시그모이드는 ${percent(read("sigmoid clean").median)}에서 ${percent(sigmoid)}로 떨어진다. ${read("gain").median > 0 ? "여기서는 relu가 가장 잘 견딘다." : "0은 잡음을 없애지 않는다. relu는 0보다 큰 것을 그대로 내보내고, 포화하는 함수가 오히려 잡음을 누른다."}`,
      },
    };
  },
});
