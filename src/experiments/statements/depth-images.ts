import { type Case, barsOf, metric, metricsOf } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { accuracyOf, eachCase, minus } from "../measures.ts";
import { imageNet } from "../networks.ts";
import { bars, curve, lines, referenceLine, words } from "../panels.ts";
import { depthImages as t } from "../texts/depth.ts";

const deep = (depth: number, width: number, reference: number) => ({
  name: `depth ${depth}`,
  label: `[${width}]x${depth}`,
  depth,
  width,
  reference,
});
/** The width for each depth: 784-[width]xdepth-10 then has about 52,000 parameters. */
const cases: readonly (Case & ReturnType<typeof deep>)[] = [
  deep(1, 65, 0.837),
  deep(2, 61, 0.837),
  deep(3, 57, 0.837),
  deep(4, 54, 0.834),
  deep(6, 50, 0.819),
];

export const depthImages = defineStatement(t, {
  row: 23,
  name: "depth-images",
  chapter: "depth",
  images: true,
  seconds: [105, 8],
  setup: { rows: 10_000, tests: 10_000, batch: 128, steps: 780, searchSteps: 260, lrs: [0.05, 0.1, 0.2] },
  drag: { field: "batch", from: 16, to: 512 },
  quick: { rows: 4000, tests: 2000, steps: 80, lrs: [0.1] },
  metrics: [
    ...metricsOf(cases, t.testOf, { notation: "percent" }),
    metric("gain", t.gain, { notation: "percent", reference: -0.018, to: 0.01, fashion: true }),
  ],
  async run(place, { rows, tests, batch, steps, searchSteps, lrs }) {
    const { train: data, test } = await place.images(rows, tests);
    const values = await eachCase(cases, async ({ name, depth, width }) => {
      const training = { model: imageNet("relu", width, depth), data, batch, steps, doing: name };
      const lr = await place.bestRate(name, lrs, { ...training, steps: searchSteps }, (trainer) =>
        accuracyOf(trainer, test),
      );
      return place.train({ ...training, lr }, (trainer) => accuracyOf(trainer, test));
    });
    values["gain"] = minus(values, "depth 6", "depth 1");
    return { values, data: null };
  },
  panels: (_, { values }) => [
    lines(
      { label: words.layers },
      { label: words.test, percent: true },
      [
        curve(
          "actigrad",
          cases.map(({ name, depth }) => [depth, values[name]!]),
        ),
        referenceLine(cases.map(({ depth, reference }) => [depth, reference])),
      ],
      { dots: true },
    ),
    bars(words.test, barsOf(values, cases), { percent: true, from: 0.6, to: 0.9 }),
  ],
  verdict(read) {
    const best = Math.max(...cases.map(({ name }) => read(name).median)) - read("depth 1").median;
    return {
      answer: read.passes("gain") ? "fails" : "holds",
      fill: { most: best > 0 ? t.little : t.none, best },
    };
  },
});
