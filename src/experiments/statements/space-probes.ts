import { type ClassDataset, inspect, linear, probes, sequential } from "../../index.ts";
import { type Case, barsOf, metric, metricsOf } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { type Measured, accuracyOf, adamAt, bar, measure, minus } from "../measures.ts";
import { imageNet, net } from "../networks.ts";
import { bars, curve, lines, words } from "../panels.ts";
import type { Place } from "../place.ts";
import { type PlaneSet, planeSets } from "../plane.ts";
import { spaceProbes as t } from "../texts/space.ts";

/** What a line reaches at the input and both hidden layers; `most`: bound at the input, `least`: at the second hidden layer. */
const sets: readonly { name: PlaneSet; references: readonly number[]; most: number; least: number }[] = [
  { name: "curves", references: [0.815, 1, 1], most: 0.9, least: 0.97 },
  { name: "circles", references: [0.55, 1, 1], most: 0.75, least: 0.97 },
  { name: "spirals", references: [0.65, 0.6, 1], most: 0.75, least: 0.85 },
];
const places = ["input", "h1", "h2"];
const points: readonly Case[] = sets.flatMap(({ name, references, most, least }) =>
  places.map((at, i) => ({
    name: `${name} ${at}`,
    label: `${name}, ${at}`,
    reference: references[i],
    gate: at === "h2" ? { from: least } : at === "input" ? { to: most } : undefined,
  })),
);
const layers: readonly Case[] = [
  { name: "images input", label: words.input, reference: 0.827 },
  { name: "images h1", label: "h1", reference: 0.835 },
  { name: "images h2", label: "h2", reference: 0.849 },
  { name: "images h3", label: "h3", reference: 0.849 },
];

interface PlaneSetup {
  readonly steps: number;
  readonly lr: number;
}

/** Accuracy of logistic regressions on the input and both hidden layers, [place][seed]. */
function probed(place: Place, set: PlaneSet, activation: string, setup: PlaneSetup): Promise<number[][]> {
  const data = planeSets[set]();
  const model = net({ inputs: 2, hidden: [8, 8], outputs: 2, activation });
  const doing = `${set}, ${activation}`;
  const training = { ...setup, model, data, batch: data.rows, optimizer: adamAt, doing };
  return place.train(training, async (trainer) => {
    const found = await measure(trainer, data, probes.linearProbe({ classes: 2 }), { runs: 600 });
    return ["x", "1", "3"].map((key) => found[key]!);
  });
}

interface ImageSetup {
  readonly rows: number;
  readonly tests: number;
  readonly batch: number;
  readonly imageSteps: number;
  readonly probeSteps: number;
}

/** Accuracy, on test images, of softmax regressions on the input and hidden layers of a network, [place][seed]. */
async function probedImages(
  place: Place,
  activation: string,
  lr: number,
  named: readonly string[],
  { rows, tests, batch, imageSteps, probeSteps }: ImageSetup,
): Promise<number[][]> {
  const { train, test } = await place.images(rows, tests);
  const probe = { batch, steps: probeSteps };
  const found: number[][] = [];
  if (named.includes("x")) {
    const regression = { ...probe, model: sequential(linear(784, 10)), data: train, lr: 0.02 };
    found.push(
      await place.train({ ...regression, doing: "images, input" }, (trainer) => accuracyOf(trainer, test)),
    );
  }
  const model = imageNet(activation, 64, 3);
  const training = { model, data: train, batch, steps: imageSteps, lr, doing: `images, ${activation}` };
  return place.train(training, async (trainer) => {
    const looks = [await inspect(trainer, train), await inspect(trainer, test)] as const;
    for (const look of looks) look.run();
    for (const layer of named.filter((name) => name !== "x")) {
      const [own, held] = [await looks[0].read(layer), await looks[1].read(layer)];
      const accuracies: number[] = [];
      for (const r of place.seeds.keys()) {
        const part = (of: typeof own, images: ClassDataset): ClassDataset => {
          const { normalise: _, ...rest } = images;
          const width = of.shape.at(-1)!;
          const each = images.rows * width;
          return { ...rest, shape: [width], x: of.output.subarray(r * each, (r + 1) * each) };
        };
        const line = { ...probe, model: sequential(linear(64, 10)), data: part(own, train), lr: 0.05 };
        const doing = `images, probe of layer ${layer}`;
        const accuracy = await place.train({ ...line, seeds: [0], doing }, (one) =>
          accuracyOf(one, part(held, test)),
        );
        accuracies.push(accuracy[0]!);
      }
      found.push(accuracies);
    }
    for (const look of looks) look.dispose();
    return found;
  });
}

export const spaceProbes = defineStatement(t, {
  row: 29,
  name: "space-probes",
  chapter: "depth",
  images: true,
  seeds: 5,
  seconds: [95, 25],
  setup: {
    lr: 0.01,
    steps: 1000,
    spirals: 3000,
    rows: 10_000,
    tests: 10_000,
    batch: 128,
    imageSteps: 780,
    probeSteps: 780,
  },
  drag: { field: "steps", from: 10, to: 2000 },
  quick: { spirals: 1500, rows: 4000, tests: 2000, imageSteps: 200, probeSteps: 200 },
  metrics: [
    ...metricsOf(points, { en: "{label}", ko: "{label}" }),
    metric("linear h2", t.linear, { reference: 0.55, to: 0.75 }),
    metric("tanh curves", t.curves, { reference: 1, from: 0.97 }),
    ...metricsOf(layers, t.imagesOf),
    metric("images linear", t.imagesLinear, { reference: 0.8305 }),
    metric("images gain", t.gain, { reference: 0.022, from: 0.005 }),
  ],
  async run(place, { lr, steps, spirals, ...setup }) {
    const values: Measured = {};
    for (const { name } of sets) {
      const found = await probed(place, name, "relu", { lr, steps: name === "spirals" ? spirals : steps });
      for (const [i, at] of places.entries()) values[`${name} ${at}`] = found[i]!;
    }
    values["linear h2"] = (await probed(place, "circles", "linear", { lr, steps }))[2]!;
    const data = planeSets.curves();
    const model = net({ inputs: 2, hidden: [2], outputs: 2, activation: "tanh" });
    const small = {
      model,
      data,
      batch: data.rows,
      steps,
      lr,
      optimizer: adamAt,
      doing: "curves, tanh 2-2-2",
    };
    values["tanh curves"] = await place.train(small, (trainer) => accuracyOf(trainer, data));
    const images = await probedImages(place, "relu", 0.1, ["x", "1", "3", "5"], setup);
    for (const [i, { name }] of layers.entries()) values[name] = images[i]!;
    values["images linear"] = (await probedImages(place, "linear", 0.02, ["5"], setup))[0]!;
    values["images gain"] = minus(values, "images h3", "images input");
    return { values, data: null };
  },
  panels: (_, { values }) => [
    lines(
      { label: t.places },
      { label: t.line, percent: true, from: 0.4, to: 1 },
      sets.map(({ name }) =>
        curve(
          name,
          places.map((at, i) => [i, values[`${name} ${at}`]!]),
        ),
      ),
      { dots: true },
    ),
    bars(t.probed, [...barsOf(values, layers), bar(t.linearH3, values["images linear"]!, 0.8305)], {
      percent: true,
      from: 0.7,
      to: 1,
    }),
  ],
  verdict: (read) => (read.passes("circles h2", "images gain", "linear h2") ? "holds" : "fails"),
});
