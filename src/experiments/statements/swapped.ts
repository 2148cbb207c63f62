import { inspect, probes, sgd } from "../../index.ts";
import { pooled, smallCnn, two } from "../cnn.ts";
import { defineExperiment } from "../experiment.ts";
import { accuracyOf, bar, changeWeights } from "../measures.ts";
import { percent } from "../../report/numbers.ts";

const swaps = [
  { name: "relu", activation: "relu", label: "max(x, 0)", reference: 0.844 },
  { name: "identity", activation: "linear", label: "x", reference: 0.49 },
  { name: "absolute", activation: "abs(x)", label: "|x|", reference: 0.1 },
  { name: "negatives", activation: "min(x, 0)", label: "min(x, 0)", reference: 0.25 },
] as const;

const shares = [
  { name: "init conv1", en: "first, untrained", ko: "첫째, 학습 전", reference: 0.5 },
  { name: "conv1", en: "first, trained", ko: "첫째, 학습 후", reference: 0.57 },
  { name: "conv2", en: "second, trained", ko: "둘째, 학습 후", reference: 0.83 },
] as const;

/** The relu layers of the network. */
const layers = ["2", "5"] as const;

export const swapped = defineExperiment({
  row: 35,
  name: "swapped",
  chapter: "relu",
  images: true,
  seconds: [80, 7],
  title: { en: "Half of each map is cut off", ko: "맵의 절반은 잘려 나간다" },
  statement: {
    en: "ReLU sets the negative part of a map to 0, which is only half right.",
    ko: "ReLU는 맵의 음수를 0으로 만드는데, 반은 옳은 일이다.",
  },
  method: {
    en: "A convolutional network of 16 and 32 channels on images of 14 x 14 is trained with relu, and its share of zeros is counted. Then relu is swapped for another function, and the same weights are tested.",
    ko: "14 x 14 이미지에서 채널 16과 32의 합성곱 신경망을 relu로 학습하고 0의 비율을 센다. 그다음 가중치는 그대로 두고 relu만 다른 함수로 바꾸어 시험한다.",
  },
  notes: [
    {
      en: "How many maps die and how much the swapped functions lose varies widely between seeds, here and in the reference: some seeds overshoot in the first steps.",
      ko: "죽은 맵의 수와 함수를 바꾸었을 때의 손실은 여기서도 참조 결과에서도 시드마다 크게 다르다. 첫 단계들에서 지나치게 뛰는 시드가 있다.",
    },
  ],
  setup: { rows: 10_000, tests: 10_000, batch: 128, momentum: 0.9, lr: 0.05, steps: 300, looked: 500 },
  quick: { rows: 1500, tests: 300, steps: 25, looked: 128 },
  metrics: [
    ...shares.map(({ name, en, ko, reference }) => ({
      name,
      label: { en: `share of zeros, ${en}`, ko: `0의 비율, ${ko}` },
      notation: "percent" as const,
      reference: [reference] as const,
    })),
    {
      name: "dead maps",
      label: { en: "second-layer maps that are always 0", ko: "둘째 층에서 늘 0인 맵" },
      notation: "percent",
      reference: [0.25, 0, 0.69],
    },
    ...swaps.map(({ name, label, reference }) => ({
      name,
      label: { en: `test accuracy with ${label}`, ko: `시험 정확도, ${label}` },
      notation: "percent" as const,
      reference: [reference] as const,
    })),
    {
      name: "lost",
      label: {
        en: "test accuracy, relu minus the best other",
        ko: "시험 정확도, relu 빼기 나머지 중 최고",
      },
      reference: [0.35],
      gate: { from: 0.1 },
    },
  ],
  async run(place, { rows, tests, momentum, lr, steps, looked }) {
    const images = await place.images(rows, tests);
    const [data, test] = [pooled(images.train), pooled(images.test)];
    const model = smallCnn("relu", two);
    const values: Record<string, number[]> = {};
    const training = {
      model,
      data,
      lr,
      optimizer: (rate: number | readonly number[]) => sgd({ lr: rate, momentum }),
    };
    await place.train({ ...training, steps: 0, doing: "relu" }, async (trainer) => {
      const look = await inspect(trainer, data, {
        rows: looked,
        keep: false,
        probes: [probes.zeros(), probes.dead()],
      });
      look.run();
      values["init conv1"] = [...(await look.numbers("zeros"))[layers[0]]!];
      await trainer.fit(data, { steps, budgetMs: 500, signal: place.signal });
      place.say("zeros");
      look.run();
      const [zeros, dead] = [await look.numbers("zeros"), await look.numbers("dead")];
      look.dispose();
      values["conv1"] = [...zeros[layers[0]]!];
      values["conv2"] = [...zeros[layers[1]]!];
      values["dead maps"] = [...dead[layers[1]]!];
      const weights = await Promise.all(place.seeds.map((_, r) => trainer.weights(r)));
      for (const { name, activation } of swaps) {
        place.say(`tested with ${name}`);
        values[name] = await place.fresh(smallCnn(activation, two), async (other) => {
          await changeWeights(other, (part, own, r) => own.set(weights[r]!.get(part)!.data));
          return accuracyOf(other, test);
        });
      }
    });
    const [relu, ...others] = swaps.map(({ name }) => values[name]!);
    values["lost"] = relu!.map((own, r) => own - Math.max(...others.map((o) => o[r]!)));
    return { values, data: values };
  },
  figure: (values) => ({
    caption: {
      en: "First: how much of each layer's maps is 0. Second: test accuracy of the same weights when relu is swapped for another function. Mark: reference.",
      ko: "첫째: 층마다 맵에서 0이 차지하는 비율. 둘째: 같은 가중치에서 relu를 다른 함수로 바꾼 시험 정확도. 표시는 참조 결과.",
    },
    panels: [
      {
        kind: "bars",
        value: { label: { en: "zeros", ko: "0의 비율" }, percent: true, from: 0, to: 1 },
        levels: [{ at: 0.5, name: { en: "half", ko: "절반" } }],
        bars: shares.map(({ name, en, ko, reference }) => bar({ en, ko }, values[name]!, reference)),
      },
      {
        kind: "bars",
        value: { label: { en: "test accuracy", ko: "시험 정확도" }, percent: true, from: 0, to: 1 },
        levels: [{ at: 0.1, name: { en: "chance", ko: "무작위" } }],
        bars: swaps.map(({ name, label, reference }) => bar(label, values[name]!, reference)),
      },
    ],
  }),
  verdict: (read) => ({
    answer: read("lost").median > 0.1 ? "holds" : "fails",
    text: {
      en: `Half of the first layer's maps is negative before training, and ${percent(read("conv2").median, 0)} of the second layer's after it. The cut does not hurt this network, which was trained with it: ${percent(read("relu").median)} with relu, ${percent(read("identity").median)} when the negative part passes.`,
      ko: `학습 전에는 첫째 맵의 절반이, 학습 후에는 둘째 맵의 ${percent(read("conv2").median, 0)}가 0이다. 잘린 음수는 손실이 아니라 학습의 전제다. relu로는 ${percent(read("relu").median)}, 음수를 그대로 통과시키면 ${percent(read("identity").median)}가 된다.`,
    },
  }),
});
