import { median } from "../../core/statistics.ts";
import { type Initializer, heUniform, inspect, probes } from "../../index.ts";
import { defineExperiment } from "../experiment.ts";
import { bar, point } from "../measures.ts";
import { imageNet, initializers } from "../networks.ts";

const DEPTH = 20;

/** U(±1 / √n), as frameworks often have it. */
const uniform: Initializer = heUniform(1 / Math.sqrt(3));

const nets = [
  { name: "sigmoid", activation: "sigmoid", init: initializers.glorot, reference: [0.231, 0.229, 0.234] },
  { name: "tanh", activation: "tanh", init: initializers.glorot, reference: [0.906] },
  { name: "relu glorot", activation: "relu", init: initializers.glorot, reference: [0.701] },
  { name: "linear", activation: "linear", init: initializers.glorot, reference: [0.997] },
  { name: "relu he", activation: "relu", init: initializers.he, reference: [1.01] },
  { name: "leaky he", activation: "leaky_relu", init: initializers.he, reference: [1.01] },
  { name: "elu he", activation: "elu", init: initializers.he, reference: [1.1] },
  { name: "sigmoid uniform", activation: "sigmoid", init: uniform, reference: [0.139] },
  { name: "tanh uniform", activation: "tanh", init: uniform, reference: [0.561] },
  { name: "relu uniform", activation: "relu", init: uniform, reference: [0.405] },
] as const;

const gates: Readonly<Record<string, { from?: number; to?: number }>> = {
  sigmoid: { from: 0.21, to: 0.25 },
  "relu he": { from: 0.95, to: 1.06 },
  "relu glorot": { to: 0.8 },
  "relu uniform": { to: 0.5 },
};

export const vanishingGradient = defineExperiment({
  row: 7,
  name: "vanishing-gradient",
  chapter: "sigmoid",
  exact: true,
  images: true,
  seeds: 5,
  seconds: [6, 6],
  title: {
    en: "The back-propagated signal vanishes with depth",
    ko: "되돌아오는 신호는 깊이에 따라 사라진다",
  },
  statement: {
    en: "Back-propagation multiplies σ', which is at most ¼: the gradient vanishes with depth.",
    ko: "역전파는 최댓값이 ¼인 σ'을 거듭 곱하므로 깊어질수록 기울기가 사라진다.",
  },
  method: {
    en: "Untrained 784-[64]x20-10 networks, 256 images: the norm of dL/dz at each layer, and the factor per layer from the last to the first.",
    ko: "학습 전의 784-[64]x20-10 신경망과 이미지 256장: 각 층의 dL/dz의 노름과, 마지막 층에서 첫 층까지 층마다 곱해지는 비율.",
  },
  setup: { network: "784-[64]x20-10", rows: 256, depth: DEPTH },
  metrics: [
    ...nets.map(({ name, reference }) => ({
      name,
      label: { en: `${name}: factor per layer`, ko: `${name}: 층마다의 비율` },
      reference: reference as readonly [number] | readonly [number, number, number],
      ...(gates[name] && { gate: gates[name] }),
    })),
    {
      name: "ratio",
      label: { en: "sigmoid: first to last of 20", ko: "시그모이드: 20층의 처음과 끝" },
      notation: "exponent",
      reference: [7.8e-13],
    },
  ],
  async run(place, { rows, depth }) {
    const { train } = await place.images(rows, 1000);
    const values: Record<string, number[]> = {};
    const curves: { name: string; layers: number[][] }[] = [];
    for (const { name, activation, init } of nets) {
      place.say(name);
      await place.fresh(imageNet(activation, 64, depth, init), async (trainer) => {
        const look = await inspect(trainer, train, { keep: false, probes: [probes.signal()] });
        look.run();
        const signal = await look.numbers("signal");
        look.dispose();
        // z of each hidden layer: the linear layers, every other one.
        const layers = Array.from({ length: depth }, (_, i) => [...signal[String(2 * i)]!]);
        const ratios = place.seeds.map((_, r) => layers[0]![r]! / layers.at(-1)![r]!);
        values[name] = ratios.map((ratio) => ratio ** (1 / (depth - 1)));
        if (name === "sigmoid") values["ratio"] = ratios;
        curves.push({ name, layers: layers.map((own) => own.map((v, r) => v / layers.at(-1)![r]!)) });
      });
    }
    return { values, data: { curves, factors: nets.map(({ name }) => ({ name, values: values[name]! })) } };
  },
  figure: ({ curves, factors }) => ({
    caption: {
      en: "First: the norm of dL/dz relative to the last layer's; back-propagation goes from right to left. Second: the factor per layer; at 1 the signal neither shrinks nor grows. Mark: reference.",
      ko: "첫째: 마지막 층에 대한 dL/dz의 노름. 역전파는 오른쪽에서 왼쪽으로 간다. 둘째: 층마다의 비율. 1이면 줄지도 늘지도 않는다. 표시는 참조 결과.",
    },
    panels: [
      {
        kind: "lines",
        x: { label: { en: "layer", ko: "층" } },
        y: { label: { en: "signal, last layer = 1", ko: "신호, 마지막 층 = 1" }, log: true },
        series: curves
          .filter(({ name }) => ["sigmoid", "tanh", "relu glorot", "linear", "relu he"].includes(name))
          .map(({ name, layers }) => ({ name, points: layers.map((own, i) => point(i + 1, own)) })),
      },
      {
        kind: "bars",
        value: { label: { en: "factor per layer", ko: "층마다의 비율" }, from: 0, to: 1.2 },
        levels: [{ at: 1, name: "1" }],
        bars: factors.map(({ name, values }, i) => bar(name, values, nets[i]!.reference[0])),
      },
    ],
  }),
  verdict(read) {
    const holds = read("sigmoid").median < 0.3 && read("relu he").median > 0.9;
    const factor = median([read("relu glorot").median]).toFixed(2);
    return {
      answer: holds ? "condition" : "fails",
      text: {
        en: `It does: the sigmoid loses a factor of ${(1 / read("sigmoid").median).toFixed(1)} at each layer. But with Glorot initialisation relu's vanishes too (${factor} per layer); He's is part of the remedy.`,
        ko: `그렇다: 시그모이드는 층마다 ${(1 / read("sigmoid").median).toFixed(1)}배씩 신호를 잃는다. 그러나 relu도 Glorot 초기값에서는 사라진다(층마다 ${factor}). He 초기값이 해결의 일부다.`,
      },
    };
  },
});
