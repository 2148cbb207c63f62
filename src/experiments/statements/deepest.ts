import type { Initializer } from "../../index.ts";
import { type Case, barsOf, metric, metricsOf } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { accuracyOf, eachCase, minus, momentumSgd } from "../measures.ts";
import { imageNet } from "../networks.ts";
import { bars, chance, share, words } from "../panels.ts";
import { deepest as t } from "../texts/depth.ts";
import { bent, steepTanh } from "../variance.ts";

const cases: readonly (Case & { activation: string; init?: Initializer })[] = [
  { name: "leaky 0.5", ...bent(0.5) },
  { name: "tanh", activation: "tanh", reference: 0.856, gate: { from: 0.7 } },
  { name: "relu", activation: "relu", reference: 0.785 },
  { name: "tanh(8x)/8", ...steepTanh(8) },
  { name: "sigmoid", activation: "sigmoid", reference: 0.102, gate: { to: 0.2 } },
];

export const deepest = defineStatement(t, {
  row: 33,
  name: "deepest",
  chapter: "depth",
  images: true,
  seconds: [140, 13],
  setup: {
    rows: 10_000,
    judged: 2000,
    batch: 128,
    momentum: 0.9,
    depth: 24,
    steps: 400,
    searchSteps: 100,
    lrs: [0.01, 0.03],
  },
  drag: { field: "depth", from: 1, to: 32 },
  quick: { rows: 4000, depth: 12, steps: 80, searchSteps: 40, lrs: [0.02] },
  metrics: [
    ...metricsOf(cases, t.accuracyOf, { notation: "percent" }),
    metric("ahead", t.ahead, { reference: 0.071, from: 0, fashion: true }),
  ],
  async run(place, { rows, judged, batch, momentum, depth, steps, searchSteps, lrs }) {
    const data = await place.training(rows);
    const few = await place.training(judged);
    const values = await eachCase(cases, async ({ name, activation, init }) => {
      const model = imageNet(activation, 64, depth, init);
      const training = { model, data, batch, steps, optimizer: momentumSgd(momentum), doing: name };
      const lr = await place.bestRate(name, lrs, { ...training, steps: searchSteps }, (trainer) =>
        accuracyOf(trainer, few),
      );
      return place.train({ ...training, lr }, (trainer) => accuracyOf(trainer, data));
    });
    values["ahead"] = minus(values, "tanh", "relu");
    return { values, data: null };
  },
  panels: (_, { values }) => [bars(words.training, barsOf(values, cases), { ...share, ...chance })],
  verdict(read) {
    const reluFirst = !read.passes("ahead");
    return {
      answer: !read.passes("sigmoid") ? "fails" : reluFirst ? "holds" : "condition",
      text: reluFirst ? t.held : t.verdict,
    };
  },
});
