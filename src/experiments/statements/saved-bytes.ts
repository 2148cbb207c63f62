import { defineExperiment } from "../experiment.ts";
import { point } from "../measures.ts";
import { glorotUniform, heNormal, linear, recompute, relu, sequential, summary } from "../../index.ts";
import { imageNet } from "../networks.ts";

const WIDTH = 256;

/** relu 784-[256]xdepth-10 in so many segments, of which backward keeps the ends and computes the rest again. */
function segmented(depth: number, segments: number) {
  const each = depth / segments;
  const layers = Array.from({ length: depth }, (_, i) => [
    linear(i === 0 ? 784 : WIDTH, WIDTH, { init: heNormal() }),
    relu,
  ]);
  const parts = Array.from({ length: segments }, (_, s) => layers.slice(s * each, (s + 1) * each).flat());
  const last = [...parts.at(-1)!, linear(WIDTH, 10, { init: glorotUniform() })];
  return sequential(...[...parts.slice(0, -1), last].map((part) => recompute(...part)));
}

const cases = [
  { name: "relu 2", activation: "relu", depth: 2, reference: 669_700 },
  { name: "relu 16", activation: "relu", depth: 16, reference: 2_504_708 },
  { name: "relu 32", activation: "relu", depth: 32, reference: 4_601_860 },
  { name: "elu 16", activation: "elu", depth: 16, reference: 4_601_860 },
] as const;

export const savedBytes = defineExperiment({
  row: 25,
  name: "saved-bytes",
  chapter: "backward",
  exact: true,
  seeds: 1,
  seconds: [1, 1],
  title: {
    en: "Back-propagation keeps what a forward pass discards",
    ko: "역전파는 순전파가 버릴 것을 간직한다",
  },
  statement: {
    en: "Back-propagation stores intermediate results, and so needs more memory than the forward pass.",
    ko: "역전파는 중간 결과를 저장하므로 순전파보다 메모리가 더 든다.",
  },
  method: {
    en: "784-[256]xD-10 with a batch of {batch}: bytes of forward results that backward reads, as the engine plans them, against the two buffers that a forward pass alone needs; and the bytes that remain when sixteen layers are recomputed in {segments} segments.",
    ko: "묶음 {batch}의 784-[256]xD-10: 엔진의 계획에서 역전파가 읽는 순전파 결과의 바이트 수와, 순전파만 할 때 필요한 버퍼 두 개. 그리고 열여섯 층을 {segments}개 구간으로 나누어 다시 계산할 때 남는 바이트 수.",
  },
  setup: {
    batch: 128,
    forward: 532_480,
    depths: [2, 4, 8, 16, 32],
    segments: 4,
  },
  metrics: [
    ...cases.map(({ name, reference }) => ({
      name,
      label: { en: `bytes saved, ${name} deep`, ko: `저장 바이트, ${name}층` },
      notation: "count" as const,
      reference: [reference] as const,
      // Whether the labels and each row's loss are counted is a matter of a few kilobytes.
      gate: { from: reference * 0.95, to: reference * 1.05 },
    })),
    {
      name: "ratio",
      label: { en: "relu, 32 deep, over a forward pass alone", ko: "relu 32층 나누기 순전파만" },
      reference: [8.6],
      gate: { from: 4 },
    },
    {
      name: "segments",
      label: {
        en: "bytes saved with {segments} segments, relu 16 deep",
        ko: "{segments}개 구간으로 나눌 때 저장 바이트, relu 16층",
      },
      notation: "count",
      reference: [800_772],
      gate: { from: 800_772 * 0.95, to: 800_772 * 1.05 },
    },
    {
      name: "work",
      label: {
        en: "operations with segments over without (reference: time)",
        ko: "구간을 쓸 때의 계산량 나누기 쓰지 않을 때(참조값은 시간)",
      },
      reference: [1.41],
      gate: { from: 1, to: 1.5 },
    },
  ],
  run(_place, { batch, forward, depths, segments }) {
    const input = batch * 784 * 4; // which the first weights' gradient reads, and summaries leave out
    const bytes = (activation: string, depth: number): number => {
      const { savedBytes: saved } = summary(imageNet(activation, WIDTH, depth), { batch });
      return saved + input;
    };
    const values: Record<string, number[]> = {};
    for (const { name, activation, depth } of cases) values[name] = [bytes(activation, depth)];
    const again = summary(segmented(16, segments), { batch });
    values["segments"] = [again.savedBytes + input];
    values["work"] = [1 + again.againFlops / (3 * again.flops)]; // backward does twice forward's work
    values["ratio"] = [values["relu 32"]![0]! / forward];
    const curve = ["relu", "elu"].map((name) => ({
      name,
      points: depths.map((depth) => ({ depth, bytes: bytes(name, depth) })),
    }));
    return Promise.resolve({ values, data: { curve, forward } });
  },
  figure: ({ curve, forward }) => ({
    caption: {
      en: "Bytes that training keeps for backward, by depth. A forward pass alone gets by with two buffers. ELU keeps its inputs as well as its outputs.",
      ko: "깊이에 따라 학습이 역전파를 위해 간직하는 바이트. 순전파만 하면 버퍼 두 개면 된다. ELU는 출력과 함께 입력도 간직한다.",
    },
    panels: [
      {
        kind: "lines",
        x: { label: { en: "hidden layers", ko: "은닉층 수" }, from: 0 },
        y: { label: { en: "MB", ko: "MB" }, from: 0 },
        dots: true,
        levels: [{ at: forward / 1e6, name: { en: "forward alone", ko: "순전파만" } }],
        series: curve.map(({ name, points }) => ({
          name,
          points: points.map(({ depth, bytes }) => point(depth, [bytes / 1e6])),
        })),
      },
    ],
  }),
  verdict: (read) => ({
    answer: read("ratio").median > 4 ? "holds" : "fails",
    text: {
      en: `It grows with depth: at 32 layers training keeps ${read("ratio").median.toFixed(1)} times what a forward pass needs. It keeps the activations' outputs (for ELU their inputs too), not derivatives. Most of that can be recomputed segment by segment instead.`,
      ko: `깊이에 따라 늘어난다: 32층에서 학습은 순전파의 ${read("ratio").median.toFixed(1)}배를 간직한다. 간직하는 것은 미분이 아니라 활성화 함수의 출력(ELU는 입력도)이며, 구간마다 다시 계산하면 대부분 간직하지 않아도 된다.`,
    },
  }),
});
