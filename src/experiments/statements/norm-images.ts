import { type Case, barsOf, metric, metricsOf } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { type Measured, accuracyOf, minus, momentumSgd } from "../measures.ts";
import { imageNet, normedNet, scalesOf } from "../networks.ts";
import { bars, chance, share, words } from "../panels.ts";
import { normImages as t } from "../texts/norm.ts";

const cases: readonly (Case & { label: NonNullable<Case["label"]> })[] = [
  { name: "none", label: t.none, reference: 0.102, gate: { to: 0.2 } },
  { name: "bare", label: t.bare, reference: 0.873, gate: { from: 0.7 } },
  { name: "scaled", label: t.scaled, reference: 0.879 },
];

export const normImages = defineStatement(t, {
  row: 34,
  name: "norm-images",
  chapter: "norm",
  images: true,
  seconds: [160, 16],
  setup: {
    rows: 10_000,
    batch: 128,
    momentum: 0.9,
    steps: 400,
    searchSteps: 150,
    depth: 10,
    width: 64,
    lrs: [0.03, 0.1, 0.3],
  },
  drag: { field: "depth", from: 1, to: 20 },
  quick: { rows: 3000, steps: 60, lrs: [0.1] },
  metrics: [
    ...metricsOf(cases, t.accuracyOf, { notation: "percent" }),
    metric("gain", t.gain, { notation: "percent", reference: 0.006, to: 0.05 }),
    metric("gamma", t.gamma, { reference: 1 }),
  ],
  async run(place, { rows, batch, momentum, steps, searchSteps, depth, width, lrs }) {
    const data = await place.training(rows);
    const hidden = Array.from({ length: depth }, () => width);
    const layers = { inputs: 784, hidden, outputs: 10, activation: "sigmoid" };
    const values: Measured = {};
    for (const { name } of cases) {
      const model =
        name === "none" ? imageNet("sigmoid", width, depth) : normedNet(layers, name === "scaled");
      const training = { model, data, batch, steps, optimizer: momentumSgd(momentum), doing: name };
      const lr = await place.bestRate(name, lrs, { ...training, steps: searchSteps }, (trainer) =>
        accuracyOf(trainer, data),
      );
      await place.train({ ...training, lr }, async (trainer) => {
        values[name] = await accuracyOf(trainer, data);
        if (name === "scaled") values["gamma"] = await scalesOf(trainer, depth);
      });
    }
    values["gain"] = minus(values, "scaled", "bare");
    return { values, data: null };
  },
  panels: (_, { values }) => [bars(words.training, barsOf(values, cases), { ...share, ...chance })],
  verdict: (read) => (read.passes("none", "bare", "gain") ? "fails" : "holds"),
});
