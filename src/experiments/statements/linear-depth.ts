import { type Dataset, type Trainer, linear, sequential } from "../../index.ts";
import { type Case, barsOf, metric, metricsOf } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { imageRace } from "../lab-races.ts";
import {
  type Measured,
  accuracyOf,
  across,
  agreement,
  largest,
  layersOf,
  multiplied,
  numbersOf,
  partOf,
} from "../measures.ts";
import { imageNet } from "../networks.ts";
import { bars, share, words } from "../panels.ts";
import type { Place } from "../place.ts";
import { linearDepth as t } from "../texts/linear.ts";

const cases: readonly (Case & { depth: number })[] = [
  { depth: 0, name: "softmax regression", reference: [0.824, 0.82, 0.828] },
  { depth: 1, name: "1 hidden", reference: 0.822 },
  { depth: 2, name: "2 hidden", reference: 0.82 },
  { depth: 4, name: "4 hidden", reference: 0.82 },
  { depth: 8, name: "8 hidden", reference: 0.817 },
];

/** Share of images to which the one matrix assigns the same class as the network, one value per seed. */
async function sameClasses(place: Place, trainer: Trainer, images: Dataset): Promise<number[]> {
  const x = numbersOf(images);
  const deep = (await trainer.predict(x)).data;
  const found: number[] = [];
  for (const r of place.seeds.keys()) {
    const { weight, bias } = multiplied(layersOf(await trainer.weights(r)));
    const one = new Map([
      ["0.weight", { shape: [10, 784], data: Float32Array.from(weight) }],
      ["0.bias", { shape: [10], data: Float32Array.from(bias) }],
    ]);
    const predict = (flat: Trainer) => {
      flat.setWeights(one);
      return flat.predict(x);
    };
    const { data } = await place.fresh(sequential(linear(784, 10)), predict, [0]);
    found.push(agreement(largest(partOf(deep, r, place.seeds.length), 10), largest(data, 10)));
  }
  return found;
}

export const linearDepth = defineStatement(t, {
  row: 3,
  name: "linear-depth",
  chapter: "linear",
  images: true,
  seconds: [125, 15],
  race: imageRace([64, 64], ["identity", "relu"], [0.02, 0.1]),
  setup: {
    rows: 10_000,
    tests: 10_000,
    looked: 1000,
    depths: [0, 1, 2, 4, 8],
    batch: 128,
    lr: 0.02,
    steps: 1560,
  },
  drag: { field: "lr", from: 0.001, to: 0.1 },
  quick: { rows: 4000, tests: 4000, depths: [0, 2, 8], steps: 300 },
  metrics: [
    ...metricsOf(cases, t.testOf),
    metric("gain", t.gain, { reference: -0.002, to: 0.01 }),
    metric("agreement", t.agreement, { notation: "percent", reference: 1, from: 0.999, each: true }),
  ],
  async run(place, { rows, tests, looked, depths, ...setup }) {
    const { train, test } = await place.images(rows, tests);
    const seen = (await place.images(1, looked)).test;
    const values: Measured = {};
    const tried = cases.filter(({ depth }) => depths.includes(depth));
    for (const { depth, name } of tried) {
      const model = depth === 0 ? sequential(linear(784, 10)) : imageNet("linear", 64, depth);
      await place.train({ ...setup, model, data: train, doing: name }, async (trainer) => {
        values[name] = await accuracyOf(trainer, test);
        if (depth === depths.at(-1)) values["agreement"] = await sameClasses(place, trainer, seen);
      });
    }
    const names = tried.map(({ name }) => name);
    values["gain"] = across(values, names, (flat, ...deep) => Math.max(...deep) - flat!);
    return { values, data: null };
  },
  panels: (_, { values }) => [bars(words.test, barsOf(values, cases), share)],
  verdict: (read) => (read.passes("gain", "agreement") ? "holds" : "fails"),
});
