import { type Case, barsOf, metric, metricsOf } from "../cases.ts";
import { meanOverStd } from "../centred.ts";
import { defineStatement } from "../experiment.ts";
import { imageRace } from "../lab-races.ts";
import { eachCase, factorOf, float64, signals } from "../measures.ts";
import { imageNet } from "../networks.ts";
import { bars, lines } from "../panels.ts";
import { tanhCentred as t } from "../texts/sigmoid.ts";

const cases: readonly (Case & { name: "sigmoid" | "tanh" })[] = [
  { name: "sigmoid", label: t.sigmoid, reference: 1.13, gate: { from: 0.7 } },
  { name: "tanh", label: t.tanh, reference: -0.007, gate: { from: -0.3, to: 0.3 } },
];

export const tanhCentred = defineStatement(t, {
  row: 9,
  name: "tanh-centred",
  chapter: "sigmoid",
  images: true,
  seconds: [30, 5],
  race: imageRace([64, 64], ["sigmoid", "tanh"], [0.1, 0.5], 10),
  setup: {
    rows: 10_000,
    batch: 128,
    steps: 780,
    lr: { sigmoid: 0.5, tanh: 0.1 },
    looked: 2000,
    depth: 20,
    untrained: 256,
  },
  drag: { field: "depth", from: 2, to: 40 },
  quick: { rows: 4000, steps: 150, looked: 1000 },
  metrics: [
    metric("difference", t.difference, { notation: "exponent", reference: 3e-16, to: 1e-15 }),
    ...metricsOf(cases, { en: "{label}", ko: "{label}" }),
    metric("factor", t.factor, { reference: 0.906, to: 0.97 }),
  ],
  async run(place, { rows, lr, depth, untrained, ...setup }) {
    const [sigma, tanh] = [float64("sigmoid"), float64("tanh")];
    const xs = Array.from({ length: 4001 }, (_, i) => -20 + i / 100);
    const difference = [Math.max(...xs.map((x) => Math.abs(2 * sigma.f(2 * x) - 1 - tanh.f(x))))];
    const data = await place.training(rows);
    const means = await eachCase(cases, ({ name }) =>
      meanOverStd(place, name, data, { ...setup, lr: lr[name] }),
    );
    const seen = await place.training(untrained);
    const factor = factorOf(await signals(place, seen, imageNet("tanh", 64, depth), depth));
    return { values: { difference, ...means, factor }, data: null };
  },
  panels: (_, { values }) => [
    bars(
      t.centre,
      barsOf(
        values,
        cases.map(({ name, reference }) => ({ name, reference })),
      ),
      { from: -0.5, to: 1.5 },
    ),
    lines(
      { label: { en: "x", ko: "x" } },
      { label: t.value, from: -1, to: 1 },
      ["tanh", "sigmoid"].map((name) => ({
        name,
        points: Array.from(
          { length: 81 },
          (_point, i) => [-4 + i / 10, float64(name).f(-4 + i / 10)] as const,
        ),
      })),
    ),
  ],
  verdict: (read) => (read.passes("tanh", "factor") ? "holds" : "fails"),
});
