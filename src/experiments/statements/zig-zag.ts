import { type ClassDataset, glorotUniform, inspect, probes } from "../../index.ts";
import { defineExperiment } from "../experiment.ts";
import { bar, point } from "../measures.ts";
import { imageNet } from "../networks.ts";
import type { Place } from "../place.ts";
import { type Arrival, arriveAtBestRate } from "../arrival.ts";

const cases = [
  {
    key: "sigmoid",
    name: "σ",
    activation: "sigmoid",
    cosine: -0.06,
    efficiency: 0.33,
    steps: [600, 525, 700],
  },
  {
    key: "centred",
    name: "σ − ½",
    activation: "sigmoid(x) - 0.5",
    cosine: 0.31,
    efficiency: 0.54,
    steps: [325, 250, 350],
  },
] as const;

const glorot = glorotUniform();

/** The mean cosine of successive updates, and the straight way as a part of the way that was taken; one per seed. */
async function paths(
  place: Place,
  activation: string,
  data: ClassDataset,
  { depth, lr, steps }: { depth: number; lr: number; steps: number },
): Promise<{ cosine: number[]; efficiency: number[] }> {
  const model = imageNet(activation, 64, depth, glorot);
  const doing = `updates of ${activation}`;
  return place.train({ model, data, steps: 0, lr, doing }, async (trainer) => {
    const probe = probes.updates({ weightsOf: "2" });
    const look = await inspect(trainer, data, { rows: 1, keep: false, probes: [probe] });
    const sums = place.seeds.map(() => 0);
    let efficiency: readonly number[] = [];
    look.run();
    for (let step = 1; step <= steps; step++) {
      await trainer.fit(data, { steps: 1 });
      look.run();
      const found = await look.numbers(probe.name);
      // The first run only remembers the weights, and a cosine takes two updates.
      if (step > 1) found["cosine"]!.forEach((c, r) => (sums[r]! += c / (steps - 1)));
      efficiency = found["efficiency"]!;
      place.say(doing, [step, steps]);
    }
    look.dispose();
    return { cosine: sums, efficiency: [...efficiency] };
  });
}

