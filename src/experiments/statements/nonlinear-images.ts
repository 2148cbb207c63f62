import { type Case, barsOf, metric, metricsOf } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { imageRace } from "../lab-races.ts";
import { type Measured, accuracyOf, across } from "../measures.ts";
import { imageNet } from "../networks.ts";
import { bars, words } from "../panels.ts";
import { nonlinearImages as t } from "../texts/linear.ts";

/** `reference`: accuracy on test images; `train`: on training images. */
const cases: readonly (Case & { name: "linear" | "relu" | "tanh" | "sigmoid"; train: number })[] = [
  { name: "linear", reference: 0.82, train: 0.865 },
  { name: "relu", reference: 0.843, train: 0.93 },
  { name: "tanh", reference: 0.842, train: 0.92 },
  { name: "sigmoid", reference: 0.843, train: 0.91 },
];
const [tested, trained] = [
  { of: "{name} test" },
  { of: "{name} train", reference: ({ train }: (typeof cases)[number]) => train },
];

export const nonlinearImages = defineStatement(t, {
  row: 4,
  name: "nonlinear-images",
  chapter: "linear",
  images: true,
  seconds: [95, 17],
  race: imageRace([64, 64], ["identity", "relu", "tanh", "sigmoid"], [0.02, 0.1, 0.5]),
  setup: {
    rows: 10_000,
    tests: 10_000,
    batch: 128,
    steps: 1560,
    lr: { linear: 0.02, relu: 0.1, tanh: 0.1, sigmoid: 0.5 },
  },
  drag: { field: "steps", from: 20, to: 3000 },
  quick: { rows: 5000, tests: 4000, steps: 300 },
  metrics: [
    ...metricsOf(cases, t.testOf, tested),
    ...metricsOf(cases, t.trainOf, trained),
    metric("gain", t.gain, { reference: 0.022, from: 0.005 }),
  ],
  async run(place, { rows, tests, batch, steps, lr }) {
    const { train, test } = await place.images(rows, tests);
    const values: Measured = {};
    for (const { name } of cases) {
      const training = { model: imageNet(name, 64, 2), data: train, batch, steps, lr: lr[name], doing: name };
      await place.train(training, async (trainer) => {
        values[`${name} test`] = await accuracyOf(trainer, test);
        values[`${name} train`] = await accuracyOf(trainer, train);
      });
    }
    const names = cases.map(({ name }) => `${name} test`);
    values["gain"] = across(values, names, (linear, ...others) => Math.min(...others) - linear!);
    return { values, data: null };
  },
  panels: (_, { values }) => {
    const scale = { percent: true, from: 0.6, to: 1 };
    return [
      bars(words.accuracy, barsOf(values, cases, tested), { ...scale, title: t.test }),
      bars(words.accuracy, barsOf(values, cases, trained), { ...scale, title: t.train }),
    ];
  },
  verdict: (read) => ({
    answer: read.passes("gain") ? "holds" : "fails",
    fill: { points: 100 * read("gain").median },
  }),
});
