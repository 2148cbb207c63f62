import { inspect, linear, parseActivation, probes, sequential } from "../../index.ts";
import { defineExperiment } from "../experiment.ts";
import { passOn } from "../measures.ts";

export const sigmoidRange = defineExperiment({
  row: 6,
  name: "sigmoid-range",
  chapter: "sigmoid",
  exact: true,
  seeds: 1,
  seconds: [1, 1],
  title: { en: "The sigmoid and its derivative", ko: "시그모이드와 그 도함수" },
  statement: {
    en: "σ lies in (0, 1), σ(0) = ½; its derivative is at most ¼, at 0, and goes to 0 for large |x|.",
    ko: "σ는 (0, 1) 안에 있고 σ(0) = ½이다. 도함수는 0에서 최댓값 ¼을 가지며 |x|가 커지면 0으로 간다.",
  },
  method: {
    en: "The engine's sigmoid and the derivative that training uses, swept over x in float32 on the GPU.",
    ko: "엔진의 시그모이드와 학습에 쓰이는 도함수를 GPU에서 float32로 x 전체에 걸쳐 계산한다.",
  },
  setup: { from: -100, to: 100, step: 0.01 },
  metrics: [
    { name: "half", label: { en: "σ(0)", ko: "σ(0)" }, reference: [0.5], gate: { from: 0.5, to: 0.5 } },
    {
      name: "slope",
      label: { en: "largest σ'", ko: "σ'의 최댓값" },
      reference: [0.25],
      gate: { from: 0.25, to: 0.25 },
    },
    {
      name: "slopeAt",
      label: { en: "where it is", ko: "그 위치" },
      reference: [0],
      gate: { from: 0, to: 0 },
    },
    {
      name: "slope5",
      label: { en: "σ'(5)", ko: "σ'(5)" },
      reference: [0.00665],
      gate: { from: 0.00664, to: 0.00666 },
    },
    {
      name: "slope10",
      label: { en: "σ'(10)", ko: "σ'(10)" },
      notation: "exponent",
      reference: [4.5e-5],
      gate: { from: 4.5e-5, to: 4.6e-5 },
    },
    {
      name: "one",
      label: { en: "first x with σ = 1 in float32", ko: "float32에서 처음으로 σ = 1인 x" },
      reference: [16.64],
      gate: { from: 16.5, to: 17.4 },
    },
    {
      name: "zero",
      label: { en: "last x with σ = 0 in float32", ko: "float32에서 마지막으로 σ = 0인 x" },
      reference: [-88.7],
      gate: { from: -104, to: -87 },
    },
  ],
  notes: [
    {
      en: "The x at which σ becomes 0 depends on how the adapter treats numbers below 1.2e-38: -87.3 if it flushes them to zero, -88.7 if exp overflows, -104 if it keeps them all.",
      ko: "σ가 0이 되는 위치는 어댑터가 1.2e-38보다 작은 수를 유지하는지에 따라 다르다: 버리면 -87.3, exp가 넘치면 -88.7, 모두 유지하면 -104.",
    },
  ],
  run: (place, { from, to, step }) =>
    place.fresh(sequential(linear(1, 1), parseActivation("sigmoid")), async (trainer) => {
      trainer.setWeights(passOn(1));
      const count = Math.round((to - from) / step) + 1;
      const x = Float32Array.from({ length: count }, (_, i) => Math.fround(from + i * step));
      x[Math.round(-from / step)] = 0;
      const look = await inspect(trainer, x, { probes: [probes.jacobian()], keep: true });
      look.run();
      const y = (await look.read("1")).output;
      const slope = (await look.figures("jacobian"))["0"]!.data;
      look.dispose();
      const at = (value: number): number =>
        x.reduce((best, v, i) => (Math.abs(v - value) < Math.abs(x[best]! - value) ? i : best), 0);
      const most = slope.reduce((best, v, i) => (v > slope[best]! ? i : best), 0);
      const values = {
        half: [y[at(0)]!],
        slope: [slope[most]!],
        slopeAt: [x[most]!],
        slope5: [slope[at(5)]!],
        slope10: [slope[at(10)]!],
        one: [x[y.indexOf(1)] ?? NaN],
        zero: [x[y.lastIndexOf(0)] ?? NaN],
      };
      const shown = Array.from({ length: 161 }, (_, i) => at(-20 + i / 4));
      return { values, data: shown.map((i) => [x[i]!, y[i]!, slope[i]!] as const) };
    }),
  figure: (points) => ({
    caption: {
      en: "The sigmoid and its derivative as training computes it: beyond |x| = 5 almost no gradient passes.",
      ko: "시그모이드와 학습에 쓰이는 도함수: |x|가 5를 넘으면 되돌아오는 신호가 거의 없다.",
    },
    panels: [
      {
        kind: "lines",
        x: { label: { en: "x", ko: "x" } },
        y: { label: { en: "value", ko: "값" }, from: 0, to: 1 },
        levels: [{ at: 0.25, name: "¼" }],
        series: [
          { name: "σ(x)", points: points.map(([x, y]) => [x, y] as const) },
          { name: "σ'(x)", points: points.map(([x, , slope]) => [x, slope] as const) },
        ],
      },
    ],
  }),
  verdict: (read) => ({
    answer: read("slope").median === 0.25 && read("half").median === 0.5 ? "condition" : "fails",
    text: {
      en: `True for real numbers. In float32 the interval closes: σ is exactly 1 from x = ${read("one").median.toFixed(2)} on and 0 below ${read("zero").median.toFixed(1)}, and the derivative there is 0.`,
      ko: `실수에서는 그대로 성립한다. float32에서는 구간이 닫힌다: x = ${read("one").median.toFixed(2)}부터 σ는 정확히 1, ${read("zero").median.toFixed(1)} 아래에서는 0이며 도함수도 0이다.`,
    },
  }),
});
