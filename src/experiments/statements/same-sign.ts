import { probes } from "../../index.ts";
import { type Case, barsOf, metricsOf } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { type Measured, measure } from "../measures.ts";
import { imageNet } from "../networks.ts";
import { bars, share } from "../panels.ts";
import { sameSign as t } from "../texts/sigmoid.ts";

/** `reference` and `gate`: for single images; `batch`: for a whole batch. */
const cases: readonly (Case & { batch?: number })[] = [
  { name: "sigmoid", reference: 1, gate: { from: 1, each: true }, batch: 0.3 },
  { name: "relu", reference: 1, gate: { from: 1, each: true }, batch: 0.04 },
  ...["tanh", "elu", "leaky_relu", "linear"].map((name) => ({
    name,
    reference: 0,
    gate: { to: 0, each: true },
  })),
];
const samples = { of: "{name} sample" };
const batches = { of: "{name} batch", reference: ({ batch }: (typeof cases)[number]) => batch };

export const sameSign = defineStatement(t, {
  row: 10,
  name: "same-sign",
  chapter: "sigmoid",
  exact: true,
  images: true,
  seconds: [2, 2],
  setup: { batch: 128 },
  drag: { field: "batch", from: 1, to: 512 },
  metrics: [
    ...metricsOf(cases, t.sampleOf, { ...samples, notation: "percent" }),
    ...metricsOf(cases, t.batchOf, {
      ...batches,
      notation: "percent",
      gate: ({ batch }) => (batch === undefined ? undefined : { to: 0.6 }),
    }),
  ],
  async run(place, { batch }) {
    const images = await place.training(batch);
    const values: Measured = {};
    for (const { name } of cases) {
      place.say(name);
      const found = await place.fresh(imageNet(name, 64, 2), (trainer) =>
        measure(trainer, images, probes.sameSign()),
      );
      values[`${name} sample`] = found["2 sample"]!;
      values[`${name} batch`] = found["2 batch"]!;
    }
    return { values, data: null };
  },
  panels: (_, { values }) => [
    bars(t.neurons, barsOf(values, cases, samples), { ...share, title: t.sample }),
    bars(t.neurons, barsOf(values, cases, batches), { ...share, title: t.batch }),
  ],
  verdict: (read) => (read.passes("sigmoid sample", "relu sample") ? "condition" : "fails"),
});
