import { adam } from "../../index.ts";
import { defineExperiment } from "../experiment.ts";
import { accuracyOf, bar } from "../measures.ts";
import { normedNet } from "../networks.ts";
import { planeSets } from "../plane.ts";

const cases = [
  { name: "sigmoid 1 bare", activation: "sigmoid", depth: 1, scale: false, reference: 0.648 },
  { name: "sigmoid 1 scaled", activation: "sigmoid", depth: 1, scale: true, reference: 0.995 },
  { name: "sigmoid 2 bare", activation: "sigmoid", depth: 2, scale: false, reference: 0.648 },
  { name: "sigmoid 2 scaled", activation: "sigmoid", depth: 2, scale: true, reference: 1 },
  { name: "sigmoid 3 bare", activation: "sigmoid", depth: 3, scale: false, reference: 0.66 },
  { name: "sigmoid 3 scaled", activation: "sigmoid", depth: 3, scale: true, reference: 1 },
  { name: "relu 2 bare", activation: "relu", depth: 2, scale: false, reference: 1 },
  { name: "relu 2 scaled", activation: "relu", depth: 2, scale: true, reference: 1 },
] as const;

export const batchNormLine = defineExperiment({
  row: 34,
  name: "batch-norm-line",
  chapter: "norm",
  seeds: 5,
  seconds: [165, 40],
  title: {
    en: "Batch norm alone can turn a sigmoid into a line",
    ko: "배치 정규화만으로는 시그모이드가 직선이 될 수 있다",
  },
  statement: {
    en: "Batch norm before an activation can take away its non-linearity, and that is bad.",
    ko: "활성화 함수 앞의 배치 정규화는 비선형성을 잃게 할 수 있고, 그것은 나쁘다.",
  },
  method: {
    en: "2-[{width}]xD-2 on two spirals, full batch, Adam: batch norm before the sigmoid, with and without a learned scale and shift.",
    ko: "두 나선에서 2-[{width}]xD-2를 전체 배치와 Adam으로 학습: 시그모이드 앞의 배치 정규화에 배율과 이동이 있을 때와 없을 때.",
  },
  setup: { width: 16, lr: 0.01, steps: 1500 },
  quick: { steps: 800 },
  metrics: [
    ...cases.map(({ name, reference }) => ({
      name,
      label: {
        en: `${name.replace("bare", "deep, no scale").replace("scaled", "deep, with scale")}`,
        ko: `${name.replace("bare", "층, 배율 없음").replace("scaled", "층, 배율 있음")}`,
      },
      reference: [reference] as const,
    })),
    {
      name: "gain",
      label: { en: "sigmoid, 2 deep: gain from scale and shift", ko: "시그모이드 2층: 배율과 이동의 이득" },
      reference: [0.352],
      gate: { from: 0.1 },
    },
    {
      name: "gamma",
      label: {
        en: "learned scale, sigmoid, 1 deep (mean magnitude)",
        ko: "배운 배율, 시그모이드 1층(평균 크기)",
      },
      reference: [6.1],
      gate: { from: 1.5 },
    },
  ],
  notes: [
    {
      en: "Ioffe and Szegedy 2015: normalised inputs would confine a sigmoid to its linear regime. That is why batch norm has a scale and a shift.",
      ko: "Ioffe와 Szegedy 2015: 정규화한 입력은 시그모이드를 선형 구간에 묶으므로 배치 정규화에 배율과 이동을 둔다.",
    },
  ],
  async run(place, { width, lr, steps }) {
    const data = planeSets.spirals();
    const values: Record<string, number[]> = {};
    for (const { name, activation, depth, scale } of cases) {
      const training = {
        model: normedNet(
          { inputs: 2, hidden: Array.from({ length: depth }, () => width), outputs: 2, activation },
          scale,
        ),
        data,
        batch: data.rows,
        steps,
        lr,
        optimizer: (rate: number | readonly number[]) => adam({ lr: rate }),
        doing: name,
      };
      await place.train(training, async (trainer) => {
        values[name] = await accuracyOf(trainer, data);
        if (name !== "sigmoid 1 scaled") return;
        values["gamma"] = [];
        for (const r of place.seeds.keys()) {
          const gamma = (await trainer.weights(r)).get("1.weight")!.data;
          values["gamma"].push(gamma.reduce((sum, v) => sum + Math.abs(v), 0) / gamma.length);
        }
      });
    }
    values["gain"] = values["sigmoid 2 scaled"]!.map((v, r) => v - values["sigmoid 2 bare"]![r]!);
    return { values, data: cases.map(({ name, reference }) => ({ name, reference, values: values[name]! })) };
  },
  figure: (rows) => ({
    caption: {
      en: "Accuracy on two spirals by depth, with batch norm without (bare) and with a learned scale and shift. Mark: reference.",
      ko: "두 나선의 정확도: 배치 정규화에 배율과 이동이 없을 때(bare)와 있을 때(scaled). 표시는 참조 결과.",
    },
    panels: [
      {
        kind: "bars",
        value: { label: { en: "accuracy", ko: "정확도" }, percent: true, from: 0.4, to: 1 },
        levels: [{ at: 0.6, name: { en: "a line", ko: "직선" } }],
        bars: rows.map(({ name, values, reference }) => bar(name, values, reference)),
      },
    ],
  }),
  verdict: (read) => ({
    answer: read("gain").median > 0.1 ? "holds" : "fails",
    text: {
      en: `Without a learned scale, batch norm keeps the sigmoid where it is nearly a line: it gets ${(100 * read("sigmoid 2 bare").median).toFixed(0)} % of the spirals right, and ${(100 * read("sigmoid 2 scaled").median).toFixed(0)} % with one. A relu bends at 0 at any scale, so it does not need one (${(100 * read("relu 2 bare").median).toFixed(0)} %).`,
      ko: `배율이 없으면 배치 정규화는 시그모이드를 직선 구간에 묶는다: 나선의 ${(100 * read("sigmoid 2 bare").median).toFixed(0)} %, 배율이 있으면 ${(100 * read("sigmoid 2 scaled").median).toFixed(0)} %. relu는 배율과 상관없이 0에서 꺾이므로 필요 없다(${(100 * read("relu 2 bare").median).toFixed(0)} %).`,
    },
  }),
});
