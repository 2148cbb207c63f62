import { type Case, barsOf, metricsOf } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { imageRace } from "../lab-races.ts";
import { accuracyOf, eachCase, momentumSgd } from "../measures.ts";
import { imageNet } from "../networks.ts";
import { bars, chance, curve, lines, referenceLine, share, words } from "../panels.ts";
import { deepSigmoid as t } from "../texts/sigmoid.ts";

const cases: readonly (Case & { activation: string; depth: number; reference: number })[] = [
  { name: "sigmoid 1", activation: "sigmoid", depth: 1, reference: 0.879, gate: { from: 0.8 } },
  { name: "sigmoid 3", activation: "sigmoid", depth: 3, reference: 0.855 },
  { name: "sigmoid 6", activation: "sigmoid", depth: 6, reference: 0.102 },
  { name: "sigmoid 12", activation: "sigmoid", depth: 12, reference: 0.102, gate: { to: 0.2 } },
  { name: "sigmoid 24", activation: "sigmoid", depth: 24, reference: 0.102, gate: { to: 0.2 } },
  { name: "tanh 24", activation: "tanh", depth: 24, reference: 0.856, gate: { from: 0.7 } },
  { name: "elu 24", activation: "elu", depth: 24, reference: 0.831 },
  { name: "relu 24", activation: "relu", depth: 24, reference: 0.785 },
];
const six = Array.from({ length: 6 }, () => 64);

export const deepSigmoid = defineStatement(t, {
  row: 8,
  name: "deep-sigmoid",
  chapter: "sigmoid",
  images: true,
  seconds: [410, 18],
  race: imageRace(six, ["sigmoid", "tanh", "relu"], [0.03, 0.1, 0.3], 5),
  setup: {
    rows: 10_000,
    judged: 2000,
    momentum: 0.9,
    batch: 128,
    steps: 400,
    depths: [1, 3, 6, 12, 24],
    sigmoid: [0.03, 0.1, 0.3, 1],
    others: [0.003, 0.01, 0.03, 0.1],
  },
  drag: { field: "momentum", from: 0, to: 0.95 },
  quick: { rows: 4000, steps: 200, depths: [1, 3, 6], sigmoid: [0.1, 0.3], others: [0.03] },
  metrics: metricsOf(cases, t.accuracy),
  async run(place, { rows, judged, momentum, batch, steps, depths, sigmoid, others }) {
    const data = await place.training(rows);
    const few = await place.training(judged);
    const values = await eachCase(
      cases.filter(({ depth }) => depths.includes(depth)),
      async ({ name, activation, depth }) => {
        const model = imageNet(activation, 64, depth);
        const training = { model, data, batch, steps, optimizer: momentumSgd(momentum), doing: name };
        const grid = activation === "sigmoid" ? sigmoid : others;
        const lr = await place.bestRate(name, grid, training, (trainer) => accuracyOf(trainer, few));
        return place.train({ ...training, lr }, (trainer) => accuracyOf(trainer, data));
      },
    );
    return { values, data: null };
  },
  panels(_, { values }) {
    const sigmoids = cases.filter(({ name, activation }) => activation === "sigmoid" && values[name]);
    return [
      lines(
        { label: words.layers, log: true },
        { label: words.training, ...share },
        [
          curve(
            "sigmoid",
            sigmoids.map(({ name, depth }) => [depth, values[name]!]),
          ),
          referenceLine(sigmoids.map(({ depth, reference }) => [depth, reference])),
        ],
        { dots: true, ...chance },
      ),
      bars(words.training, barsOf(values, cases), { ...share, ...chance }),
    ];
  },
  verdict: (read) => (read.passes("sigmoid 24", "tanh 24") ? "holds" : "fails"),
});
