import { type Case, barsOf, metric, metricsOf } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { accuracyOf, across, eachCase, minus } from "../measures.ts";
import { imageNet } from "../networks.ts";
import { bars, words } from "../panels.ts";
import { ranking as t } from "../texts/choice.ts";

/** The reference's accuracies with two and six layers, in the order of the cases. */
const reached: Readonly<Record<number, Readonly<Record<string, number>>>> = {
  2: {
    tanh: 0.85,
    relu: 0.846,
    maxout: 0.845,
    gelu: 0.844,
    leaky: 0.842,
    elu: 0.842,
    prelu: 0.839,
    sigmoid: 0.836,
    linear: 0.821,
  },
  6: { leaky: 0.842, maxout: 0.84, elu: 0.838, tanh: 0.838, prelu: 0.834, relu: 0.821, sigmoid: 0.1 },
};
const cases: readonly (Case & { label: string; depth: number })[] = [2, 6].flatMap((depth) =>
  Object.entries(reached[depth]!).map(([label, reference]) => ({
    name: `${label} ${depth}`,
    label,
    depth,
    reference,
    gate: label === "sigmoid" && depth === 6 ? { to: 0.3 } : undefined,
  })),
);
const family = ["relu", "leaky", "prelu", "elu", "maxout"];

export const ranking = defineStatement(t, {
  row: 22,
  name: "ranking",
  chapter: "choice",
  images: true,
  seconds: [315, 9],
  setup: {
    rows: 10_000,
    tests: 10_000,
    batch: 128,
    steps: 780,
    searchSteps: 100,
    depths: [2, 6],
    lrs: { linear: [0.02, 0.05], sigmoid: [0.5, 1], maxout: [0.01, 0.02, 0.05], others: [0.1, 0.2] },
  },
  drag: { field: "steps", from: 20, to: 2000 },
  quick: {
    rows: 3000,
    tests: 1000,
    steps: 50,
    depths: [2],
    lrs: { linear: [0.05], sigmoid: [1], maxout: [0.05], others: [0.1] },
  },
  metrics: [
    ...metricsOf(cases, t.testOf, { notation: "percent" }),
    metric("tanh behind", t.tanhBehind, { notation: "percent", reference: -0.004, to: 0.02, fashion: true }),
    metric("sigmoid behind", t.sigmoidBehind, { notation: "percent", reference: 0.003 }),
  ],
  async run(place, { rows, tests, batch, steps, searchSteps, depths, lrs }) {
    const { train: data, test } = await place.images(rows, tests);
    const grids: Readonly<Record<string, readonly number[]>> = lrs;
    const values = await eachCase(
      cases.filter(({ depth }) => depths.includes(depth)),
      async ({ name, label, depth }) => {
        const model = imageNet(label === "leaky" ? "leaky_relu" : label, 64, depth);
        const training = { model, data, batch, steps, doing: name };
        const grid = grids[label] ?? lrs.others;
        const lr = await place.bestRate(name, grid, { ...training, steps: searchSteps }, (trainer) =>
          accuracyOf(trainer, test),
        );
        return place.train({ ...training, lr }, (trainer) => accuracyOf(trainer, test));
      },
    );
    values["tanh behind"] = minus(values, "relu 2", "tanh 2");
    const two = ["sigmoid 2", ...family.map((name) => `${name} 2`)];
    values["sigmoid behind"] = across(values, two, (sigmoid, ...others) => Math.min(...others) - sigmoid!);
    return { values, data: null };
  },
  panels: (_, { values }) =>
    [
      { depth: 2, title: t.two, from: 0.75, to: 0.87 },
      { depth: 6, title: t.six, from: 0, to: 1 },
    ].flatMap(({ depth, ...scale }) => {
      const all = barsOf(
        values,
        cases.filter((one) => one.depth === depth),
      );
      return all.length === 0 ? [] : [bars(words.test, all, { ...scale, percent: true })];
    }),
  verdict(read) {
    const weak = !read.passes("tanh behind");
    const never = read.passes("sigmoid 6");
    const spreads = family.map((name) => read(`${name} 2`));
    const medians = spreads.map(({ median }) => median);
    return {
      answer: !never ? "fails" : weak ? "holds" : "condition",
      fill: {
        tanhIs: weak ? t.weak : t.strong,
        apart: Math.max(...medians) - Math.min(...medians),
        noise: Math.max(...spreads.map(({ low, high }) => high - low)),
      },
    };
  },
});
