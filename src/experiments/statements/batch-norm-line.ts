import { type Case, barsOf, forCase, metric } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { type Measured, accuracyOf, adamAt, minus } from "../measures.ts";
import { normedNet, scalesOf } from "../networks.ts";
import { bars, words } from "../panels.ts";
import { planeSets } from "../plane.ts";
import { batchNormLine as t } from "../texts/norm.ts";

interface Normed extends Case {
  readonly activation: string;
  readonly depth: number;
  readonly scale: boolean;
}
const normed = (activation: string, depth: number, scale: boolean, reference: number): Normed => ({
  name: `${activation} ${depth} ${scale ? "scaled" : "bare"}`,
  activation,
  depth,
  scale,
  reference,
});
const cases = [
  normed("sigmoid", 1, false, 0.648),
  normed("sigmoid", 1, true, 0.995),
  normed("sigmoid", 2, false, 0.648),
  normed("sigmoid", 2, true, 1),
  normed("sigmoid", 3, false, 0.66),
  normed("sigmoid", 3, true, 1),
  normed("relu", 2, false, 1),
  normed("relu", 2, true, 1),
];

export const batchNormLine = defineStatement(t, {
  row: 34,
  name: "batch-norm-line",
  chapter: "norm",
  seeds: 5,
  seconds: [165, 40],
  setup: { width: 16, lr: 0.01, steps: 1500 },
  drag: { field: "width", from: 2, to: 64 },
  quick: { steps: 800 },
  metrics: [
    ...cases.map((one) =>
      metric(one.name, forCase(one.scale ? t.scaled : t.bare, one), { reference: one.reference }),
    ),
    metric("gain", t.gain, { reference: 0.352, from: 0.1 }),
    metric("gamma", t.gamma, { reference: 6.1, from: 1.5 }),
  ],
  async run(place, { width, lr, steps }) {
    const data = planeSets.spirals();
    const values: Measured = {};
    for (const { name, activation, depth, scale } of cases) {
      const hidden = Array.from({ length: depth }, () => width);
      const model = normedNet({ inputs: 2, hidden, outputs: 2, activation }, scale);
      const training = { model, data, batch: data.rows, steps, lr, optimizer: adamAt, doing: name };
      await place.train(training, async (trainer) => {
        values[name] = await accuracyOf(trainer, data);
        if (name === "sigmoid 1 scaled") values["gamma"] = await scalesOf(trainer, depth);
      });
    }
    values["gain"] = minus(values, "sigmoid 2 scaled", "sigmoid 2 bare");
    return { values, data: null };
  },
  panels: (_, { values }) => [
    bars(words.accuracy, barsOf(values, cases), {
      percent: true,
      from: 0.4,
      to: 1,
      levels: [{ at: 0.6, name: t.line }],
    }),
  ],
  verdict: (read) => (read.passes("gain") ? "holds" : "fails"),
});
