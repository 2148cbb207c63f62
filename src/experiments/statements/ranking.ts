import { defineExperiment } from "../experiment.ts";
import { accuracyOf, bar } from "../measures.ts";
import { imageNet } from "../networks.ts";
import { percent } from "../../report/numbers.ts";

const shallow: Readonly<Record<string, number>> = {
  tanh: 0.85,
  relu: 0.846,
  maxout: 0.845,
  gelu: 0.844,
  leaky: 0.842,
  elu: 0.842,
  prelu: 0.839,
  sigmoid: 0.836,
  linear: 0.821,
};
const deep: Readonly<Record<string, number>> = {
  leaky: 0.842,
  maxout: 0.84,
  elu: 0.838,
  tanh: 0.838,
  prelu: 0.834,
  relu: 0.821,
  sigmoid: 0.1,
};

/** Depth and activation, in the order of the reference. */
const cases = [
  ...Object.entries(shallow).map(([name, reference]) => ({ name, depth: 2, reference })),
  ...Object.entries(deep).map(([name, reference]) => ({ name, depth: 6, reference })),
].map((c) => ({ ...c, key: `${c.name} ${c.depth}`, activation: c.name === "leaky" ? "leaky_relu" : c.name }));

const family = ["relu", "leaky", "prelu", "elu", "maxout"];

