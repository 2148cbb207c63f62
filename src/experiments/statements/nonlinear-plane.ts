import type { ClassDataset } from "../../index.ts";
import { type Case, barsOf, metricsOf } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { planeRace } from "../lab-races.ts";
import { type Measured, accuracyOf, adamAt, bar } from "../measures.ts";
import { net } from "../networks.ts";
import { bars, share, words } from "../panels.ts";
import { type PlaneSet, planeSets } from "../plane.ts";
import { nonlinearPlane as t } from "../texts/linear.ts";

/** `reference`: accuracy of relu; `linear`: accuracy without an activation, and the most that a line may reach. */
const sets: readonly (Case & { name: PlaneSet; linear: readonly [reference: number, to: number] })[] = [
  { name: "xor", linear: [0.5, 0.75], reference: 1, gate: { from: 0.98 } },
  { name: "circles", linear: [0.55, 0.75], reference: 1, gate: { from: 0.98 } },
  { name: "curves", linear: [0.815, 0.9], reference: 1, gate: { from: 0.98 } },
  { name: "spirals", linear: [0.648, 0.75], reference: 1, gate: { from: 0.98 } },
];

/** The four corners of XOR. */
const corners: ClassDataset = {
  kind: "classes",
  name: "xor-4",
  rows: 4,
  shape: [2],
  x: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1),
  labels: Uint32Array.of(0, 1, 1, 0),
  classes: 2,
};
const cornerCases: readonly (Case & { activation: string; width: number })[] = [
  { name: "linear 2-8-2", activation: "linear", width: 8, reference: 0, gate: { to: 0 } },
  { name: "relu 2-8-2", activation: "relu", width: 8, reference: 19, gate: { from: 16 } },
  { name: "tanh 2-8-2", activation: "tanh", width: 8, reference: 20, gate: { from: 18 } },
  { name: "sigmoid 2-8-2", activation: "sigmoid", width: 8, reference: 20, gate: { from: 18 } },
  { name: "relu 2-2-2", activation: "relu", width: 2, reference: 4, gate: { to: 12 } },
];

export const nonlinearPlane = defineStatement(t, {
  row: 4,
  name: "nonlinear-plane",
  chapter: "linear",
  seeds: 5,
  seconds: [45, 15],
  race: planeRace("spirals:n=400,turns=1.5", [16, 16], ["identity", "relu", "tanh", "sigmoid"], {
    steps: 3000,
  }),
  setup: { lr: 0.01, steps: 1000, spirals: 3000, corners: 20, cornerSteps: 3000 },
  drag: { field: "steps", from: 20, to: 3000 },
  quick: { steps: 600, spirals: 1500, cornerSteps: 1500 },
  metrics: [
    ...metricsOf(sets, t.linearOf, {
      of: "{name} linear",
      reference: ({ linear }) => linear[0],
      gate: ({ linear }) => ({ to: linear[1] }),
    }),
    ...metricsOf(sets, t.reluOf, { of: "{name} relu" }),
    ...metricsOf(cornerCases, t.cornersOf, { notation: "count" }),
  ],
  async run(place, { lr, steps, spirals, corners: count, cornerSteps }) {
    const values: Measured = {};
    const optimizer = adamAt;
    for (const { name } of sets) {
      const data = planeSets[name]();
      for (const activation of ["linear", "relu"]) {
        const training = {
          data,
          batch: data.rows,
          lr,
          optimizer,
          doing: `${name}, ${activation}`,
          model: net({ inputs: 2, hidden: [16, 16], outputs: 2, activation }),
          steps: name === "spirals" ? spirals : steps,
        };
        values[`${name} ${activation}`] = await place.train(training, (trainer) => accuracyOf(trainer, data));
      }
    }
    const seeds = Array.from({ length: count }, (_, i) => i);
    for (const { name, activation, width } of cornerCases) {
      const model = net({ inputs: 2, hidden: [width], outputs: 2, activation });
      const training = {
        model,
        data: corners,
        batch: 4,
        steps: cornerSteps,
        lr,
        optimizer,
        seeds,
        doing: name,
      };
      const right = await place.train(training, (trainer) => accuracyOf(trainer, corners));
      values[name] = [right.filter((a) => a === 1).length];
    }
    return { values, data: null };
  },
  panels: (_, { values, setup }) => [
    bars(
      words.accuracy,
      sets.flatMap(({ name, linear }) => [
        bar({ en: `${name}, linear`, ko: `${name}, 선형` }, values[`${name} linear`]!, linear[0]),
        bar(`${name}, relu`, values[`${name} relu`]!, 1),
      ]),
      share,
    ),
    bars(t.solved, barsOf(values, cornerCases), { from: 0, to: setup.corners }),
  ],
  verdict: (read) =>
    read.passes(...sets.flatMap(({ name }) => [`${name} linear`, `${name} relu`])) ? "holds" : "fails",
});
