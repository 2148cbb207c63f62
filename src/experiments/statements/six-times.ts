import { normal, streamOf } from "../../core/random.ts";
import { type Initializer, sgd } from "../../index.ts";
import { pooled, smallCnn, two } from "../cnn.ts";
import { defineExperiment } from "../experiment.ts";
import { bar, point } from "../measures.ts";
import { type Arrival, arriveAt, arriveAtBestRate } from "../arrival.ts";

const cases = [
  { name: "relu", activation: "relu", reference: [40, 30, 50] },
  { name: "leaky", activation: "leaky_relu", reference: [40] },
  { name: "elu", activation: "elu", reference: [30] },
  { name: "tanh", activation: "tanh", reference: [30, 30, 60] },
  { name: "sigmoid", activation: "sigmoid", reference: [430, 400, 500] },
] as const;

const shared = [
  { name: "relu", reference: 60 },
  { name: "tanh", reference: 400 },
] as const;

const small: Initializer = (seed, name, _, count) => normal(seed, streamOf(name), count).map((v) => 0.05 * v);

export const sixTimes = defineExperiment({
  row: 14,
  name: "six-times",
  chapter: "relu",
  images: true,
  seconds: [225, 25],
  title: { en: "Is ReLU six times faster?", ko: "ReLU는 여섯 배 빠른가?" },
  statement: {
    en: "ReLU learns much faster than sigmoid and tanh: AlexNet reached 25 % training error six times sooner.",
    ko: "ReLU는 시그모이드와 tanh보다 훨씬 빨리 학습한다: AlexNet은 훈련 오류 25 %에 여섯 배 먼저 이르렀다.",
  },
  method: {
    en: "A small convolutional network (16 and 32 channels, 32 hidden units) on images of 14 x 14, SGD with momentum, each activation at the best of its learning rates: steps to 25 % error on 1,000 training images. Then relu and tanh compared unfairly: raw pixels from 0 to 255, weights from N(0, 0.05²), one learning rate for both.",
    ko: "14 x 14 이미지에서 작은 합성곱 신경망(채널 16과 32, 은닉 유닛 32)을 모멘텀 SGD로, 활성화 함수마다 가장 좋은 학습률로 학습해 훈련 이미지 1,000장의 오류가 25 %가 되기까지의 단계 수를 잰다. 이어서 하지 말아야 할 비교도 해 본다: 0~255 픽셀 그대로, N(0, 0.05²) 가중치, 같은 학습률의 relu와 tanh.",
  },
  notes: [
    {
      en: "25 % is the finish line in Krizhevsky, Sutskever, Hinton 2012, Figure 1 (four layers, CIFAR-10, learning rates chosen separately), not either network's final error. Images and network are smaller here.",
      ko: "25 %는 Krizhevsky, Sutskever, Hinton 2012의 그림 1(네 층, CIFAR-10, 학습률은 따로 고름)이 정한 결승선이지 어느 신경망의 최종 오류가 아니다. 여기서는 이미지도 신경망도 더 작다.",
    },
    {
      en: "Sigmoid gets there sooner than in the reference because its learning rate goes up to 0.3 here. At 0.1 it takes 410 steps (330 to 430), as in the reference.",
      ko: "시그모이드가 참조 결과보다 빨리 도착하는 것은 여기서는 학습률을 0.3까지 찾기 때문이다. 0.1에서는 410단계(330~430)로 참조값과 같다.",
    },
    {
      en: "500 steps (400 in the last comparison) mean that the line was not reached by then.",
      ko: "500단계, 마지막 비교의 400단계는 그때까지 도착하지 못했다는 뜻이다.",
    },
  ],
  setup: {
    rows: 10_000,
    judged: 1000,
    batch: 128,
    hidden: 32,
    momentum: 0.9,
    error: 0.25,
    every: 10,
    most: 500,
    lrs: [0.02, 0.05, 0.1],
    sigmoid: [0.1, 0.3],
    sharedLr: 0.001,
    sharedMost: 400,
  },
  quick: { rows: 1500, judged: 150, error: 0.45, most: 20, lrs: [0.05], sigmoid: [0.3], sharedMost: 20 },
  metrics: [
    ...cases.map(({ name, reference }) => ({
      name,
      label: { en: `steps to 25 % error, ${name}`, ko: `오류 25 %까지의 단계, ${name}` },
      notation: "count" as const,
      reference,
    })),
    {
      name: "sigmoid ratio",
      label: { en: "sigmoid over relu", ko: "시그모이드 나누기 relu" },
      reference: [10.8],
      gate: { from: 3 },
    },
    {
      name: "tanh ratio",
      label: { en: "tanh over relu", ko: "tanh 나누기 relu" },
      reference: [0.75],
      gate: { to: 2 },
    },
    ...shared.map(({ name, reference }) => ({
      name: `shared ${name}`,
      label: { en: `raw pixels, one learning rate: ${name}`, ko: `픽셀 그대로, 같은 학습률: ${name}` },
      notation: "count" as const,
      reference: [reference] as const,
    })),
  ],
  async run(place, setup) {
    const { rows, judged, hidden, momentum, error, every, most, lrs, sigmoid, sharedLr, sharedMost } = setup;
    const [all, few] = [(await place.images(rows, 10)).train, (await place.images(judged, 10)).train];
    const common = {
      data: pooled(all),
      judged: pooled(few),
      error,
      every,
      most,
      optimizer: (lr: number | readonly number[]) => sgd({ lr, momentum }),
    };
    const values: Record<string, number[]> = {};
    const curves: Record<string, Arrival["curve"]> = {};
    for (const { name, activation } of cases) {
      const approach = { ...common, model: smallCnn(activation, two, { hidden }), doing: name };
      const arrival = await arriveAtBestRate(place, name, name === "sigmoid" ? sigmoid : lrs, approach);
      values[name] = arrival.steps;
      curves[name] = arrival.curve;
    }
    const raw = { ...common, data: pooled(all, true), judged: pooled(few, true), most: sharedMost };
    for (const { name } of shared) {
      const approach = {
        ...raw,
        model: smallCnn(name, two, { hidden, init: small }),
        doing: `${name}, raw pixels`,
      };
      values[`shared ${name}`] = (await arriveAt(place, approach, sharedLr, [0])).steps;
    }
    const ratio = (name: string): number[] => values[name]!.map((s, r) => s / values["relu"]![r]!);
    values["sigmoid ratio"] = ratio("sigmoid");
    values["tanh ratio"] = ratio("tanh");
    return { values, data: { values, curves, error } };
  },
  figure: ({ values, curves, error }) => ({
    caption: {
      en: "First: error on training images, each activation at its best learning rate. Second: steps to 25 % error. Third: the unfair comparison, one learning rate on raw pixels. Mark: reference.",
      ko: "첫째: 활성화 함수마다 가장 좋은 학습률에서 훈련 이미지의 오류. 둘째: 선까지의 단계 수. 셋째: 픽셀 그대로 같은 학습률을 쓴 불공정한 비교. 표시는 참조 결과.",
    },
    panels: [
      {
        kind: "lines",
        x: { label: { en: "step", ko: "단계" }, log: true },
        y: { label: { en: "error", ko: "오류" }, percent: true, from: 0, to: 1 },
        levels: [{ at: error, name: `${(100 * error).toFixed(0)} %` }],
        series: cases.map(({ name }) => ({
          name,
          points: curves[name]!.map((c) => point(c.step, c.error)),
        })),
      },
      {
        kind: "bars",
        title: { en: "each at its best rate", ko: "저마다 가장 좋은 학습률" },
        value: { label: { en: "steps", ko: "단계 수" }, from: 0 },
        bars: cases.map(({ name, reference }) => bar(name, values[name]!, reference[0])),
      },
      {
        kind: "bars",
        title: { en: "one rate, raw pixels", ko: "같은 학습률, 픽셀 그대로" },
        value: { label: { en: "steps", ko: "단계 수" }, from: 0 },
        bars: shared.map(({ name, reference }) => bar(name, values[`shared ${name}`]!, reference)),
      },
    ],
  }),
  verdict(read) {
    const [sigmoid, tanh] = [read("sigmoid ratio").median, read("tanh ratio").median];
    const [raw, rawTanh] = [read("shared relu").median, read("shared tanh").median];
    return {
      answer: !(sigmoid > 2) ? "fails" : tanh > 4 ? "holds" : "condition",
      text: {
        en: `Against sigmoid, yes: it takes ${sigmoid.toFixed(0)} times as many steps as relu${read("sigmoid").median >= 500 ? " or more" : ""}. Against tanh, ${tanh > 4 ? "yes too" : "no"}: at its own learning rate tanh takes ${tanh.toFixed(1)} times relu's steps${rawTanh > 3 * raw ? `. Only with one learning rate on raw pixels is the gap large: ${raw.toFixed(0)} steps for relu, ${rawTanh.toFixed(0)} or more for tanh` : ""}.`,
        ko: `시그모이드에 대해서는 맞다: relu의 ${sigmoid.toFixed(0)}배${read("sigmoid").median >= 500 ? " 이상의" : ""} 단계가 걸린다. tanh에 대해서는 ${tanh > 4 ? "도 맞다" : "아니다"}: 제 학습률을 쓰면 tanh는 relu의 ${tanh.toFixed(1)}배 단계면 된다${rawTanh > 3 * raw ? `. 픽셀을 그대로 넣고 같은 학습률을 쓸 때에만 relu ${raw.toFixed(0)}단계 대 tanh ${rawTanh.toFixed(0)}단계 이상으로 벌어진다` : ""}.`,
      },
    };
  },
});