export const ranking = defineExperiment({
  row: 22,
  name: "ranking",
  chapter: "choice",
  images: true,
  seconds: [315, 9],
  title: { en: "Which activation is best?", ko: "어떤 활성화 함수가 가장 좋은가?" },
  statement: {
    en: "ReLU first, then its family; never sigmoid; tanh is weak.",
    ko: "먼저 ReLU, 다음으로 그 가족을 쓰고, 시그모이드는 쓰지 말고, tanh는 약하다.",
  },
  method: {
    en: "784-[64]xD-10, two and six layers deep, trained by SGD, each activation at the best learning rate of a short search on seed 0: test accuracy.",
    ko: "두 층과 여섯 층의 784-[64]xD-10을 SGD로, 활성화 함수마다 시드 0의 짧은 탐색에서 가장 좋았던 학습률로 학습한 시험 정확도.",
  },
  notes: [
    {
      en: "The learning-rate search runs for {searchSteps} steps, so that sixteen networks take minutes.",
      ko: "열여섯 신경망을 몇 분 안에 마치도록 학습률은 {searchSteps}단계로 찾는다.",
    },
    {
      en: "With He initialisation, the larger of two pieces doubles the variance in each layer, so maxout needs a smaller learning rate: six layers diverge at 0.05, two at 0.1.",
      ko: "He의 가중치에서는 두 조각 중 큰 쪽이 층마다 분산을 두 배로 만들어, maxout은 더 작은 학습률을 쓴다. 여섯 층은 0.05에서, 두 층은 0.1에서 발산한다.",
    },
    {
      en: "The ELU paper (Clevert, Unterthiner, Hochreiter 2016) reports ELU ahead of ReLU in networks of more than five layers.",
      ko: "ELU 논문(Clevert, Unterthiner, Hochreiter 2016)은 다섯 층보다 깊은 신경망에서 ELU가 ReLU보다 낫다고 했다.",
    },
  ],
  setup: {
    rows: 10_000,
    tests: 10_000,
    batch: 128,
    steps: 780,
    searchSteps: 100,
    depths: [2, 6],
    lrs: { linear: [0.02, 0.05], sigmoid: [0.5, 1], maxout: [0.01, 0.02, 0.05], others: [0.1, 0.2] },
  },
  quick: {
    rows: 3000,
    tests: 1000,
    steps: 50,
    depths: [2],
    lrs: { linear: [0.05], sigmoid: [1], maxout: [0.05], others: [0.1] },
  },
  metrics: [
    ...cases.map(({ key, name, depth, reference }) => ({
      name: key,
      label: { en: `test accuracy, ${name}, ${depth} layers`, ko: `시험 정확도, ${name}, ${depth}층` },
      notation: "percent" as const,
      reference: [reference] as const,
      ...(key === "sigmoid 6" && { gate: { to: 0.3 } }),
    })),
    {
      name: "tanh behind",
      label: { en: "two layers: relu minus tanh", ko: "두 층: relu 빼기 tanh" },
      notation: "percent",
      reference: [-0.004],
      gate: { to: 0.02, fashion: true },
    },
    {
      name: "sigmoid behind",
      label: {
        en: "two layers: worst of the relu family minus sigmoid",
        ko: "두 층: relu 가족의 최저 빼기 시그모이드",
      },
      notation: "percent",
      reference: [0.003],
    },
  ],
  async run(place, { rows, tests, batch, steps, searchSteps, depths, lrs }) {
    const { train, test } = await place.images(rows, tests);
    const values: Record<string, number[]> = {};
    for (const { key, name, depth, activation } of cases) {
      if (!(depths as readonly number[]).includes(depth)) continue;
      const grid = name === "linear" || name === "sigmoid" || name === "maxout" ? lrs[name] : lrs.others;
      const training = { model: imageNet(activation, 64, depth), data: train, batch, steps, doing: key };
      const lr = await place.bestRate(key, grid, { ...training, steps: searchSteps }, (trainer) =>
        accuracyOf(trainer, test),
      );
      values[key] = await place.train({ ...training, lr }, (trainer) => accuracyOf(trainer, test));
    }
    const least = place.seeds.map((_, r) => Math.min(...family.map((name) => values[`${name} 2`]![r]!)));
    values["tanh behind"] = values["relu 2"]!.map((v, r) => v - values["tanh 2"]![r]!);
    values["sigmoid behind"] = least.map((v, r) => v - values["sigmoid 2"]![r]!);
    return { values, data: values };
  },
  figure: (values) => ({
    caption: {
      en: "Test accuracy, range over seeds. Mark: reference.",
      ko: "시험 정확도와 시드의 최소·최대. 표시는 참조 결과.",
    },
    panels: ([2, 6] as const).flatMap((depth) => {
      const own = cases.filter((c) => c.depth === depth && values[c.key] !== undefined);
      if (own.length === 0) return [];
      return [
        {
          kind: "bars" as const,
          title: { en: `${depth} layers`, ko: `${depth}층` },
          value: {
            label: { en: "test accuracy", ko: "시험 정확도" },
            percent: true,
            from: depth === 2 ? 0.75 : 0,
            to: depth === 2 ? 0.87 : 1,
          },
          bars: own.map(({ key, name, reference }) => bar(name, values[key]!, reference)),
        },
      ];
    }),
  }),
  verdict(read) {
    const behind = read("tanh behind");
    const weak = behind.median > 0.02;
    const never = read("sigmoid 6").median < 0.3;
    const noise = Math.max(...family.map((name) => read(`${name} 2`).high - read(`${name} 2`).low));
    const medians = family.map((name) => read(`${name} 2`).median);
    const apart = Math.max(...medians) - Math.min(...medians);
    return {
      answer: weak && never ? "holds" : never ? "condition" : "fails",
      text: {
        en: `In deep networks sigmoid is the worst of the non-linear functions (${percent(read("sigmoid 6").median)} at six layers). Tanh is ${weak ? "weak here" : "not weak"}: ${percent(read("tanh 2").median)} and ${percent(read("tanh 6").median)} against relu's ${percent(read("relu 2").median)} and ${percent(read("relu 6").median)}; at two layers the medians of the relu family lie within ${percent(apart)}, while seeds alone differ by up to ${percent(noise)}.`,
        ko: `깊으면 비선형 가운데 시그모이드가 꼴찌다(여섯 층에서 ${percent(read("sigmoid 6").median)}). tanh는 ${weak ? "여기서는 약하다" : "약하지 않다"}: 두 층과 여섯 층에서 ${percent(read("tanh 2").median)}, ${percent(read("tanh 6").median)}이고 relu는 ${percent(read("relu 2").median)}, ${percent(read("relu 6").median)}다. 두 층에서 relu 가족의 중앙값은 ${percent(apart)} 안에 모이는데 시드만 달라도 최대 ${percent(noise)} 차이가 난다.`,
      },
    };
  },
});
