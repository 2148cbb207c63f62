import { type ClassDataset, glorotUniform, inspect, probes } from "../../index.ts";
import { arrivals, errorLines } from "../arrival.ts";
import { type Case, barsOf, metric, metricsOf } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { type Measured, minus, named, over } from "../measures.ts";
import { imageNet } from "../networks.ts";
import { bars } from "../panels.ts";
import type { Place, Training } from "../place.ts";
import { zigZag as t } from "../texts/sigmoid.ts";

/** `reference`: steps to the error. */
const cases: readonly (Case & { activation: string; cosine: number; efficiency: number })[] = [
  {
    name: "sigmoid",
    label: "σ",
    activation: "sigmoid",
    cosine: -0.06,
    efficiency: 0.33,
    reference: [600, 525, 700],
  },
  {
    name: "centred",
    label: "σ − ½",
    activation: "sigmoid(x) - 0.5",
    cosine: 0.31,
    efficiency: 0.54,
    reference: [325, 250, 350],
  },
];
const raced = [...cases, { name: "tanh", activation: "tanh", reference: 200 }];
const cosines = { of: "{name} cosine", reference: ({ cosine }: (typeof cases)[number]) => cosine };

const glorot = glorotUniform();

/** The mean cosine of successive updates, and the straight distance over the path length; one value per seed. */
function paths(
  place: Place,
  data: ClassDataset,
  { steps, ...training }: Pick<Training, "model" | "batch" | "lr" | "steps" | "doing">,
): Promise<{ cosine: number[]; efficiency: number[] }> {
  return place.train({ ...training, data, steps: 0 }, async (trainer) => {
    const probe = probes.updates({ weightsOf: "2" });
    const look = await inspect(trainer, data, { rows: 1, keep: false, probes: [probe] });
    const cosine = place.seeds.map(() => 0);
    let efficiency: readonly number[] = [];
    look.run();
    for (let step = 1; step <= steps; step++) {
      await trainer.fit(data, { steps: 1 });
      look.run();
      const found = await look.numbers(probe.name);
      // The first call only stores the weights, and a cosine needs two updates.
      if (step > 1) found["cosine"]!.forEach((c, r) => (cosine[r]! += c / (steps - 1)));
      efficiency = found["efficiency"]!;
      place.say(training.doing, [step, steps]);
    }
    look.dispose();
    return { cosine, efficiency: [...efficiency] };
  });
}

export const zigZag = defineStatement(t, {
  row: 11,
  name: "zig-zag",
  chapter: "sigmoid",
  images: true,
  seconds: [45, 8],
  setup: {
    rows: 10_000,
    judged: 1000,
    batch: 128,
    pathDepth: 2,
    depth: 3,
    lr: 0.5,
    steps: 200,
    error: 0.15,
    every: 25,
    most: 700,
    lrs: [0.3, 0.5, 1, 2],
    tanh: [0.1, 0.2, 0.5],
  },
  drag: { field: "depth", from: 1, to: 6 },
  quick: { rows: 4000, judged: 500, steps: 20, error: 0.3, most: 200, lrs: [1], tanh: [0.2] },
  metrics: [
    ...metricsOf(cases, t.cosineOf, cosines),
    ...metricsOf(cases, t.efficiencyOf, {
      of: "{name} efficiency",
      reference: ({ efficiency }) => efficiency,
    }),
    ...metricsOf(raced, t.stepsOf, { of: "{name} steps", notation: "count" }),
    metric("straighter", t.straighter, { reference: 0.37, from: 0.1 }),
    metric("ratio", t.ratio, { reference: 1.85, from: 1.1 }),
  ],
  async run(place, { rows, judged, batch, pathDepth, depth, lr, steps, error, every, most, lrs, tanh }) {
    const data = await place.training(rows);
    const few = await place.training(judged);
    const values: Measured = {};
    for (const { name, activation } of cases) {
      const model = imageNet(activation, 64, pathDepth, glorot);
      const found = await paths(place, data, { model, batch, lr, steps, doing: `updates of ${activation}` });
      values[`${name} cosine`] = found.cosine;
      values[`${name} efficiency`] = found.efficiency;
    }
    const { steps: arrived, curves } = await arrivals(place, raced, ({ name, activation }) => ({
      data,
      judged: few,
      batch,
      error,
      every,
      most,
      model: imageNet(activation, 64, depth, glorot),
      lrs: name === "tanh" ? tanh : lrs,
    }));
    Object.assign(values, named(arrived, "steps"));
    values["straighter"] = minus(values, "centred cosine", "sigmoid cosine");
    values["ratio"] = over(values, "sigmoid steps", "centred steps");
    return { values, data: curves };
  },
  panels: (curves, { values, setup: { error } }) => [
    bars(t.cosine, barsOf(values, cases, cosines), {
      from: -0.2,
      to: 0.6,
      levels: [{ at: 0, name: t.rightAngle }],
    }),
    errorLines(raced, curves, { error }),
  ],
  verdict: (read) => (!read.passes("straighter") ? "fails" : read.passes("ratio") ? "holds" : "condition"),
});
