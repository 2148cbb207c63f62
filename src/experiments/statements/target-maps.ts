import { permutation } from "../../core/random.ts";
import { type ClassDataset, featuresOf, inspect, probes, selectRows } from "../../index.ts";
import { type Case, barsOf, metric, metricsOf } from "../cases.ts";
import { pooled, smallCnn, two } from "../cnn.ts";
import { defineStatement } from "../experiment.ts";
import { cosineOf, filtersOf, moved } from "../filters.ts";
import { type Measured, measure, minus, momentumSgd } from "../measures.ts";
import { bars } from "../panels.ts";
import { targetMaps as t } from "../texts/space.ts";

/** `reference`: cosine of the directions; `cka`: CKA of the last maps. */
const cases: readonly (Case & { cka: number })[] = [
  { name: "parity", label: t.parity, reference: [0.41, 0.37, 0.43], cka: 0.87 },
  { name: "order", label: t.order, reference: [0.85, 0.78, 0.9], cka: 0.88 },
];
const cosines = { of: "cosine {name}" };
const ckas = { of: "cka {name}", reference: ({ cka }: (typeof cases)[number]) => cka };

/** Replaces each label by whether it is odd, as two of the ten outputs, so that the network stays the same. */
const parity = (images: ClassDataset): ClassDataset => ({
  ...images,
  labels: images.labels.map((l) => l % 2),
});

export const targetMaps = defineStatement(t, {
  row: 37,
  name: "target-maps",
  chapter: "depth",
  images: true,
  seconds: [125, 6],
  setup: { rows: 10_000, batch: 128, momentum: 0.9, lr: 0.05, steps: 300, looked: 500 },
  drag: { field: "steps", from: 1, to: 600 },
  quick: { rows: 1500, steps: 12, looked: 100 },
  metrics: [
    ...metricsOf(cases, t.cosineOf, cosines),
    ...metricsOf(cases, t.ckaOf, ckas),
    metric("difference", t.difference, { reference: 0.44, from: 0.15 }),
  ],
  async run(place, { rows, momentum, looked, ...setup }) {
    const data = pooled(await place.training(rows));
    const model = smallCnn("relu", two);
    const flat = String(model.layers.length - 2);
    const points = featuresOf(data, 0, Math.min(looked, data.rows));
    const training = { ...setup, model, optimizer: momentumSgd(momentum) };
    const values: Measured = {};
    const start = await place.fresh(model, filtersOf);
    const base = await place.train({ ...training, data, doing: "classes" }, async (trainer) => {
      const look = await inspect(trainer, points);
      look.run();
      const activity = await look.read(flat);
      look.dispose();
      return { activity, filters: await filtersOf(trainer) };
    });
    const [replicas, count] = base.activity.shape;
    const features = base.activity.output.length / replicas / count;
    const activity = { shape: [replicas, count, features] as const, output: base.activity.output };
    const sets = [parity(data), selectRows(data, permutation(data.rows, 1, 0))];
    for (const [i, { name }] of cases.entries()) {
      await place.train({ ...training, data: sets[i]!, doing: name }, async (trainer) => {
        const filters = await filtersOf(trainer);
        values[`cosine ${name}`] = filters.map((own, r) =>
          cosineOf(moved(start[r]!, own), moved(start[r]!, base.filters[r]!)),
        );
        values[`cka ${name}`] = (await measure(trainer, points, probes.cka({ [flat]: activity })))[flat]!;
      });
    }
    values["difference"] = minus(values, "cosine order", "cosine parity");
    return { values, data: null };
  },
  panels: (_, { values }) => [
    bars(t.cosine, barsOf(values, cases, cosines), { from: 0, to: 1 }),
    bars(t.cka, barsOf(values, cases, ckas), { from: 0, to: 1 }),
  ],
  verdict(read) {
    const blind = Math.abs(read("cka order").median - read("cka parity").median) < 0.1;
    return {
      answer: read.passes("difference") ? "holds" : "fails",
      fill: { tells: blind ? t.blind : t.sees },
    };
  },
});
