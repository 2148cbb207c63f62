import { type Case, barsOf, metric, metricsOf } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { type Measured, over } from "../measures.ts";
import { bars } from "../panels.ts";
import { reluCheap as t } from "../texts/relu.ts";
import { kernelTimes } from "../timing.ts";

const cases: readonly (Case & { activation: string })[] = [
  { name: "copy", label: t.copy, activation: "identity", reference: 0.33 },
  { name: "relu", activation: "relu", reference: 0.33 },
  { name: "leaky", activation: "leaky_relu" },
  { name: "sigmoid", activation: "sigmoid" },
  { name: "tanh", activation: "tanh" },
];
const ms = { of: "{name} ms" };

export const reluCheap = defineStatement(t, {
  row: 15,
  name: "relu-cheap",
  chapter: "relu",
  seconds: [50, 13],
  setup: { elements: 1_048_576, steps: 25 },
  drag: { field: "elements", from: 4096, to: 4_194_304, multiple: 256 },
  quick: { elements: 262_144, steps: 5 },
  metrics: [metric("ratio", t.ratio, { reference: 1, from: 0.6, to: 1.5 }), ...metricsOf(cases, t.msOf, ms)],
  async run(place, setup) {
    const activations = cases.map(({ activation }) => activation);
    const times = await kernelTimes(place, activations, setup);
    const values: Measured = {};
    for (const { name, activation } of cases)
      values[`${name} ms`] = times[activation]!.map((us) => us / 1000);
    values["ratio"] = over(values, "relu ms", "copy ms");
    return { values, data: null };
  },
  panels: (_, { values }) => [
    bars(t.ms, barsOf(values, cases, { ...ms, reference: () => undefined }), { from: 0 }),
  ],
  verdict: (read) =>
    read.passes("ratio")
      ? { answer: "holds", fill: { cost: t.nothing } }
      : { answer: "fails", fill: { cost: t.more } },
});
