import { normal, streamOf } from "../../core/random.ts";
import type { Initializer } from "../../index.ts";
import { arrivals, arriveAt, errorLines } from "../arrival.ts";
import { type Case, barsOf, metric, metricsOf } from "../cases.ts";
import { pooled, smallCnn, two } from "../cnn.ts";
import { defineStatement } from "../experiment.ts";
import { momentumSgd, over } from "../measures.ts";
import { bars, words } from "../panels.ts";
import { sixTimes as t } from "../texts/relu.ts";

const cases: readonly (Case & { activation: string })[] = [
  { name: "relu", activation: "relu", reference: [40, 30, 50] },
  { name: "leaky", activation: "leaky_relu", reference: 40 },
  { name: "elu", activation: "elu", reference: 30 },
  { name: "tanh", activation: "tanh", reference: [30, 30, 60] },
  { name: "sigmoid", activation: "sigmoid", reference: [430, 400, 500] },
];
/** The comparison at one learning rate, on raw pixels. */
const shared: readonly Case[] = [
  { name: "relu", reference: 60 },
  { name: "tanh", reference: 400 },
];
const unfair = { of: "shared {name}" };

const small: Initializer = (seed, name, _, count) => normal(seed, streamOf(name), count).map((v) => 0.05 * v);

export const sixTimes = defineStatement(t, {
  row: 14,
  name: "six-times",
  chapter: "relu",
  images: true,
  seconds: [225, 25],
  setup: {
    rows: 10_000,
    judged: 1000,
    batch: 128,
    hidden: 32,
    momentum: 0.9,
    error: 0.25,
    every: 10,
    most: 500,
    lrs: [0.02, 0.05, 0.1],
    sigmoid: [0.1, 0.3],
    sharedLr: 0.001,
    sharedMost: 400,
  },
  drag: { field: "error", from: 0.2, to: 0.7 },
  quick: { rows: 1500, judged: 150, error: 0.45, most: 20, lrs: [0.05], sigmoid: [0.3], sharedMost: 20 },
  metrics: [
    ...metricsOf(cases, t.stepsOf, { notation: "count" }),
    metric("sigmoid ratio", t.sigmoid, { reference: 10.8, from: 3 }),
    metric("tanh ratio", t.tanh, { reference: 0.75, to: 2 }),
    ...metricsOf(shared, t.sharedOf, { ...unfair, notation: "count" }),
  ],
  async run(place, { rows, judged, batch, hidden, momentum, error, every, most, lrs, sigmoid, ...unequal }) {
    const [all, few] = [await place.training(rows), await place.training(judged)];
    const common = { batch, error, every, optimizer: momentumSgd(momentum) };
    const { steps, curves } = await arrivals(place, cases, ({ name, activation }) => ({
      ...common,
      most,
      data: pooled(all),
      judged: pooled(few),
      model: smallCnn(activation, two, { hidden }),
      lrs: name === "sigmoid" ? sigmoid : lrs,
    }));
    const values = { ...steps };
    const raw = { data: pooled(all, true), judged: pooled(few, true), most: unequal.sharedMost };
    for (const { name } of shared) {
      const model = smallCnn(name, two, { hidden, init: small });
      const approach = { ...common, ...raw, model, doing: `${name}, raw pixels` };
      values[`shared ${name}`] = (await arriveAt(place, approach, unequal.sharedLr, [0])).steps;
    }
    for (const name of ["sigmoid", "tanh"]) values[`${name} ratio`] = over(values, name, "relu");
    return { values, data: curves };
  },
  panels: (curves, { values, setup: { error } }) => [
    errorLines(cases, curves, { error, log: true }),
    bars(words.steps, barsOf(values, cases), { title: t.best, from: 0 }),
    bars(words.steps, barsOf(values, shared, unfair), { title: t.shared, from: 0 }),
  ],
  verdict(read, { most }) {
    const six = read("tanh ratio").median > 4;
    const gap = read("shared tanh").median > 3 * read("shared relu").median;
    return {
      answer: !read.passes("sigmoid ratio") ? "fails" : six ? "holds" : "condition",
      fill: {
        more: read("sigmoid").median >= most ? t.more : "",
        tanhToo: six ? t.yes : t.no,
        unfair: gap ? t.unfair : "",
      },
    };
  },
});
