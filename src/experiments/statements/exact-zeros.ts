import { type Dataset, type Trainer, probes } from "../../index.ts";
import { type Case, barsOf, metric, metricsOf } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { imageRace } from "../lab-races.ts";
import { type Measured, measure, overLayers } from "../measures.ts";
import { imageNet } from "../networks.ts";
import { bars, share, words } from "../panels.ts";
import { exactZeros as t } from "../texts/relu.ts";

/** `reference`: share after training; `before`: share before. */
const cases: readonly (Case & { name: "relu" | "sigmoid" | "tanh" | "elu"; before: number })[] = [
  { name: "relu", before: 0.46, reference: 0.56, gate: { from: 0.4, to: 0.8 } },
  { name: "sigmoid", before: 0, reference: 0, gate: { to: 0.001 } },
  { name: "tanh", before: 0, reference: 0, gate: { to: 0.001 } },
  { name: "elu", before: 0, reference: 0, gate: { to: 0.001 } },
];
const [untrained, trained] = [
  { of: "{name} before", reference: ({ before }: (typeof cases)[number]) => before },
  { of: "{name} after" },
];

/** The share of both hidden layers' outputs that are 0, or below a bound, one value per replica. */
const zerosOf = async (trainer: Trainer, images: Dataset, below?: number): Promise<number[]> =>
  overLayers(await measure(trainer, images, probes.zeros(below === undefined ? {} : { below })), ["1", "3"]);

export const exactZeros = defineStatement(t, {
  row: 30,
  name: "exact-zeros",
  chapter: "relu",
  images: true,
  seconds: [45, 9],
  race: imageRace([64, 64], ["relu", "sigmoid", "tanh", "elu"], [0.1, 0.5], 10),
  setup: {
    rows: 10_000,
    batch: 128,
    steps: 780,
    lr: { relu: 0.1, sigmoid: 0.5, tanh: 0.1, elu: 0.1 },
    looked: 2000,
  },
  drag: { field: "lr.relu", from: 0.01, to: 1 },
  quick: { rows: 4000, steps: 150, looked: 1000 },
  metrics: [
    metric("relu before", t.reluBefore, { notation: "percent", reference: 0.46, from: 0.35, to: 0.65 }),
    ...metricsOf(cases, t.afterOf, { ...trained, notation: "percent" }),
    metric("sigmoid small", t.small, { notation: "percent", reference: 0.14 }),
  ],
  async run(place, { rows, batch, steps, lr, looked }) {
    const data = await place.training(rows);
    const seen = await place.training(looked);
    const values: Measured = {};
    for (const { name } of cases) {
      const model = imageNet(name, 64, 2);
      values[`${name} before`] = await place.fresh(model, (trainer) => zerosOf(trainer, seen));
      await place.train({ model, data, batch, steps, lr: lr[name], doing: name }, async (trainer) => {
        values[`${name} after`] = await zerosOf(trainer, seen);
        if (name === "sigmoid") values["sigmoid small"] = await zerosOf(trainer, seen, 0.01);
      });
    }
    return { values, data: null };
  },
  panels: (_, { values }) => [
    bars(words.zeros, barsOf(values, cases, untrained), { ...share, title: t.before }),
    bars(words.zeros, barsOf(values, cases, trained), { ...share, title: t.after }),
  ],
  verdict: (read) => (read.passes("relu after", "tanh after") ? "holds" : "fails"),
});
