import { normal } from "../../core/random.ts";
import { inspect, linear, parseActivation, probes, sequential } from "../../index.ts";
import { defineExperiment } from "../experiment.ts";
import { bar, float64, passOn } from "../measures.ts";

const ROWS = 200_000;
const activations = [
  { name: "sigmoid", reference: 0.984 },
  { name: "tanh", reference: 0.93 },
  { name: "relu", reference: 0.7335 },
] as const;

export const linearFit = defineExperiment({
  row: 34,
  name: "linear-fit",
  chapter: "norm",
  exact: true,
  seeds: 1,
  seconds: [1, 1],
  title: {
    en: "On normal inputs a sigmoid is nearly a line",
    ko: "정규분포 입력에서 시그모이드는 거의 직선이다",
  },
  statement: {
    en: "Batch norm gives an activation inputs from N(0, 1), where sigmoid and tanh are nearly linear.",
    ko: "배치 정규화는 활성화 함수에 N(0, 1)의 입력을 주는데, 거기서 시그모이드와 tanh는 거의 선형이다.",
  },
  method: {
    en: "{rows} samples of N(0, 1) go through the activation on the GPU: R² of the best line through (input, output).",
    ko: "N(0, 1)의 수 {rows}개를 GPU에서 활성화 함수에 넣고, (입력, 출력)에 가장 잘 맞는 직선의 R²를 구한다.",
  },
  setup: { rows: ROWS },
  metrics: activations.map(({ name, reference }) => ({
    name,
    label: { en: `R² of the best line, ${name}`, ko: `가장 좋은 직선의 R², ${name}` },
    reference: [reference] as const,
    gate: { from: reference - 0.005, to: reference + 0.005 },
  })),
  async run(place, { rows }) {
    const x = normal(1, 1, rows);
    const values: Record<string, number[]> = {};
    for (const { name } of activations) {
      place.say(name);
      await place.fresh(sequential(linear(1, 1), parseActivation(name)), async (trainer) => {
        trainer.setWeights(passOn(1));
        const look = await inspect(trainer, x, { keep: false, probes: [probes.linearFit()] });
        look.run();
        values[name] = [...(await look.numbers("linearFit"))["1"]!];
        look.dispose();
      });
    }
    return {
      values,
      data: activations.map(({ name, reference }) => ({ name, reference, values: values[name]! })),
    };
  },
  figure: (rows) => ({
    caption: {
      en: "First: how much of an activation a line explains on inputs from N(0, 1). Second: the functions over that range.",
      ko: "첫째: N(0, 1) 입력에서 직선이 활성화 함수를 설명하는 정도. 둘째: 그 입력이 놓인 구간의 함수들.",
    },
    panels: [
      {
        kind: "bars",
        value: { label: { en: "R² of the best line", ko: "가장 좋은 직선의 R²" }, from: 0, to: 1 },
        bars: rows.map(({ name, reference, values }) => bar(name, values, reference)),
      },
      {
        kind: "lines",
        x: { label: { en: "input", ko: "입력" } },
        y: { label: { en: "output", ko: "출력" } },
        series: rows.map(({ name }) => {
          const { f } = float64(name);
          return {
            name,
            points: Array.from({ length: 61 }, (_, i) => [-3 + i / 10, f(-3 + i / 10)] as const),
          };
        }),
      },
    ],
  }),
  verdict: (read) => ({
    answer: read("sigmoid").median > 0.95 && read("relu").median < 0.8 ? "holds" : "fails",
    text: {
      en: `A line explains ${(100 * read("sigmoid").median).toFixed(1)} % of a sigmoid and ${(100 * read("tanh").median).toFixed(1)} % of a tanh there, but only ${(100 * read("relu").median).toFixed(1)} % of a relu. That is why batch norm has a scale and a shift.`,
      ko: `거기서 직선은 시그모이드의 ${(100 * read("sigmoid").median).toFixed(1)} %, tanh의 ${(100 * read("tanh").median).toFixed(1)} %를 설명하지만 relu는 ${(100 * read("relu").median).toFixed(1)} %뿐이다. 배치 정규화에 배율과 이동이 따로 있는 까닭이다.`,
    },
  }),
});
