import { sgd } from "../../index.ts";
import { defineExperiment } from "../experiment.ts";
import { accuracyOf, bar } from "../measures.ts";
import { imageNet, normedNet } from "../networks.ts";
import { percent } from "../../report/numbers.ts";

const cases = [
  { name: "none", label: { en: "none", ko: "없음" }, reference: 0.102 },
  { name: "bare", label: { en: "batch norm alone", ko: "배치 정규화만" }, reference: 0.873 },
  { name: "scaled", label: { en: "with scale and shift", ko: "배율과 이동도" }, reference: 0.879 },
] as const;

export const normImages = defineExperiment({
  row: 34,
  name: "norm-images",
  chapter: "norm",
  images: true,
  seconds: [160, 16],
  title: { en: "Batch norm rescues depth: images", ko: "배치 정규화는 깊이를 살린다: 이미지" },
  statement: {
    en: "Batch norm before an activation can take away its non-linearity, and that is bad.",
    ko: "활성화 함수 앞의 배치 정규화는 비선형성을 잃게 할 수 있고, 그것은 나쁘다.",
  },
  method: {
    en: "{depth} sigmoid layers of {width} on {rows} images by SGD with momentum for {steps} steps, each at the best of a few learning rates: without batch norm, with batch norm but no scale and shift, and with both. Accuracy on the training images.",
    ko: "너비 {width}의 시그모이드 {depth}개 층을 이미지 {rows}장에서 모멘텀 SGD로 {steps}단계, 몇 학습률 가운데 가장 좋은 것으로 학습한다: 배치 정규화가 없을 때, 배율과 이동 없이 있을 때, 함께 있을 때의 훈련 이미지 정확도.",
  },
  setup: {
    rows: 10_000,
    batch: 128,
    momentum: 0.9,
    steps: 400,
    searchSteps: 150,
    depth: 10,
    width: 64,
    lrs: [0.03, 0.1, 0.3],
  },
  quick: { rows: 3000, steps: 60, lrs: [0.1] },
  metrics: [
    ...cases.map(({ name, label, reference }) => ({
      name,
      label: { en: `training accuracy, ${label.en}`, ko: `훈련 정확도, ${label.ko}` },
      notation: "percent" as const,
      reference: [reference] as const,
      ...(name === "none" ? { gate: { to: 0.2 } } : name === "bare" ? { gate: { from: 0.7 } } : {}),
    })),
    {
      name: "gain",
      label: { en: "gain from scale and shift", ko: "배율과 이동의 이득" },
      notation: "percent",
      reference: [0.006],
      gate: { to: 0.05 },
    },
    {
      name: "gamma",
      label: { en: "learned scale, mean magnitude", ko: "배운 배율, 평균 크기" },
      reference: [1],
    },
  ],
  notes: [
    {
      en: "Ioffe and Szegedy 2015: normalised inputs would confine a sigmoid to its linear regime. Ten layers add up what little curvature is left, and images need little of it.",
      ko: "Ioffe와 Szegedy 2015: 정규화한 입력은 시그모이드를 선형 구간에 묶는다. 그러나 열 층이면 남은 굽음이 쌓이고, 이미지에는 그것으로 충분하다.",
    },
  ],
  async run(place, { rows, batch, momentum, steps, searchSteps, depth, width, lrs }) {
    const { train } = await place.images(rows, 10);
    const hidden = Array.from({ length: depth }, () => width);
    const values: Record<string, number[]> = {};
    for (const { name, label } of cases) {
      const layers = { inputs: 784, hidden, outputs: 10, activation: "sigmoid" };
      const training = {
        model: name === "none" ? imageNet("sigmoid", width, depth) : normedNet(layers, name === "scaled"),
        data: train,
        batch,
        steps,
        optimizer: (lr: number | readonly number[]) => sgd({ lr, momentum }),
        doing: label.en,
      };
      const lr = await place.bestRate(name, lrs, { ...training, steps: searchSteps }, (trainer) =>
        accuracyOf(trainer, train),
      );
      await place.train({ ...training, lr }, async (trainer) => {
        values[name] = await accuracyOf(trainer, train);
        if (name !== "scaled") return;
        values["gamma"] = [];
        for (const r of place.seeds.keys()) {
          const weights = await trainer.weights(r);
          const scales = hidden.flatMap((_, i) => [...weights.get(`${3 * i + 1}.weight`)!.data]);
          values["gamma"].push(scales.reduce((sum, v) => sum + Math.abs(v), 0) / scales.length);
        }
      });
    }
    values["gain"] = values["scaled"]!.map((v, r) => v - values["bare"]![r]!);
    return {
      values,
      data: cases.map(({ name, label, reference }) => ({ label, reference, values: values[name]! })),
    };
  },
  figure: (rows) => ({
    caption: {
      en: "Training accuracy of {depth} sigmoid layers, by what precedes each. Chance is 10 %. Mark: reference.",
      ko: "시그모이드 {depth}개 층의 훈련 이미지 정확도, 층마다 앞에 둔 것에 따라. 무작위는 10 %. 표시는 참조 결과.",
    },
    panels: [
      {
        kind: "bars",
        value: { label: { en: "training accuracy", ko: "훈련 정확도" }, percent: true, from: 0, to: 1 },
        levels: [{ at: 0.1, name: { en: "chance", ko: "무작위" } }],
        bars: rows.map(({ label, values, reference }) => bar(label, values, reference)),
      },
    ],
  }),
  verdict(read) {
    const [none, bare, scaled] = [read("none"), read("bare"), read("scaled")].map((s) => percent(s.median));
    return {
      answer:
        read("bare").median - read("none").median > 0.3 && read("gain").median < 0.05 ? "fails" : "holds",
      text: {
        en: `Not here: {depth} sigmoid layers stay at ${none} without batch norm and reach ${bare} with it, although nothing undoes its normalisation. With a scale and shift they reach ${scaled}: on images these hardly matter.`,
        ko: `여기서는 아니다: 배치 정규화가 없으면 시그모이드 {depth}개 층은 ${none}에 머물지만, 있으면 정규화를 되돌릴 것이 없어도 ${bare}에 이른다. 배율과 이동까지 두면 ${scaled}로, 이미지에서는 거의 차이가 없다.`,
      },
    };
  },
});
