import { type Case, barsOf, metric, metricsOf } from "../cases.ts";
import { SIDE, type Stage, pooled, smallCnn } from "../cnn.ts";
import { defineStatement } from "../experiment.ts";
import { accuracyOf, eachCase, minus, momentumSgd, named } from "../measures.ts";
import { bars, share, words } from "../panels.ts";
import { smallFilters as t } from "../texts/space.ts";

const CHANNELS = 16;
const first: readonly Stage[] = [{ channels: CHANNELS }, "pool"];

/** `reference`: test accuracy; `macs`: multiply-adds per image of the convolutions that differ. */
const cases: readonly (Case & { kernels: readonly number[]; macs: number })[] = [
  { name: "one 5x5", label: t.one, kernels: [5], macs: 313_600, reference: 0.837 },
  { name: "two 3x3", label: t.two, kernels: [3, 3], macs: 225_792, reference: [0.835, 0.811, 0.841] },
];
const work = { of: "{name} macs", reference: ({ macs }: (typeof cases)[number]) => macs };

/** Multiply-adds per image of the convolutions that differ. */
const macsOf = (kernels: readonly number[]): number =>
  kernels.reduce((sum, k) => sum + (SIDE / 2) ** 2 * k * k * CHANNELS * CHANNELS, 0);

export const smallFilters = defineStatement(t, {
  row: 24,
  name: "small-filters",
  chapter: "depth",
  images: true,
  seconds: [175, 8],
  setup: { rows: 10_000, tests: 10_000, batch: 128, momentum: 0.9, lr: 0.05, steps: 500 },
  drag: { field: "lr", from: 0.005, to: 0.2 },
  quick: { rows: 1500, tests: 500, steps: 20 },
  metrics: [
    ...metricsOf(cases, t.macsOf, {
      ...work,
      notation: "count",
      gate: ({ macs }) => ({ from: macs, to: macs }),
    }),
    ...metricsOf(cases, t.testOf, { notation: "percent" }),
    // The reference's own seeds differ by this much: 0.811 to 0.841.
    metric("difference", t.difference, { reference: -0.002, from: -0.03, fashion: true }),
  ],
  async run(place, { rows, tests, momentum, ...setup }) {
    const images = await place.images(rows, tests);
    const [data, test] = [pooled(images.train), pooled(images.test)];
    const optimizer = momentumSgd(momentum);
    const values = await eachCase(cases, ({ name, kernels }) => {
      const more = kernels.map((kernel): Stage => ({ channels: CHANNELS, kernel }));
      const model = smallCnn("relu", [...first, ...more, "pool"]);
      return place.train({ ...setup, model, data, optimizer, doing: name }, (trainer) =>
        accuracyOf(trainer, test),
      );
    });
    const macs = Object.fromEntries(cases.map(({ name, kernels }) => [name, [macsOf(kernels)]]));
    const difference = minus(values, "two 3x3", "one 5x5");
    return { values: { ...values, ...named(macs, "macs"), difference }, data: null };
  },
  panels: (_, { values }) => [
    bars(t.macs, barsOf(values, cases, work), { from: 0 }),
    bars(words.test, barsOf(values, cases), share),
  ],
  verdict(read) {
    const alike = read.passes("difference");
    return {
      answer: alike ? "holds" : "fails",
      fill: {
        part: read("two 3x3 macs").median / read("one 5x5 macs").median,
        how: alike ? t.alike : t.less,
      },
    };
  },
});
