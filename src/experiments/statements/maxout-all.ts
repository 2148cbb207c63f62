import {
  type ClassDataset,
  type Model,
  type Trainer as Trained,
  type Weights,
  Trainer,
  crossEntropy,
  featuresOf,
  probes,
  sgd,
  summary,
} from "../../index.ts";
import { type Case, barsOf, metric, metricsOf } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { type Measured, accuracyOf, measure, overLayers, partOf } from "../measures.ts";
import { imageNet } from "../networks.ts";
import { bars, share, words } from "../panels.ts";
import type { Place } from "../place.ts";
import { maxoutAll as t } from "../texts/relu-family.ts";

/** `reference`: step time over relu's; `parameters`: number of parameters over relu's. */
const pieces: readonly (Case & { k: number; parameters: number })[] = [
  { name: "2", label: t.pieces, k: 2, parameters: 1.99, reference: 2.25 },
  { name: "3", label: t.pieces, k: 3, parameters: 2.98, reference: 3.17 },
  { name: "5", label: t.pieces, k: 5, parameters: 4.96, reference: 5.2 },
];
const nets: readonly (Case & { activation: "relu" | "maxout"; width: number; said: Case["label"] })[] = [
  { name: "relu", said: "relu", label: "relu 64", activation: "relu", width: 64, reference: 0.842 },
  { name: "maxout", said: "maxout", label: "maxout 64", activation: "maxout", width: 64, reference: 0.846 },
  {
    name: "maxout, as many weights",
    said: t.asMany,
    label: "maxout 32",
    activation: "maxout",
    width: 32,
    reference: 0.838,
  },
];
const sparse: readonly Case[] = [
  { name: "relu" },
  { name: "maxout", reference: 0, gate: { to: 0.001, each: true } },
];
const [timed, zeros] = [{ of: "time {k}" }, { of: "zeros {name}" }];

/** The weights of a relu network as those of a maxout network whose second pieces are 0. */
function asMaxout(relu: Weights, width: number): Weights {
  return new Map(
    [...relu].map(([name, { shape, data }]) => {
      if (shape[0] !== width) return [name, { shape, data }];
      const each = data.length / width;
      const twice = new Float32Array(2 * data.length);
      for (let unit = 0; unit < width; unit++)
        twice.set(data.subarray(unit * each, (unit + 1) * each), 2 * unit * each);
      return [name, { shape: [2 * width, ...shape.slice(1)], data: twice }];
    }),
  );
}

/** Milliseconds per training step of one network. */
async function stepTime(
  place: Place,
  data: ClassDataset,
  model: Model,
  { batch, steps }: { batch: number; steps: number },
): Promise<number> {
  const options = { model, loss: crossEntropy(), optimizer: sgd({ lr: 0.01 }), batch };
  const trainer = await Trainer.create(place.gpu, options);
  try {
    await trainer.recorded(data); // compiles the kernels that a longer training ends up with
    await trainer.fit(data, { steps: 2 });
    const { seconds } = await trainer.fit(data, { steps, signal: place.signal });
    return (1000 * seconds) / steps;
  } finally {
    trainer.dispose();
  }
}

/** The largest difference between a relu network's predictions and those of the same network written as maxout, one per seed. */
async function rewritten(place: Place, trainer: Trained, data: ClassDataset): Promise<number[]> {
  const rows = featuresOf(data, 0, 100);
  const expected = (await trainer.predict(rows)).data;
  const found: number[] = [];
  for (const [r, seed] of place.seeds.entries()) {
    const weights = asMaxout(await trainer.weights(r), 64);
    const predict = (other: Trained) => {
      other.setWeights(weights);
      return other.predict(rows);
    };
    const { data: own } = await place.fresh(imageNet("maxout", 64, 2), predict, [seed]);
    const relu = partOf(expected, r, place.seeds.length);
    found.push(own.reduce((max, v, i) => Math.max(max, Math.abs(v - relu[i]!)), 0));
  }
  return found;
}

export const maxoutAll = defineStatement(t, {
  row: 21,
  name: "maxout-all",
  chapter: "relu",
  images: true,
  seconds: [65, 15],
  setup: {
    rows: 10_000,
    tests: 10_000,
    batch: 128,
    lr: { relu: 0.1, maxout: 0.05 },
    steps: 780,
    looked: 1000,
    timedWidth: 256,
    timed: 8,
  },
  drag: { field: "lr.maxout", from: 0.005, to: 0.5 },
  quick: { rows: 3000, tests: 1000, steps: 60, looked: 200, timed: 3 },
  metrics: [
    ...metricsOf(pieces, t.parametersOf, {
      of: "parameters {k}",
      reference: ({ parameters }) => parameters,
      gate: ({ parameters }) => ({ from: parameters - 0.01, to: parameters + 0.01 }),
    }),
    ...metricsOf(pieces, t.timeOf, timed),
    metric("rewritten", t.rewritten, { notation: "exponent", reference: 0, to: 1e-5, each: true }),
    ...metricsOf(nets, t.testOf, { notation: "percent" }),
    ...metricsOf(sparse, t.zerosOf, { ...zeros, notation: "percent" }),
  ],
  async run(place, { rows, tests, batch, lr, steps, looked, timedWidth, timed: timedSteps }) {
    const { train, test } = await place.images(rows, tests);
    const values: Record<string, number[]> = {};
    const wide = (activation: string): Model => imageNet(activation, timedWidth, 2);
    const count = summary(wide("relu")).parameters;
    for (const { k } of pieces)
      values[`parameters ${k}`] = [summary(wide(`maxout:pieces=${k}`)).parameters / count];
    // One round per seed, so that compared values come from the same round.
    for (const round of place.seeds) {
      place.say("times", [round + 1, place.seeds.length]);
      const time = (activation: string): Promise<number> =>
        stepTime(place, train, wide(activation), { batch, steps: timedSteps });
      const base = await time("relu");
      for (const { k } of pieces)
        (values[`time ${k}`] ??= []).push((await time(`maxout:pieces=${k}`)) / base);
    }
    const trained: Measured = values;
    for (const { name, activation, width } of nets) {
      const model = imageNet(activation, width, 2);
      const training = { model, data: train, batch, steps, lr: lr[activation], doing: name };
      await place.train(training, async (trainer) => {
        trained[name] = await accuracyOf(trainer, test);
        if (width !== 64) return;
        const found = await measure(trainer, train, probes.zeros(), { rows: looked });
        trained[`zeros ${name}`] = overLayers(found, ["1", "3"]);
        if (name === "relu") trained["rewritten"] = await rewritten(place, trainer, train);
      });
    }
    return { values, data: null };
  },
  panels: (_, { values }) => [
    bars(t.times, barsOf(values, pieces, timed), { from: 0, levels: [{ at: 1, name: "relu" }] }),
    bars(words.test, barsOf(values, nets), { percent: true, from: 0.7, to: 0.9 }),
    bars(words.zeros, barsOf(values, sparse, { ...zeros, reference: () => undefined }), share),
  ],
  verdict: (read) =>
    read.passes("zeros maxout")
      ? { answer: "condition", fill: { all: t.notAll } }
      : { answer: "holds", fill: { all: t.allHold } },
});
