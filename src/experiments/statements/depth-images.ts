import { defineExperiment } from "../experiment.ts";
import { accuracyOf, bar, point } from "../measures.ts";
import { imageNet } from "../networks.ts";
import { percent } from "../../report/numbers.ts";

/** Width at each depth: 784-[width]xdepth-10 then has about 52,000 parameters. */
const cases = [
  { depth: 1, width: 65, reference: 0.837 },
  { depth: 2, width: 61, reference: 0.837 },
  { depth: 3, width: 57, reference: 0.837 },
  { depth: 4, width: 54, reference: 0.834 },
  { depth: 6, width: 50, reference: 0.819 },
] as const;

export const depthImages = defineExperiment({
  row: 23,
  name: "depth-images",
  chapter: "depth",
  images: true,
  seconds: [105, 8],
  title: { en: "Deeper with as many parameters: images", ko: "같은 값에 더 깊게: 이미지" },
  statement: {
    en: "The deeper a network, the fewer parameters it needs.",
    ko: "신경망은 깊을수록 매개변수가 적게 든다.",
  },
  method: {
    en: "784-[width]xD-10 relu networks on {rows} images, one to six layers deep, each wide enough for 52,000 parameters; SGD, each at the best learning rate of a short search. If depth saved parameters, the deep networks would be more accurate.",
    ko: "relu 신경망 784-[너비]xD-10을 이미지 {rows}장에서 한 층부터 여섯 층까지, 매개변수가 모두 52,000개쯤 되도록 너비를 골라 SGD로, 짧은 탐색에서 가장 좋았던 학습률로 학습한다. 깊이가 매개변수를 아낀다면 깊은 쪽이 더 정확해야 한다.",
  },
  setup: {
    rows: 10_000,
    tests: 10_000,
    batch: 128,
    steps: 780,
    searchSteps: 260,
    lrs: [0.05, 0.1, 0.2],
  },
  quick: { rows: 4000, tests: 2000, steps: 80, lrs: [0.1] },
  metrics: [
    ...cases.map(({ depth, reference }) => ({
      name: `depth ${depth}`,
      label: { en: `test accuracy, depth ${depth}`, ko: `시험 정확도, 깊이 ${depth}` },
      notation: "percent" as const,
      reference: [reference] as const,
    })),
    {
      name: "gain",
      label: { en: "deepest minus one hidden layer", ko: "가장 깊은 것 빼기 한 은닉층" },
      notation: "percent",
      reference: [-0.018],
      gate: { to: 0.01, fashion: true },
    },
  ],
  async run(place, { rows, tests, batch, steps, searchSteps, lrs }) {
    const { train, test } = await place.images(rows, tests);
    const values: Record<string, number[]> = {};
    for (const { depth, width } of cases) {
      const name = `depth ${depth}`;
      const training = { model: imageNet("relu", width, depth), data: train, batch, steps, doing: name };
      const lr = await place.bestRate(name, lrs, { ...training, steps: searchSteps }, (trainer) =>
        accuracyOf(trainer, test),
      );
      values[name] = await place.train({ ...training, lr }, (trainer) => accuracyOf(trainer, test));
    }
    values["gain"] = values["depth 6"]!.map((v, r) => v - values["depth 1"]![r]!);
    return {
      values,
      data: cases.map(({ depth, width, reference }) => ({
        depth,
        width,
        reference,
        values: values[`depth ${depth}`]!,
      })),
    };
  },
  figure: (rows) => ({
    caption: {
      en: "Test accuracy by depth, all with 52,000 parameters, range over seeds. Mark and dashed line: reference.",
      ko: "매개변수가 모두 52,000개쯤일 때 깊이에 따른 시험 정확도와 시드의 최소·최대. 표시와 점선은 참조 결과.",
    },
    panels: [
      {
        kind: "lines",
        x: { label: { en: "hidden layers", ko: "은닉층 수" } },
        y: { label: { en: "test accuracy", ko: "시험 정확도" }, percent: true },
        dots: true,
        series: [
          { name: "actigrad", points: rows.map(({ depth, values }) => point(depth, values)) },
          {
            name: { en: "reference", ko: "참조 결과" },
            broken: true,
            points: rows.map(({ depth, reference }) => [depth, reference] as const),
          },
        ],
      },
      {
        kind: "bars",
        value: { label: { en: "test accuracy", ko: "시험 정확도" }, percent: true, from: 0.6, to: 0.9 },
        bars: rows.map(({ depth, width, values, reference }) =>
          bar(`[${width}]x${depth}`, values, reference),
        ),
      },
    ],
  }),
  verdict(read) {
    const [one, six] = [read("depth 1"), read("depth 6")];
    const best = Math.max(...cases.map(({ depth }) => read(`depth ${depth}`).median));
    return {
      answer: six.median - one.median > 0.01 ? "holds" : "fails",
      text: {
        en: `Not on these images: with 52,000 parameters each, one hidden layer reaches ${percent(one.median)} and six reach ${percent(six.median)}; ${best > one.median ? `no depth gains more than ${percent(best - one.median)} over one layer` : "no depth does better than one layer"}. Depth saves parameters when the function itself is folded, and this one is not.`,
        ko: `이 이미지에서는 아니다: 같은 52,000개의 매개변수로 은닉층 하나는 ${percent(one.median)}, 여섯은 ${percent(six.median)}이고, ${best > one.median ? `어떤 깊이도 한 층보다 ${percent(best - one.median)} 넘게 낫지 않다` : "어떤 깊이도 한 층보다 낫지 않다"}. 깊이는 함수 자체가 접혀 있을 때 매개변수를 아끼는데, 여기서는 그렇지 않다.`,
      },
    };
  },
});
