import { defineExperiment } from "../experiment.ts";
import { bar } from "../measures.ts";
import { kernelTimes } from "../timing.ts";

const cases = [
  { name: "copy", activation: "identity", label: { en: "copy", ko: "복사" } },
  { name: "relu", activation: "relu", label: "relu" },
  { name: "leaky", activation: "leaky_relu", label: "leaky" },
  { name: "sigmoid", activation: "sigmoid", label: "sigmoid" },
  { name: "tanh", activation: "tanh", label: "tanh" },
] as const;

export const reluCheap = defineExperiment({
  row: 15,
  name: "relu-cheap",
  chapter: "relu",
  seconds: [50, 13],
  title: { en: "ReLU costs no more than a copy", ko: "ReLU는 복사만큼 싸다" },
  statement: {
    en: "ReLU is cheap to compute.",
    ko: "ReLU는 계산이 싸다.",
  },
  method: {
    en: "Each function's kernel over 1,048,576 numbers, against one that only copies them.",
    ko: "수 1,048,576개에 대한 함수별 커널의 시간을 복사만 하는 커널과 견준다.",
  },
  notes: [
    {
      en: "The reference is PyTorch on a CPU: 0.33 ms for relu and for a memory copy alike. The copy here is identity's kernel, which reads and writes as relu's does.",
      ko: "참조 결과는 CPU의 PyTorch다: relu도 메모리 복사도 0.33 ms. 여기서 복사는 relu처럼 읽고 쓰는 항등 함수의 커널이다.",
    },
  ],
  setup: { elements: 1_048_576, steps: 25 },
  quick: { elements: 262_144, steps: 5 },
  metrics: [
    {
      name: "ratio",
      label: { en: "relu over a copy", ko: "relu 나누기 복사" },
      reference: [1],
      gate: { from: 0.6, to: 1.5 },
    },
    ...cases.map(({ name, label }) => ({
      name: `${name} ms`,
      label:
        typeof label === "string"
          ? { en: `milliseconds, ${label}`, ko: `밀리초, ${label}` }
          : { en: `milliseconds, ${label.en}`, ko: `밀리초, ${label.ko}` },
      ...((name === "copy" || name === "relu") && { reference: [0.33] as const }),
    })),
  ],
  async run(place, { elements, steps }) {
    const times = await kernelTimes(
      place,
      cases.map(({ activation }) => activation),
      { elements, steps },
    );
    const values: Record<string, number[]> = {};
    for (const { name, activation } of cases)
      values[`${name} ms`] = times[activation]!.map((us) => us / 1000);
    values["ratio"] = values["relu ms"]!.map((ms, r) => ms / values["copy ms"]![r]!);
    return { values, data: values };
  },
  figure: (values) => ({
    caption: {
      en: "Kernel time over 1,048,576 numbers, range over rounds.",
      ko: "수 1,048,576개에 대한 커널의 시간과 여러 번 잰 것의 최소·최대.",
    },
    panels: [
      {
        kind: "bars",
        value: { label: { en: "milliseconds", ko: "밀리초" }, from: 0 },
        bars: cases.map(({ name, label }) => bar(label, values[`${name} ms`]!)),
      },
    ],
  }),
  verdict: (read) => ({
    answer: read("ratio").median < 1.5 ? "holds" : "fails",
    text: {
      en: `relu takes ${read("relu ms").median.toFixed(2)} ms for 1,048,576 numbers, a copy ${read("copy ms").median.toFixed(2)} ms: ${read("ratio").median < 1.5 ? "it costs the reads and writes, and nothing more" : "here it costs more than the reads and writes"}. Tanh takes ${read("tanh ms").median.toFixed(2)} ms on this adapter.`,
      ko: `수 1,048,576개에 relu는 ${read("relu ms").median.toFixed(2)} ms, 복사는 ${read("copy ms").median.toFixed(2)} ms 걸린다: ${read("ratio").median < 1.5 ? "읽고 쓰는 시간이 전부다" : "여기서는 읽고 쓰기보다 더 든다"}. 이 어댑터에서 tanh는 ${read("tanh ms").median.toFixed(2)} ms다.`,
    },
  }),
});
