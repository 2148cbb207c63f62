import { defineExperiment } from "../experiment.ts";
import { accuracyOf, point } from "../measures.ts";
import { imageNet } from "../networks.ts";
import { imageRace } from "../lab-races.ts";

export const linearLearns = defineExperiment({
  row: 5,
  name: "linear-learns",
  chapter: "backward",
  images: true,
  seconds: [50, 8],
  title: { en: "A constant derivative still learns", ko: "도함수가 상수여도 학습은 된다" },
  statement: {
    en: "With a linear activation the derivative is a constant, so back-propagation does not learn.",
    ko: "선형 활성화 함수는 도함수가 상수라서 역전파로 학습되지 않는다.",
  },
  method: {
    en: "A linear network with eight hidden layers of 64, trained by SGD on 10,000 images: its accuracy during training.",
    ko: "너비 64의 은닉층이 여덟 개인 선형 신경망을 이미지 10,000장에서 SGD로 학습하며 정확도를 지켜본다.",
  },
  race: {
    ...imageRace(
      Array.from({ length: 8 }, () => 64),
      ["identity"],
      [0.02],
    ),
    look: {
      en: "Look at the loss: it falls, although the derivative is the same everywhere.",
      ko: "손실을 보라: 도함수가 어디서나 같아도 내려간다.",
    },
  },
  setup: { rows: 10_000, tests: 10_000, depth: 8, batch: 128, lr: 0.02, steps: 1560, looks: 12 },
  quick: { rows: 4000, tests: 2000, steps: 300, looks: 5 },
  metrics: [
    { name: "start", label: { en: "test accuracy before", ko: "학습 전 시험 정확도" }, gate: { to: 0.25 } },
    {
      name: "train",
      label: { en: "training accuracy after", ko: "학습 후 훈련 정확도" },
      reference: [0.861],
      gate: { from: 0.8 },
    },
    {
      name: "test",
      label: { en: "test accuracy after", ko: "학습 후 시험 정확도" },
      reference: [0.817],
      gate: { from: 0.75 },
    },
  ],
  notes: [
    {
      en: "Saxe et al. 2013: deep linear networks even have non-linear learning dynamics, because the weights of all layers multiply.",
      ko: "Saxe 등 2013: 깊은 선형 신경망은 모든 층의 가중치가 곱해지므로 학습 과정이 오히려 비선형적이다.",
    },
  ],
  async run(place, { rows, tests, depth, lr, steps, looks }) {
    const { train, test } = await place.images(rows, tests);
    const curve: { step: number; accuracy: number[] }[] = [];
    const every = Math.ceil(steps / looks);
    const values: Record<string, number[]> = {};
    const training = {
      model: imageNet("linear", 64, depth),
      data: train,
      steps: 0,
      lr,
      doing: "8 linear layers",
    };
    await place.train(training, async (trainer) => {
      for (let step = 0; ;) {
        curve.push({ step, accuracy: await accuracyOf(trainer, test) });
        if (step >= steps) break;
        const count = Math.min(every, steps - step);
        place.say("8 hidden", [step, steps]);
        await trainer.fit(train, { steps: count, budgetMs: 500, onDiverged: "freeze", signal: place.signal });
        step += count;
      }
      values["train"] = await accuracyOf(trainer, train);
    });
    values["start"] = curve[0]!.accuracy;
    values["test"] = curve.at(-1)!.accuracy;
    return { values, data: curve };
  },
  figure: (curve) => ({
    caption: {
      en: "Test accuracy of a linear network of eight hidden layers during training.",
      ko: "은닉층이 여덟 개인 선형 신경망의 학습 중 시험 정확도.",
    },
    panels: [
      {
        kind: "lines",
        x: { label: { en: "step", ko: "단계" } },
        y: { label: { en: "test accuracy", ko: "시험 정확도" }, percent: true, from: 0, to: 1 },
        dots: true,
        levels: [{ at: 0.1, name: { en: "chance", ko: "무작위" } }],
        series: [
          {
            name: { en: "8 linear layers", ko: "선형 8층" },
            points: curve.map(({ step, accuracy }) => point(step, accuracy)),
          },
        ],
      },
    ],
  }),
  verdict: (read) => ({
    answer: read("test").median > 0.7 ? "fails" : "holds",
    text: {
      en: `It does learn: test accuracy goes from ${(100 * read("start").median).toFixed(0)} % to ${(100 * read("test").median).toFixed(0)} %. It just cannot do better than the best linear map.`,
      ko: `학습된다: 시험 이미지의 ${(100 * read("start").median).toFixed(0)} %에서 ${(100 * read("test").median).toFixed(0)} %로 오른다. 못 하는 것은 가장 좋은 선형 사상보다 더 배우는 일이다.`,
    },
  }),
});
