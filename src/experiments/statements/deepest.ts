import { sgd } from "../../index.ts";
import { defineExperiment } from "../experiment.ts";
import { accuracyOf, bar } from "../measures.ts";
import { imageNet } from "../networks.ts";
import { bent, steepTanh } from "../variance.ts";
import { percent } from "../../report/numbers.ts";

const cases = [
  { name: "leaky 0.5", ...bent(0.5), reference: undefined },
  { name: "tanh", activation: "tanh", init: undefined, reference: 0.856 },
  { name: "relu", activation: "relu", init: undefined, reference: 0.785 },
  { name: "tanh(8x)/8", ...steepTanh(8), reference: undefined },
  { name: "sigmoid", activation: "sigmoid", init: undefined, reference: 0.102 },
] as const;

export const deepest = defineExperiment({
  row: 33,
  name: "deepest",
  chapter: "depth",
  images: true,
  seconds: [140, 13],
  title: { en: "Which function goes deepest?", ko: "어떤 함수가 가장 깊이 가는가?" },
  statement: {
    en: "Functions that are too non-linear limit depth; ReLU is nearly linear, so it goes deepest.",
    ko: "비선형이 심한 함수는 깊이를 막고, 선형에 가까운 ReLU가 가장 깊이 간다.",
  },
  method: {
    en: "784-[64]x{depth}-10 trained by SGD with momentum for {steps} steps, each at the best of a few learning rates: accuracy on the training images.",
    ko: "784-[64]x{depth}-10을 모멘텀 SGD로 {steps}단계, 몇 학습률 중 가장 좋은 것으로 학습한 훈련 이미지 정확도.",
  },
  notes: [
    {
      en: "Leaky 0.5 can diverge on a seed that the learning-rate search did not use. Its accuracy there counts as near 0.",
      ko: "leaky 0.5는 학습률 탐색에 쓰지 않은 시드에서 발산하기도 한다. 그때 정확도는 0에 가깝게 친다.",
    },
    {
      en: "Relu uses He initialisation, leaky 0.5 one that preserves the variance, the others Glorot's.",
      ko: "relu는 He, leaky 0.5는 분산을 보존하는 가중치, 나머지는 Glorot에서 시작한다.",
    },
  ],
  setup: {
    rows: 10_000,
    batch: 128,
    momentum: 0.9,
    depth: 24,
    steps: 400,
    searchSteps: 100,
    lrs: [0.01, 0.03],
  },
  quick: { rows: 4000, depth: 12, steps: 80, searchSteps: 40, lrs: [0.02] },
  metrics: [
    ...cases.map(({ name, reference }) => ({
      name,
      label: { en: `training accuracy, ${name}`, ko: `훈련 정확도, ${name}` },
      notation: "percent" as const,
      ...(reference !== undefined && { reference: [reference] as const }),
      ...(name === "sigmoid" && { gate: { to: 0.2 } }),
      ...(name === "tanh" && { gate: { from: 0.7 } }),
    })),
    {
      name: "ahead",
      label: { en: "tanh minus relu", ko: "tanh 빼기 relu" },
      reference: [0.071],
      gate: { from: 0, fashion: true },
    },
  ],
  async run(place, { rows, batch, momentum, depth, steps, searchSteps, lrs }) {
    const data = (await place.images(rows, 10)).train;
    const judged = (await place.images(Math.min(rows, 2000), 10)).train;
    const values: Record<string, number[]> = {};
    for (const { name, activation, init } of cases) {
      const training = {
        model: imageNet(activation, 64, depth, init),
        data,
        batch,
        steps,
        optimizer: (rate: number | readonly number[]) => sgd({ lr: rate, momentum }),
        doing: name,
      };
      const lr = await place.bestRate(name, lrs, { ...training, steps: searchSteps }, (trainer) =>
        accuracyOf(trainer, judged),
      );
      values[name] = await place.train({ ...training, lr }, (trainer) => accuracyOf(trainer, data));
    }
    values["ahead"] = values["tanh"]!.map((v, r) => v - values["relu"]![r]!);
    return { values, data: cases.map(({ name }) => ({ name, values: values[name]! })) };
  },
  figure: (rows) => ({
    caption: {
      en: "Training accuracy of {depth} layers after {steps} steps. The most nearly linear is at the top. Mark: reference.",
      ko: "{depth}개 층을 {steps}단계 학습한 훈련 정확도. 위로 갈수록 선형에 가깝다. 표시는 참조 결과.",
    },
    panels: [
      {
        kind: "bars",
        value: { label: { en: "training accuracy", ko: "훈련 정확도" }, percent: true, from: 0, to: 1 },
        levels: [{ at: 0.1, name: { en: "chance", ko: "무작위" } }],
        bars: rows.map(({ name, values }, i) => bar(name, values, cases[i]!.reference)),
      },
    ],
  }),
  verdict(read) {
    const [tanh, relu, sigmoid] = [read("tanh").median, read("relu").median, read("sigmoid").median];
    const [stopped, reluFirst] = [sigmoid < 0.2, relu > tanh];
    return {
      answer: stopped && reluFirst ? "holds" : stopped ? "condition" : "fails",
      text: {
        en: `${reluFirst ? "It held here" : "Half true"}: at {depth} layers sigmoid stays at ${percent(sigmoid)} and tanh(8x)/8 at ${percent(read("tanh(8x)/8").median)}, so too sharp a bend does limit depth. ${reluFirst ? "Relu went deeper than tanh" : "But relu does not go deepest"}: tanh reaches ${percent(tanh)}, relu ${percent(relu)}, and leaky relu with slope 0.5, nearer to a line than relu, ${percent(read("leaky 0.5").median)}.`,
        ko: `${reluFirst ? "여기서는 맞았다" : "절반만 맞다"}. {depth}개 층에서 시그모이드는 ${percent(sigmoid)}, tanh(8x)/8은 ${percent(read("tanh(8x)/8").median)}에 머물러, 너무 급하게 꺾이는 함수는 정말 깊이를 막는다. ${reluFirst ? "relu는 tanh보다 깊이 갔다" : "그러나 relu가 가장 깊이 가는 것은 아니다"}: tanh ${percent(tanh)}, relu ${percent(relu)}, relu보다 선형에 가까운 leaky 0.5는 ${percent(read("leaky 0.5").median)}다.`,
      },
    };
  },
});
