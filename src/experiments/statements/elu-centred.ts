import { type Case, barsOf, metric, metricsOf } from "../cases.ts";
import { meanOverStd } from "../centred.ts";
import { defineStatement } from "../experiment.ts";
import { across, eachCase } from "../measures.ts";
import { bars } from "../panels.ts";
import { eluCentred as t } from "../texts/relu-family.ts";

const cases: readonly (Case & { name: "elu" | "relu" | "leaky_relu" | "sigmoid" | "tanh" })[] = [
  { name: "elu", reference: [0.21, 0.08, 0.24] },
  { name: "relu", reference: 0.6 },
  { name: "leaky_relu", reference: 0.59 },
  { name: "sigmoid", reference: 1.13 },
  { name: "tanh", reference: -0.01 },
];

export const eluCentred = defineStatement(t, {
  row: 20,
  name: "elu-centred",
  chapter: "relu",
  images: true,
  seconds: [85, 10],
  setup: {
    rows: 10_000,
    batch: 128,
    steps: 780,
    lr: { elu: 0.1, relu: 0.1, leaky_relu: 0.1, sigmoid: 0.5, tanh: 0.1 },
    looked: 2000,
  },
  drag: { field: "lr.elu", from: 0.01, to: 1 },
  quick: { rows: 4000, steps: 150, looked: 1000 },
  metrics: [...metricsOf(cases, t.centreOf), metric("nearer", t.nearer, { reference: 3, from: 1.5 })],
  async run(place, { rows, lr, ...setup }) {
    const data = await place.training(rows);
    const values = await eachCase(cases, ({ name }) =>
      meanOverStd(place, name, data, { ...setup, lr: lr[name] }),
    );
    const nearer = across(values, ["relu", "elu"], (relu, elu) => Math.abs(relu / elu));
    return { values: { ...values, nearer }, data: null };
  },
  panels: (_, { values }) => [bars(t.centre, barsOf(values, cases))],
  verdict: (read) => (read.passes("nearer") ? "condition" : "fails"),
});
