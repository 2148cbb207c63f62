import { defineExperiment } from "../experiment.ts";
import { point } from "../measures.ts";
import { imageNet } from "../networks.ts";

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
  title: { en: "Back-propagation keeps what forward threw away", ko: "역전파는 순전파가 버릴 것을 간직한다" },
  statement: {
    en: "Back-propagation stores intermediate results, and so needs more memory than the forward pass.",
    ko: "역전파는 중간 결과를 저장하므로 순전파보다 메모리가 더 든다.",
  },
  method: {
    en: "784-[256]xD-10 at a batch of 128: bytes of forward's results that backward reads, as the engine plans them, against two buffers that a forward pass alone needs.",
    ko: "묶음 128의 784-[256]xD-10: 엔진의 계획에서 역전파가 읽는 순전파 결과의 바이트 수와, 순전파만 할 때 필요한 버퍼 두 개.",
  },
  setup: { network: "784-[256]xD-10", batch: 128, forward: 532_480, depths: [2, 4, 8, 16, 32] },
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
      label: { en: "relu 32 over a forward pass alone", ko: "relu 32층 나누기 순전파만" },
      reference: [8.6],
      gate: { from: 4 },
    },
  ],
  run(_place, { batch, forward, depths }) {
    const bytes = (activation: string, depth: number): number => {
      const { savedBytes: saved } = imageNet(activation, 256, depth).summary({ batch });
      return saved + batch * 784 * 4; // the summary leaves out the input, which the first weights' gradient reads
    };
    const values: Record<string, number[]> = {};
    for (const { name, activation, depth } of cases) values[name] = [bytes(activation, depth)];
    values["ratio"] = [values["relu 32"]![0]! / forward];
    const curve = ["relu", "elu"].map((name) => ({
      name,
      points: depths.map((depth) => ({ depth, bytes: bytes(name, depth) })),
    }));
    return Promise.resolve({ values, data: { curve, forward } });
  },
  figure: ({ curve, forward }) => ({
    caption: {
      en: "Bytes that training keeps for backward, by depth; a forward pass alone gets by with two buffers. ELU keeps its inputs beside its outputs.",
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
      en: `It grows with depth: at 32 layers training keeps ${read("ratio").median.toFixed(1)} times what a forward pass needs. What is kept is the activations' outputs (for ELU their inputs too), not derivatives.`,
      ko: `깊이에 따라 늘어난다: 32층에서 학습은 순전파의 ${read("ratio").median.toFixed(1)}배를 간직한다. 간직하는 것은 미분이 아니라 활성화 함수의 출력(ELU는 입력도)이다.`,
    },
  }),
});
