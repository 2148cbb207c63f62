import { type Case, barsOf, metricsOf } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { named, over } from "../measures.ts";
import { bars, share } from "../panels.ts";
import { expSlow as t } from "../texts/sigmoid.ts";
import { kernelTimes, sharesOfStep } from "../timing.ts";

/** Times of kernels over relu's, and shares of a training step. */
const ratios: readonly Case[] = [
  { name: "exp", reference: 2.1 },
  { name: "sigmoid", reference: 2.7 },
  { name: "elu", reference: 3.2 },
  { name: "tanh", reference: 8 },
];
const shares: readonly Case[] = [
  { name: "relu", reference: 0.02 },
  { name: "sigmoid", reference: 0.03 },
  { name: "elu", reference: 0.06 },
  { name: "tanh", reference: 0.08, gate: { to: 0.25 } },
];
const [ratio, part] = [{ of: "{name} ratio" }, { of: "{name} share" }];
const namesOf = (cases: readonly Case[]): string[] => cases.map(({ name }) => name);

export const expSlow = defineStatement(t, {
  row: 13,
  name: "exp-slow",
  chapter: "sigmoid",
  seconds: [85, 25],
  setup: { elements: 1_048_576, batch: 128, steps: 20 },
  drag: { field: "batch", from: 32, to: 512 },
  quick: { elements: 262_144, steps: 4 },
  metrics: [
    ...metricsOf(ratios, t.ratioOf, ratio),
    ...metricsOf(shares, t.shareOf, { ...part, notation: "percent" }),
  ],
  async run(place, { elements, batch, steps }) {
    const times = await kernelTimes(place, ["relu", ...namesOf(ratios)], { elements, steps });
    const parts = await sharesOfStep(place, namesOf(shares), { batch, steps });
    const overRelu = Object.fromEntries(namesOf(ratios).map((name) => [name, over(times, name, "relu")]));
    return { values: { ...named(overRelu, "ratio"), ...named(parts, "share") }, data: null };
  },
  panels: (_, { values }) => [
    bars(t.times, barsOf(values, ratios, ratio), { from: 0, levels: [{ at: 1, name: "relu" }] }),
    bars(t.share, barsOf(values, shares, part), share),
  ],
  verdict(read) {
    const slower = read("tanh ratio").median > 1.2;
    const extra = Math.max(read("tanh share").median - read("relu share").median, 0);
    return {
      answer: !slower ? "fails" : read.passes("tanh share") ? "condition" : "holds",
      fill: { little: slower ? "" : t.little, extra },
    };
  },
});
