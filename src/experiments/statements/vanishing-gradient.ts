import { type Initializer, heUniform } from "../../index.ts";
import { type Case, barsOf, metric, metricsOf } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { type Measured, factorOf, signals } from "../measures.ts";
import { imageNet, initializers } from "../networks.ts";
import { bars, curve, lines } from "../panels.ts";
import { vanishingGradient as t } from "../texts/sigmoid.ts";

const { glorot, he } = initializers;
/** U(±1 / √n), a common default of frameworks. */
const uniform = heUniform(1 / Math.sqrt(3));

const nets: readonly (Case & { activation: string; init: Initializer })[] = [
  {
    name: "sigmoid",
    activation: "sigmoid",
    init: glorot,
    reference: [0.231, 0.229, 0.234],
    gate: { from: 0.21, to: 0.25 },
  },
  { name: "tanh", activation: "tanh", init: glorot, reference: 0.906 },
  { name: "relu glorot", activation: "relu", init: glorot, reference: 0.701, gate: { to: 0.8 } },
  { name: "linear", activation: "linear", init: glorot, reference: 0.997 },
  { name: "relu he", activation: "relu", init: he, reference: 1.01, gate: { from: 0.95, to: 1.06 } },
  { name: "leaky he", activation: "leaky_relu", init: he, reference: 1.01 },
  { name: "elu he", activation: "elu", init: he, reference: 1.1 },
  { name: "sigmoid uniform", activation: "sigmoid", init: uniform, reference: 0.139 },
  { name: "tanh uniform", activation: "tanh", init: uniform, reference: 0.561 },
  { name: "relu uniform", activation: "relu", init: uniform, reference: 0.405, gate: { to: 0.5 } },
];
const drawn = ["sigmoid", "tanh", "relu glorot", "linear", "relu he"];

export const vanishingGradient = defineStatement(t, {
  row: 7,
  name: "vanishing-gradient",
  chapter: "sigmoid",
  exact: true,
  images: true,
  seeds: 5,
  seconds: [6, 6],
  setup: { rows: 256, width: 64, depth: 20 },
  drag: { field: "depth", from: 2, to: 40 },
  metrics: [
    ...metricsOf(nets, t.factorOf),
    metric("ratio", t.ratio, { notation: "exponent", reference: 7.8e-13 }),
  ],
  async run(place, { rows, width, depth }) {
    const images = await place.training(rows);
    const values: Measured = {};
    const curves: { name: string; layers: number[][] }[] = [];
    for (const { name, activation, init } of nets) {
      place.say(name);
      const layers = await signals(place, images, imageNet(activation, width, depth, init), depth);
      const last = layers.at(-1)!;
      values[name] = factorOf(layers);
      if (name === "sigmoid") values["ratio"] = layers[0]!.map((first, r) => first / last[r]!);
      curves.push({ name, layers: layers.map((own) => own.map((v, r) => v / last[r]!)) });
    }
    return { values, data: curves };
  },
  panels: (curves, { values }) => [
    lines(
      { label: t.layer },
      { label: t.signal, log: true },
      curves
        .filter(({ name }) => drawn.includes(name))
        .map(({ name, layers }) =>
          curve(
            name,
            layers.map((own, i) => [i + 1, own]),
          ),
        ),
    ),
    bars(t.factor, barsOf(values, nets), { from: 0, to: 1.2, levels: [{ at: 1, name: "1" }] }),
  ],
  verdict: (read) => ({
    answer: read.passes("sigmoid", "relu he") ? "condition" : "fails",
    fill: { times: 1 / read("sigmoid").median },
  }),
});
