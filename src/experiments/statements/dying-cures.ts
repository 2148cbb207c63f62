import { type Case, barsOf, metric, metricsOf } from "../cases.ts";
import { killAndTrain, killing } from "../dying.ts";
import { defineStatement } from "../experiment.ts";
import { type Measured, bar } from "../measures.ts";
import { bars, share, words } from "../panels.ts";
import { dyingCures as t } from "../texts/relu-family.ts";

/** `reference`: accuracy after the biases; `diverged`: number of seeds that diverge after the kick. */
const cases: readonly (Case & { activation: string; diverged?: number })[] = [
  { name: "leaky .01", activation: "leaky_relu", reference: [0.424, 0.12, 0.59], diverged: 4 },
  { name: "leaky .1", activation: "leaky_relu:negativeSlope=0.1", reference: 0.8 },
  { name: "prelu", activation: "prelu", diverged: 5 },
  { name: "elu", activation: "elu", reference: 0.828, gate: { from: 0.6 }, diverged: 2 },
  { name: "maxout", activation: "maxout", reference: 0.861, diverged: 5 },
  { name: "tanh", activation: "tanh", reference: 0.804 },
];
const biased = { of: "bias {name}" };

export const dyingCures = defineStatement(t, {
  row: 17,
  name: "dying-cures",
  chapter: "relu",
  images: true,
  seeds: 5,
  seconds: [160, 35],
  ...killing,
  drag: { field: "kick", from: 0.05, to: 2 },
  metrics: [
    ...metricsOf(cases, t.biasOf, { ...biased, notation: "percent" }),
    ...metricsOf(cases, t.kickOf, {
      of: "kick {name}",
      notation: "count",
      reference: ({ diverged }) => diverged,
      gate: () => undefined,
    }),
    metric("bias dead", t.biasDead, { notation: "percent", reference: 0, to: 0.05 }),
    metric("cured", t.cured, { notation: "percent", to: 0.8 }),
  ],
  async run(place, setup) {
    const images = await place.images(setup.rows, setup.tests);
    const values: Measured = {};
    const found: { name: string; kicked: number[]; dead: number[] }[] = [];
    for (const { name, activation } of cases) {
      const bias = await killAndTrain(place, activation, "bias", setup, images);
      const kick = await killAndTrain(place, activation, "kick", setup, images);
      values[`bias ${name}`] = bias.accuracy;
      values[`kick ${name}`] = [kick.diverged.reduce((a, b) => a + b, 0)];
      found.push({ name, kicked: kick.accuracy.map((v) => (Number.isNaN(v) ? 0 : v)), dead: bias.dead });
    }
    values["bias dead"] = place.seeds.map((_, r) => Math.max(...found.map(({ dead }) => dead[r]!)));
    values["cured"] = place.seeds.map(
      (_, r) => found.filter(({ kicked }) => kicked[r]! > 0.5).length / found.length,
    );
    return { values, data: found.map(({ name, kicked }) => ({ name, kicked })) };
  },
  panels: (rows, { values }) => [
    bars(words.test, barsOf(values, cases, biased), { ...share, title: t.biased }),
    bars(
      words.test,
      rows.map(({ name, kicked }) => bar(name, kicked)),
      { ...share, title: t.kicked },
    ),
  ],
  verdict: (read) =>
    !read.passes("bias elu", "bias dead") ? "fails" : read.passes("cured") ? "condition" : "holds",
});
