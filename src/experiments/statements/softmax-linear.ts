import { type Trainer, linear, sequential, softmax } from "../../index.ts";
import { type Case, barsOf, metric, metricsOf } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { type Measured, accuracyOf, adamAt, agreement, largest, partOf } from "../measures.ts";
import { bars, share, words } from "../panels.ts";
import { type PlaneSet, planeSets } from "../plane.ts";
import { softmaxLinear as t } from "../texts/linear.ts";

const sets: readonly (Case & { name: PlaneSet })[] = [
  { name: "xor", reference: 0.5, gate: { to: 0.75 } },
  { name: "circles", reference: 0.55, gate: { to: 0.75 } },
  { name: "curves", reference: 0.815, gate: { to: 0.9 } },
  { name: "spirals", reference: 0.648, gate: { to: 0.75 } },
];

export const softmaxLinear = defineStatement(t, {
  row: 28,
  name: "softmax-linear",
  chapter: "linear",
  exact: true,
  seeds: 5,
  seconds: [4, 4],
  setup: { lr: 0.01, steps: 1000 },
  drag: { field: "steps", from: 10, to: 2000 },
  metrics: [
    metric("same", t.same, { notation: "percent", reference: 1, from: 1, each: true }),
    ...metricsOf(sets, t.accuracyOf, { notation: "percent" }),
  ],
  async run(place, { steps, lr }) {
    const same = place.seeds.map(() => 1);
    const values: Measured = { same };
    for (const { name } of sets) {
      const data = planeSets[name]();
      const x = data.x as Float32Array;
      const training = { data, batch: data.rows, steps, lr, optimizer: adamAt, doing: name };
      await place.train({ ...training, model: sequential(linear(2, 2)) }, async (trainer) => {
        values[name] = await accuracyOf(trainer, data);
        const before = (await trainer.predict(x)).data;
        for (const r of place.seeds.keys()) {
          const weights = await trainer.weights(r);
          const predict = (bent: Trainer) => {
            bent.setWeights(weights);
            return bent.predict(x);
          };
          const after = (await place.fresh(sequential(linear(2, 2), softmax()), predict, [0])).data;
          const own = largest(partOf(before, r, place.seeds.length), 2);
          same[r] = Math.min(same[r]!, agreement(own, largest(after, 2)));
        }
      });
    }
    return { values, data: null };
  },
  panels: (_, { values }) => [
    bars(words.accuracy, barsOf(values, sets), { ...share, levels: [{ at: 0.5, name: words.chance }] }),
  ],
  verdict: (read) => (read.passes("same") ? "fails" : { answer: "undecided", text: t.changed }),
});
