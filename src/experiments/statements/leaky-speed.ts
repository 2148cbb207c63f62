import { arrivals, errorLines } from "../arrival.ts";
import { type Case, barsOf, metric, metricsOf } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { over } from "../measures.ts";
import { imageNet } from "../networks.ts";
import { bars } from "../panels.ts";
import { leakySpeed as t } from "../texts/relu-family.ts";

const cases: readonly (Case & { activation: string })[] = [
  { name: "relu", activation: "relu", reference: 220 },
  { name: "leaky 0.01", activation: "leaky_relu", reference: 220 },
  { name: "leaky 0.1", activation: "leaky_relu:negativeSlope=0.1" },
  { name: "leaky 0.3", activation: "leaky_relu:negativeSlope=0.3" },
];

export const leakySpeed = defineStatement(t, {
  row: 18,
  name: "leaky-speed",
  chapter: "relu",
  images: true,
  seconds: [50, 6],
  setup: {
    rows: 10_000,
    judged: 1000,
    batch: 128,
    error: 0.15,
    every: 10,
    most: 500,
    lrs: [0.05, 0.1, 0.2, 0.4],
  },
  drag: { field: "error", from: 0.12, to: 0.5 },
  quick: { rows: 4000, judged: 500, error: 0.25, every: 20, most: 100, lrs: [0.2] },
  metrics: [
    ...metricsOf(cases, t.stepsOf, { notation: "count" }),
    metric("ratio", t.ratio, { reference: 1, from: 0.7, to: 1.4 }),
  ],
  async run(place, { rows, judged, ...setup }) {
    const data = await place.training(rows);
    const few = await place.training(judged);
    const { steps, curves } = await arrivals(place, cases, ({ activation }) => ({
      ...setup,
      model: imageNet(activation, 64, 2),
      data,
      judged: few,
    }));
    return { values: { ...steps, ratio: over(steps, "relu", "leaky 0.01") }, data: curves };
  },
  panels: (curves, { values, setup: { error } }) => [
    bars(t.steps, barsOf(values, cases), { from: 0 }),
    errorLines(cases, curves, { error, from: 0.1, to: 0.6 }),
  ],
  verdict: (read) => ({
    ...(read.passes("ratio") ? { answer: "holds" } : { answer: "condition", text: t.differs }),
    fill: { list: cases.map(({ name }) => `${name}: ${read(name).median.toFixed(0)}`).join(", ") },
  }),
});
