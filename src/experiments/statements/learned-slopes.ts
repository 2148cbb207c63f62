import { sgd } from "../../index.ts";
import { pooled, smallCnn, two } from "../cnn.ts";
import { defineExperiment } from "../experiment.ts";
import { accuracyOf, bar, point } from "../measures.ts";
import { percent } from "../../report/numbers.ts";

/** The prelu layers of the network, first to last, with what each slope came to. */
const slopes = [
  { name: "first", layer: "2", en: "first", ko: "첫째", reference: [0.58, 0.3, 0.82] },
  { name: "second", layer: "5", en: "second", ko: "둘째", reference: [0.38, 0.37, 0.47] },
  { name: "third", layer: "9", en: "third", ko: "셋째", reference: [0.07, 0.07, 0.13] },
] as const;

const tests = [
  { name: "prelu", activation: "prelu", reference: [0.853, 0.848, 0.857] },
  { name: "relu", activation: "relu", reference: [0.836] },
] as const;

export const learnedSlopes = defineExperiment({
  row: 19,
  name: "learned-slopes",
  chapter: "relu",
  images: true,
  seconds: [255, 8],
  title: { en: "PReLU learns its slope", ko: "PReLU는 기울기를 배운다" },
  statement: {
    en: "PReLU learns its slope below 0 along with the weights.",
    ko: "PReLU는 음수 쪽 기울기를 가중치와 함께 학습한다.",
  },
  method: {
    en: "A small convolutional network (16 and 32 channels, 32 hidden units) on images of 14 x 14, one slope per layer, starting at 0.25, SGD with momentum; relu for comparison.",
    ko: "14 x 14 이미지의 작은 합성곱 신경망(채널 16과 32, 은닉 유닛 32)에서 층마다 기울기 하나를 0.25에서 시작해 모멘텀 SGD로 학습하고, relu를 나란히 둔다.",
  },
  notes: [
    {
      en: "With a third convolution of 32 channels instead of the hidden units, the last slope ends at 0.05, but at this learning rate one of three seeds diverges.",
      ko: "은닉 유닛 대신 32채널의 셋째 합성곱을 두면 마지막 기울기는 0.05가 되지만, 이 학습률에서 시드 셋 중 하나가 발산한다.",
    },
    {
      en: "He, Zhang, Ren, Sun 2015 report the same pattern, a large slope in the first layer and a small one in the last, and a top-1 error 1.2 points lower on ImageNet.",
      ko: "He, Zhang, Ren, Sun 2015도 첫 층의 기울기가 크고 마지막 층의 기울기가 작으며, ImageNet top-1 오류가 1.2포인트 줄었다고 했다.",
    },
  ],
  setup: {
    rows: 10_000,
    tests: 10_000,
    batch: 128,
    hidden: 32,
    momentum: 0.9,
    lr: 0.03,
    steps: 600,
    slope: 0.25,
    every: 50,
  },
  quick: { rows: 1500, tests: 500, steps: 20, every: 10 },
  metrics: [
    ...slopes.map(({ name, en, ko, reference }) => ({
      name,
      label: { en: `slope, ${en} layer`, ko: `기울기, ${ko} 층` },
      reference,
    })),
    ...tests.map(({ name, reference }) => ({
      name: `test ${name}`,
      label: { en: `test accuracy, ${name}`, ko: `시험 정확도, ${name}` },
      notation: "percent" as const,
      reference,
    })),
    {
      name: "falls",
      label: { en: "slope, first minus last layer", ko: "기울기, 첫 층 빼기 마지막 층" },
      reference: [0.45],
      gate: { from: 0.05, fashion: true },
    },
  ],
  async run(place, { rows, tests: count, hidden, momentum, lr, steps, slope, every }) {
    const images = await place.images(rows, count);
    const [data, test] = [pooled(images.train), pooled(images.test)];
    const values: Record<string, number[]> = {};
    const curve: { step: number; slopes: number[][] }[] = [];
    for (const { name, activation } of tests) {
      const training = {
        model: smallCnn(name === "prelu" ? `prelu:a=${slope}` : activation, two, { hidden }),
        data,
        steps: name === "prelu" ? 0 : steps,
        lr,
        optimizer: (rate: number | readonly number[]) => sgd({ lr: rate, momentum }),
        doing: name,
      };
      await place.train(training, async (trainer) => {
        for (let step = 0; name === "prelu" && step <= steps; step += every) {
          if (step > 0)
            await trainer.fit(data, {
              steps: every,
              budgetMs: 500,
              onDiverged: "freeze",
              signal: place.signal,
            });
          place.say(name, [step, steps]);
          const weights = await Promise.all(place.seeds.map((_, r) => trainer.weights(r)));
          curve.push({
            step,
            slopes: slopes.map(({ layer }) => weights.map((w) => w.get(`${layer}.weight`)!.data[0]!)),
          });
        }
        values[`test ${name}`] = await accuracyOf(trainer, test);
      });
    }
    const last = curve.at(-1)!.slopes;
    for (const [i, { name }] of slopes.entries()) values[name] = last[i]!;
    values["falls"] = last[0]!.map((v, r) => v - last[2]![r]!);
    return { values, data: { values, curve } };
  },
  figure: ({ values, curve }) => ({
    caption: {
      en: "First: the slopes below 0 during training. Second: test accuracy; mark: reference.",
      ko: "첫째: 학습 중 음수 쪽 기울기. 둘째: 시험 정확도, 표시는 참조 결과.",
    },
    panels: [
      {
        kind: "lines",
        x: { label: { en: "step", ko: "단계" } },
        y: { label: { en: "slope below 0", ko: "음수 쪽 기울기" } },
        series: slopes.map(({ en, ko }, i) => ({
          name: { en: `${en} layer`, ko: `${ko} 층` },
          points: curve.map((c) => point(c.step, c.slopes[i]!)),
        })),
      },
      {
        kind: "bars",
        value: { label: { en: "test accuracy", ko: "시험 정확도" }, percent: true, from: 0.7, to: 0.9 },
        bars: tests.map(({ name, reference }) => bar(name, values[`test ${name}`]!, reference[0])),
      },
    ],
  }),
  verdict(read) {
    const [first, last] = [read("first").median, read("third").median];
    return {
      answer: Math.abs(first - 0.25) > 0.02 || Math.abs(last - 0.25) > 0.02 ? "holds" : "fails",
      text: {
        en: `From 0.25 the slopes go to ${slopes.map(({ name }) => read(name).median.toFixed(2)).join(", ")}: ${first > last ? "large where edges of either sign matter, small where a feature is present or absent" : "here the first layer does not end above the last"}. Test accuracy is ${percent(read("test prelu").median)} with PReLU, ${percent(read("test relu").median)} with relu.`,
        ko: `기울기는 0.25에서 ${slopes.map(({ name }) => read(name).median.toFixed(2)).join(", ")}로 간다: ${first > last ? "양쪽 부호의 경계가 모두 중요한 앞 층에서는 크고, 특징의 유무를 가리는 뒤 층에서는 작다" : "여기서는 첫 층이 마지막 층보다 크게 끝나지 않는다"}. 시험 정확도는 PReLU ${percent(read("test prelu").median)}, relu ${percent(read("test relu").median)}이다.`,
      },
    };
  },
});
