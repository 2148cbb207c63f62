import { normal, streamOf } from "../../core/random.ts";
import { type ClassDataset, featuresOf } from "../../index.ts";
import { type Case, barsOf, metric, metricsOf } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { type Measured, accuracyOf, across } from "../measures.ts";
import { imageNet } from "../networks.ts";
import { bars, curve, lines, share, words } from "../panels.ts";
import { noisyImages as t } from "../texts/relu.ts";

/** `reference`: accuracy with noise; `clean`: without. */
const cases: readonly (Case & {
  name: "relu" | "leaky" | "tanh" | "sigmoid";
  activation: string;
  clean: number;
})[] = [
  // oxlint-disable-next-line approx-constant -- an accuracy that was measured
  { name: "relu", activation: "relu", clean: 0.837, reference: 0.707 },
  { name: "leaky", activation: "leaky_relu", clean: 0.835, reference: 0.706 },
  { name: "tanh", activation: "tanh", clean: 0.838, reference: 0.727 },
  { name: "sigmoid", activation: "sigmoid", clean: 0.836, reference: 0.775 },
];
const noisy = { of: "{name} noisy" };

/** Normalised images with N(0, level²) added to each pixel. */
function withNoise(images: ClassDataset, level: number): ClassDataset {
  const { normalise: _, ...rest } = images;
  const x = featuresOf(images);
  const noise = normal(0, streamOf("noisy images"), x.length);
  return { ...rest, x: x.map((v, i) => v + level * noise[i]!) };
}

export const noisyImages = defineStatement(t, {
  row: 31,
  name: "noisy-images",
  chapter: "relu",
  images: true,
  seconds: [60, 7],
  setup: {
    rows: 10_000,
    tests: 10_000,
    batch: 128,
    steps: 780,
    lr: { relu: 0.1, leaky: 0.1, tanh: 0.1, sigmoid: 0.5 },
    noise: 1,
    levels: [0.5, 1, 1.5], // as multiples of `noise`
  },
  drag: { field: "noise", from: 0.1, to: 3 },
  quick: { rows: 4000, tests: 1000, steps: 120, levels: [1] },
  metrics: [
    ...metricsOf(cases, t.cleanOf, {
      of: "{name} clean",
      notation: "percent",
      reference: ({ clean }) => clean,
    }),
    ...metricsOf(cases, t.noisyOf, { ...noisy, notation: "percent" }),
    metric("gain", t.gain, { reference: -0.068, to: 0, fashion: true }),
  ],
  async run(place, { rows, tests, batch, steps, lr, noise, levels }) {
    const { train, test } = await place.images(rows, tests);
    place.say("noise");
    const sets = [0, ...levels.map((part) => part * noise)].map((level) => ({
      level,
      set: level === 0 ? test : withNoise(test, level),
    }));
    const values: Measured = {};
    const found: { name: string; points: { level: number; accuracy: number[] }[] }[] = [];
    for (const { name, activation } of cases) {
      const training = {
        model: imageNet(activation, 64, 2),
        data: train,
        batch,
        steps,
        lr: lr[name],
        doing: name,
      };
      await place.train(training, async (trainer) => {
        const points: { level: number; accuracy: number[] }[] = [];
        for (const { level, set } of sets) points.push({ level, accuracy: await accuracyOf(trainer, set) });
        found.push({ name, points });
        values[`${name} clean`] = points[0]!.accuracy;
        values[`${name} noisy`] = points.find(({ level }) => level === noise)!.accuracy;
      });
    }
    const all = cases.map(({ name }) => `${name} noisy`);
    values["gain"] = across(values, all, (relu, ...others) => relu! - Math.max(...others));
    return { values, data: found };
  },
  panels: (found, { values }) => [
    lines(
      { label: t.noise },
      { label: words.test, percent: true, to: 0.9 },
      found.map(({ name, points }) =>
        curve(
          name,
          points.map(({ level, accuracy }) => [level, accuracy]),
        ),
      ),
      { dots: true },
    ),
    bars(t.noisy, barsOf(values, cases, noisy), share),
  ],
  verdict: (read) => (read.passes("gain") ? "fails" : { answer: "holds", text: t.best }),
});
