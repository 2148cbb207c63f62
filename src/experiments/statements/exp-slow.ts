import { defineExperiment } from "../experiment.ts";
import { bar } from "../measures.ts";
import { kernelTimes, sharesOfStep } from "../timing.ts";
import { percent } from "../../report/numbers.ts";

const cases = [
  { name: "exp", ratio: 2.1, share: undefined },
  { name: "sigmoid", ratio: 2.7, share: 0.03 },
  { name: "elu", ratio: 3.2, share: 0.06 },
  { name: "tanh", ratio: 8, share: 0.08 },
] as const;

const steps = [
  { name: "relu", share: 0.02 },
  { name: "sigmoid", share: 0.03 },
  { name: "elu", share: 0.06 },
  { name: "tanh", share: 0.08 },
] as const;

export const expSlow = defineExperiment({
  row: 13,
  name: "exp-slow",
  chapter: "sigmoid",
  seconds: [85, 25],
  title: { en: "Is the exponential slow?", ko: "지수 함수는 느린가?" },
  statement: {
    en: "Sigmoid and tanh need an exponential, which is slow to compute.",
    ko: "시그모이드와 tanh에 필요한 지수 함수는 계산이 느리다.",
  },
  method: {
    en: "Each function's kernel over 1,048,576 numbers, against relu's; and the activations' share of a 784-256-256-10 training step, forward and backward, each run as a separate kernel.",
    ko: "수 1,048,576개에 대한 함수별 커널의 시간을 relu와 견주고, 784-256-256-10의 학습 한 단계에서 활성화 함수가 순전파와 역전파에 차지하는 몫을 저마다 독립된 커널로 잰다.",
  },
  notes: [
    {
      en: "The reference is PyTorch on a CPU without vector code for tanh. Ratios depend on the device: where kernels wait for memory, all functions take the same time.",
      ko: "참조 결과는 tanh에 벡터 코드가 없는 CPU의 PyTorch다. 비율은 장치에 따라 다르고, 커널이 메모리를 기다리는 장치에서는 모든 함수의 시간이 같다.",
    },
    {
      en: "The engine usually fuses an activation into the kernel before it. Here fusion is off, so that there is something to measure.",
      ko: "엔진은 보통 활성화 함수를 앞 커널에 합친다. 여기서는 재기 위해 합치지 않는다.",
    },
  ],
  setup: { elements: 1_048_576, network: "784-256-256-10", batch: 128, steps: 20 },
  quick: { elements: 262_144, steps: 4 },
  metrics: [
    ...cases.map(({ name, ratio }) => ({
      name: `${name} ratio`,
      label: { en: `kernel time of ${name} over relu's`, ko: `${name} 커널, relu의 몇 배` },
      reference: [ratio] as const,
    })),
    ...steps.map(({ name, share }) => ({
      name: `${name} share`,
      label: { en: `share of a training step, ${name}`, ko: `학습 단계에서 차지하는 몫, ${name}` },
      notation: "percent" as const,
      reference: [share] as const,
      ...(name === "tanh" && { gate: { to: 0.25 } }),
    })),
  ],
  async run(place, { elements, batch, steps: count }) {
    const kernels = await kernelTimes(place, ["relu", ...cases.map(({ name }) => name)], {
      elements,
      steps: count,
    });
    const shares = await sharesOfStep(
      place,
      steps.map(({ name }) => name),
      { batch, steps: count },
    );
    const values: Record<string, number[]> = {};
    for (const { name } of cases)
      values[`${name} ratio`] = kernels[name]!.map((us, round) => us / kernels["relu"]![round]!);
    for (const { name } of steps) values[`${name} share`] = [...shares[name]!];
    return { values, data: values };
  },
  figure: (values) => ({
    caption: {
      en: "First: time of the kernel alone, relu = 1. Second: share of a whole training step. Mark: reference, on a CPU.",
      ko: "첫째: 커널만의 시간, relu가 1. 둘째: 학습 한 단계에서 차지하는 몫. 표시는 CPU의 참조 결과.",
    },
    panels: [
      {
        kind: "bars",
        value: { label: { en: "time over relu's", ko: "relu의 몇 배" }, from: 0 },
        levels: [{ at: 1, name: "relu" }],
        bars: cases.map(({ name, ratio }) => bar(name, values[`${name} ratio`]!, ratio)),
      },
      {
        kind: "bars",
        value: {
          label: { en: "share of a training step", ko: "학습 단계에서 차지하는 몫" },
          percent: true,
          from: 0,
          to: 1,
        },
        bars: steps.map(({ name, share }) => bar(name, values[`${name} share`]!, share)),
      },
    ],
  }),
  verdict(read) {
    const [exp, tanh, share] = [
      read("exp ratio").median,
      read("tanh ratio").median,
      read("tanh share").median,
    ];
    const slower = tanh > 1.2;
    const extra = share - read("relu share").median;
    return {
      answer: slower && share > 0.25 ? "holds" : slower ? "condition" : "fails",
      text: {
        en: `On this adapter exp's kernel takes ${exp.toFixed(1)} times as long as relu's, and tanh's ${tanh.toFixed(1)} times${slower ? "" : ", so there is next to nothing to save"}. In training it hardly matters: tanh is ${percent(share)} of a step, ${percent(Math.max(extra, 0))} more than relu. Matrix products are the rest.`,
        ko: `이 어댑터에서 exp 커널은 relu의 ${exp.toFixed(1)}배, tanh 커널은 ${tanh.toFixed(1)}배 걸린다${slower ? "" : ". 아낄 것이 거의 없다"}. 학습에서는 거의 문제가 되지 않는다: tanh는 한 단계의 ${percent(share)}로 relu보다 ${percent(Math.max(extra, 0))} 많을 뿐이고, 나머지는 행렬 곱이다.`,
      },
    };
  },
});
