import { type Weights, parameterGroup, sgd } from "../../index.ts";
import { type Case, barsOf, metric, metricsOf } from "../cases.ts";
import { pooled, smallCnn, two } from "../cnn.ts";
import { defineStatement } from "../experiment.ts";
import { filtersOf, lengthOf, moved } from "../filters.ts";
import { type Measured, accuracyOf, minus } from "../measures.ts";
import { bars, share, words } from "../panels.ts";
import { learnedFilters as t } from "../texts/space.ts";

const cases: readonly (Case & { name: "learned" | "random" })[] = [
  { name: "learned", label: t.learnedFilters, reference: 0.844 },
  { name: "random", label: t.randomFilters, reference: [0.786, 0.71, 0.8] },
];

/** The first eight filters of the first layer, nine weights each, for the figure. */
const shown = (filters: Weights): number[][] => {
  const first = [...filters.values()][0]!.data;
  return Array.from({ length: 8 }, (_, i) => [...first.subarray(9 * i, 9 * i + 9)]);
};

export const learnedFilters = defineStatement(t, {
  row: 36,
  name: "learned-filters",
  chapter: "depth",
  images: true,
  seconds: [100, 5],
  setup: { rows: 10_000, tests: 10_000, batch: 128, momentum: 0.9, lr: 0.05, steps: 300 },
  drag: { field: "steps", from: 1, to: 600 },
  quick: { rows: 1500, tests: 300, steps: 15 },
  metrics: [
    ...metricsOf(cases, t.testOf, { notation: "percent" }),
    metric("gain", t.gain, { reference: 0.058, from: 0.005, fashion: true }),
    metric("change", t.change, { reference: 0.36, from: 0.05 }),
    metric("frozen", t.frozen, { reference: 0, to: 0, each: true }),
  ],
  async run(place, { rows, tests, batch, momentum, lr, steps }) {
    const images = await place.images(rows, tests);
    const [data, test] = [pooled(images.train), pooled(images.test)];
    const model = smallCnn("relu", two);
    const last = `${model.layers.length - 1}.`;
    const values: Measured = {};
    const filters: { before: number[][]; after: number[][] }[] = [];
    for (const { name } of cases) {
      const kept = parameterGroup((part) => !part.startsWith(last), { lr: 0 });
      const optimizer = (rate: number | readonly number[]) =>
        sgd({ lr: rate, momentum, groups: name === "random" ? [kept] : [] });
      await place.train({ model, data, batch, steps: 0, lr, optimizer, doing: name }, async (trainer) => {
        const before = await filtersOf(trainer);
        await trainer.fit(data, { steps, budgetMs: 500, signal: place.signal });
        place.say(name);
        const after = await filtersOf(trainer);
        values[name] = await accuracyOf(trainer, test);
        values[name === "random" ? "frozen" : "change"] = before.map((from, r) => {
          const [first, learned] = [from, after[r]!].map((all) => new Map([...all].slice(0, 1)));
          return lengthOf(moved(first!, learned!)) / lengthOf([...[...first!.values()][0]!.data]);
        });
        filters.push({ before: shown(before[0]!), after: shown(after[0]!) });
      });
    }
    values["gain"] = minus(values, "learned", "random");
    return { values, data: filters[0]! };
  },
  panels: ({ before, after }, { values }) => [
    bars(words.test, barsOf(values, cases), share),
    ...[
      { title: t.before, filters: before },
      { title: t.after, filters: after },
    ].map(({ title, filters }) => ({
      kind: "heat" as const,
      title,
      x: { label: t.weight, names: filters[0]!.map((_, x) => `${x + 1}`) },
      y: { label: t.filter, names: filters.map((_, y) => `${y + 1}`) },
      values: filters,
      from: -1,
      to: 1,
    })),
  ],
  verdict: (read) => (read.passes("gain", "change") ? "holds" : "fails"),
});
