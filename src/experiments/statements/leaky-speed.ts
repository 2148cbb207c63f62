import { defineExperiment } from "../experiment.ts";
import { bar, point } from "../measures.ts";
import { imageNet } from "../networks.ts";
import { type Arrival, arriveAtBestRate } from "../arrival.ts";

const cases = [
  { name: "relu", activation: "relu", reference: 220 },
  { name: "leaky 0.01", activation: "leaky_relu", reference: 220 },
  { name: "leaky 0.1", activation: "leaky_relu:negativeSlope=0.1", reference: undefined },
  { name: "leaky 0.3", activation: "leaky_relu:negativeSlope=0.3", reference: undefined },
] as const;

export const leakySpeed = defineExperiment({
  row: 18,
  name: "leaky-speed",
  chapter: "relu",
  images: true,
  seconds: [50, 6],
  title: { en: "Which slope for leaky ReLU?", ko: "leaky ReLU의 기울기는 얼마로?" },
  statement: {
    en: "Leaky ReLU uses 0.01 or another small slope below 0.",
    ko: "Leaky ReLU는 음수 쪽에 0.01 또는 다른 작은 기울기를 쓴다.",
  },
  method: {
    en: "784-[64]x2-10 with several slopes, each at the best of four learning rates: steps to a 15 % error on 1,000 training images.",
    ko: "784-[64]x2-10에 여러 기울기를 쓰고, 저마다 네 학습률 중 가장 좋은 것으로 훈련 이미지 1,000장의 오류가 15 %가 되기까지의 단계 수를 잰다.",
  },
  setup: {
    rows: 10_000,
    judged: 1000,
    batch: 128,
    error: 0.15,
    every: 10,
    most: 500,
    lrs: [0.05, 0.1, 0.2, 0.4],
  },
  quick: { rows: 4000, judged: 500, error: 0.25, every: 20, most: 100, lrs: [0.2] },
  metrics: [
    ...cases.map(({ name, reference }) => ({
      name,
      label: { en: `steps to 15 % error, ${name}`, ko: `오류 15 %까지의 단계, ${name}` },
      notation: "count" as const,
      ...(reference !== undefined && { reference: [reference] as const }),
    })),
    {
      name: "ratio",
      label: { en: "steps, relu over leaky 0.01", ko: "단계 수, relu 나누기 leaky 0.01" },
      reference: [1],
      gate: { from: 0.7, to: 1.4 },
    },
  ],
  async run(place, { rows, judged, error, every, most, lrs }) {
    const data = (await place.images(rows, 10)).train;
    const few = (await place.images(judged, 10)).train;
    const values: Record<string, number[]> = {};
    const curves: Record<string, Arrival["curve"]> = {};
    for (const { name, activation } of cases) {
      const approach = {
        model: imageNet(activation, 64, 2),
        data,
        judged: few,
        error,
        every,
        most,
        doing: name,
      };
      const arrival = await arriveAtBestRate(place, name, lrs, approach);
      values[name] = arrival.steps;
      curves[name] = arrival.curve;
    }
    values["ratio"] = values["relu"]!.map((s, r) => s / values["leaky 0.01"]![r]!);
    return { values, data: { values, curves, error } };
  },
  figure: ({ values, curves, error }) => ({
    caption: {
      en: "First: steps to that error, each at its best learning rate; mark: reference. Second: error during training.",
      ko: "첫째: 저마다 가장 좋은 학습률에서 그 오류까지의 단계 수, 표시는 참조 결과. 둘째: 학습 중의 오류.",
    },
    panels: [
      {
        kind: "bars",
        value: {
          label: {
            en: `steps to ${(100 * error).toFixed(0)} % error`,
            ko: `오류 ${(100 * error).toFixed(0)} %까지의 단계`,
          },
          from: 0,
        },
        bars: cases.map(({ name, reference }) => bar(name, values[name]!, reference)),
      },
      {
        kind: "lines",
        x: { label: { en: "step", ko: "단계" } },
        y: { label: { en: "error", ko: "오류" }, percent: true, from: 0.1, to: 0.6 },
        levels: [{ at: error, name: `${(100 * error).toFixed(0)} %` }],
        series: cases.map(({ name }) => ({
          name,
          points: curves[name]!.map((c) => point(c.step, c.error)),
        })),
      },
    ],
  }),
  verdict(read) {
    const steps = cases.map(({ name }) => `${name}: ${read(name).median.toFixed(0)}`).join(", ");
    const alike = Math.abs(Math.log(read("ratio").median)) < Math.log(1.4);
    return {
      answer: alike ? "holds" : "condition",
      text: {
        en: `Every small slope works (steps: ${steps}). ${alike ? "None learns clearly faster than plain relu: the slope prevents dying, it does not speed up learning." : "Here the slope changes how fast the network learns."}`,
        ko: `작은 기울기는 모두 쓸 만하다(단계 수 ${steps}). ${alike ? "어느 것도 relu보다 뚜렷이 빠르지 않다. 기울기는 죽음을 막을 뿐 학습을 앞당기지는 않는다." : "여기서는 기울기가 학습 속도를 바꾼다."}`,
      },
    };
  },
});