export const zigZag = defineExperiment({
  row: 11,
  name: "zig-zag",
  chapter: "sigmoid",
  images: true,
  seconds: [45, 8],
  title: { en: "Positive outputs make learning zig-zag", ko: "양수 출력은 학습을 지그재그로 만든다" },
  statement: {
    en: "A sigmoid's outputs are all positive, so the weights zig-zag and learning is slow.",
    ko: "시그모이드의 출력은 모두 양수라서 가중치가 지그재그로 움직이고 학습이 느리다.",
  },
  method: {
    en: "σ and σ - 1/2, which has the same derivative and a mean of 0. First 784-[64]x2-10 at one learning rate: how the weights between the hidden layers move in 200 steps. Then 784-[64]x3-10, each function at its best learning rate: steps to a 15 % error on 1,000 training images.",
    ko: "σ와, 도함수가 같고 평균이 0인 σ - 1/2을 비교한다. 먼저 784-[64]x2-10을 같은 학습률로 200단계 학습하며 은닉층 사이의 가중치가 어떻게 움직이는지 본다. 다음으로 784-[64]x3-10에서 저마다 가장 좋은 학습률로 훈련 이미지 1,000장의 오류가 15 %가 되기까지의 단계 수를 잰다.",
  },
  notes: [
    {
      en: "Cosine and path are measured on the weights between the two hidden layers of 784-[64]x2-10, without biases. There both paths and the cosine of σ - 1/2 match the reference; σ's cosine is lower (-0.15). Over all weights, updates reverse more often with both functions.",
      ko: "코사인과 거리는 784-[64]x2-10의 두 은닉층 사이 가중치만으로 잰 것이다(편향 제외). 두 함수의 거리와 σ - 1/2의 코사인은 참조값과 같고, σ의 코사인은 더 낮다(-0.15). 모든 가중치를 함께 보면 두 함수 모두 더 많이 되돌아간다.",
    },
    {
      en: "The cosine of updates depends on the learning rate, so it compares these two only because they share one. LeCun, Bottou, Orr, Müller 1998 make wider claims.",
      ko: "갱신의 코사인은 학습률에 따라 달라지므로, 학습률이 같은 이 둘만 비교할 수 있다. 더 넓은 논의는 LeCun, Bottou, Orr, Müller 1998에 있다.",
    },
  ],
  setup: {
    rows: 10_000,
    judged: 1000,
    batch: 128,
    pathDepth: 2,
    depth: 3,
    lr: 0.5,
    steps: 200,
    error: 0.15,
    every: 25,
    most: 700,
    lrs: [0.3, 0.5, 1, 2],
    tanh: [0.1, 0.2, 0.5],
  },
  quick: { rows: 4000, judged: 500, steps: 20, error: 0.3, most: 200, lrs: [1], tanh: [0.2] },
  metrics: [
    ...cases.flatMap(({ key, name, cosine, efficiency, steps }) => [
      {
        name: `${key} cosine`,
        label: { en: `cosine of successive updates, ${name}`, ko: `잇따른 갱신의 코사인, ${name}` },
        reference: [cosine] as const,
      },
      {
        name: `${key} efficiency`,
        label: { en: `straight distance / path length, ${name}`, ko: `직선거리 / 지나간 거리, ${name}` },
        reference: [efficiency] as const,
      },
      {
        name: `${key} steps`,
        label: { en: `steps to 15 % error, ${name}`, ko: `오류 15 %까지의 단계, ${name}` },
        notation: "count" as const,
        reference: steps,
      },
    ]),
    {
      name: "tanh steps",
      label: { en: "steps to 15 % error, tanh", ko: "오류 15 %까지의 단계, tanh" },
      notation: "count",
      reference: [200],
    },
    {
      name: "straighter",
      label: { en: "cosine, σ - 1/2 minus σ", ko: "코사인, σ - 1/2 빼기 σ" },
      reference: [0.37],
      gate: { from: 0.1 },
    },
    {
      name: "ratio",
      label: { en: "steps, σ over σ - 1/2", ko: "단계 수, σ 나누기 σ - 1/2" },
      reference: [1.85],
      gate: { from: 1.1 },
    },
  ],
  async run(place, { rows, judged, pathDepth, depth, lr, steps, error, every, most, lrs, tanh }) {
    const data = (await place.images(rows, 10)).train;
    const few = (await place.images(judged, 10)).train;
    const values: Record<string, number[]> = {};
    const curves: Record<string, Arrival["curve"]> = {};
    for (const { key, activation } of cases) {
      const found = await paths(place, activation, data, { depth: pathDepth, lr, steps });
      values[`${key} cosine`] = found.cosine;
      values[`${key} efficiency`] = found.efficiency;
    }
    for (const [key, activation, grid] of [
      ...cases.map((c) => [c.key, c.activation, lrs] as const),
      ["tanh", "tanh", tanh] as const,
    ]) {
      const model = imageNet(activation, 64, depth, glorot);
      const arrival = await arriveAtBestRate(place, key, grid, {
        model,
        data,
        judged: few,
        error,
        every,
        most,
        doing: key,
      });
      values[`${key} steps`] = arrival.steps;
      curves[key] = arrival.curve;
    }
    const both = (what: string): number[][] => cases.map(({ key }) => values[`${key} ${what}`]!);
    const [cosine, centred] = both("cosine") as [number[], number[]];
    const [slow, fast] = both("steps") as [number[], number[]];
    values["straighter"] = centred.map((c, r) => c - cosine[r]!);
    values["ratio"] = slow.map((s, r) => s / fast[r]!);
    return { values, data: { values, curves, error } };
  },
  figure: ({ values, curves, error }) => ({
    caption: {
      en: "First: how much two successive updates point the same way. Second: error on training images during training, each at its best learning rate. Mark: reference.",
      ko: "첫째: 잇따른 두 갱신이 같은 쪽을 향하는 정도. 둘째: 저마다 가장 좋은 학습률에서 학습 중 훈련 이미지의 오류. 표시는 참조 결과.",
    },
    panels: [
      {
        kind: "bars",
        value: {
          label: { en: "cosine of successive updates", ko: "잇따른 갱신의 코사인" },
          from: -0.2,
          to: 0.6,
        },
        levels: [{ at: 0, name: { en: "right angle", ko: "직각" } }],
        bars: cases.map(({ key, name, cosine }) => bar(name, values[`${key} cosine`]!, cosine)),
      },
      {
        kind: "lines",
        x: { label: { en: "step", ko: "단계" } },
        y: { label: { en: "error", ko: "오류" }, percent: true, from: 0, to: 1 },
        levels: [{ at: error, name: `${(100 * error).toFixed(0)} %` }],
        series: [...cases.map(({ key, name }) => [key, name] as const), ["tanh", "tanh"] as const].map(
          ([key, name]) => ({ name, points: curves[key]!.map((c) => point(c.step, c.error)) }),
        ),
      },
    ],
  }),
  verdict(read) {
    const [ratio, straighter] = [read("ratio").median, read("straighter").median];
    const [slow, fast] = [read("sigmoid steps").median, read("centred steps").median];
    return {
      answer: ratio > 1.1 && straighter > 0.1 ? "holds" : straighter > 0.1 ? "condition" : "fails",
      text: {
        en: `With the same derivative but a mean of 0, successive updates agree more (cosine ${read("centred cosine").median.toFixed(2)} against ${read("sigmoid cosine").median.toFixed(2)}). At their best learning rates σ needs ${slow.toFixed(0)} steps and σ - 1/2 needs ${fast.toFixed(0)}: a factor of ${ratio.toFixed(1)}. That slows learning but does not stop it.`,
        ko: `도함수는 그대로 두고 평균만 0으로 하면 잇따른 갱신의 방향이 더 잘 맞는다(코사인 ${read("sigmoid cosine").median.toFixed(2)}에서 ${read("centred cosine").median.toFixed(2)}로). 저마다 가장 좋은 학습률에서 σ는 ${slow.toFixed(0)}단계, σ - 1/2은 ${fast.toFixed(0)}단계가 걸린다. ${ratio.toFixed(1)}배 느려질 뿐 학습이 막히지는 않는다.`,
      },
    };
  },
});
