import { normal } from "../../core/random.ts";
import type { Trainer } from "../../index.ts";
import { type Case, barsOf, metric, metricsOf } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { type Affine, affine, changeWeights, float64, layersOf, partOf } from "../measures.ts";
import { net } from "../networks.ts";
import { bars, words } from "../panels.ts";
import { superposition as t } from "../texts/linear.ts";

const INPUTS = 32;

const cases: readonly (Case & { activation: string })[] = [
  {
    name: "linear",
    label: t.linear,
    activation: "linear",
    reference: 5e-16,
    gate: { to: 2e-15, each: true },
  },
  {
    name: "biased",
    label: t.biased,
    activation: "linear",
    reference: 0.046,
    gate: { from: 0.003, each: true },
  },
  { name: "relu", activation: "relu", reference: 0.42, gate: { from: 0.2, each: true } },
  { name: "tanh", activation: "tanh", reference: 0.69, gate: { from: 0.05, each: true } },
  {
    name: "sigmoid",
    label: t.sigmoid,
    activation: "sigmoid",
    reference: 0.11,
    gate: { from: 0.05, each: true },
  },
];

/** The network in float64. */
const forward = (layers: readonly Affine[], f: (x: number) => number, x: ArrayLike<number>): number[] =>
  layers.reduce<ArrayLike<number>>(
    (h, layer, i) => affine(layer, h).map((v) => (i < layers.length - 1 ? f(v) : v)),
    x,
  ) as number[];

type Sides = readonly [whole: ArrayLike<number>, x: ArrayLike<number>, y: ArrayLike<number>];

/** |f(ax + by) - a f(x) - b f(y)| relative to |f(ax + by)|, over all rows. */
function residual([whole, x, y]: Sides, a: number, b: number): number {
  let [off, all] = [0, 0];
  for (let i = 0; i < whole.length; i++) {
    off += (whole[i]! - a * x[i]! - b * y[i]!) ** 2;
    all += whole[i]! ** 2;
  }
  return Math.sqrt(off / all);
}

/** Sets biases from N(0, 0.1²), different in each replica. */
const setBiases = (trainer: Trainer, seeds: readonly number[]): Promise<void> =>
  changeWeights(trainer, (name, values, r) => {
    if (!name.endsWith(".bias")) return;
    values.set(normal(seeds[r]!, 100 + Number(name[0]), values.length).map((v) => 0.1 * v));
  });

export const superposition = defineStatement(t, {
  row: 2,
  name: "superposition",
  chapter: "linear",
  exact: true,
  seeds: 5,
  seconds: [1, 1],
  setup: { a: 1.7, b: -0.6, rows: 64 },
  drag: { field: "a", from: -3, to: 3 },
  metrics: [
    ...metricsOf(cases, { en: "{label}", ko: "{label}" }),
    metric("gpu", t.gpu, { notation: "exponent", to: 2e-6, each: true }),
  ],
  async run(place, { a, b, rows }) {
    const x = normal(11, 1, rows * INPUTS);
    const y = normal(11, 2, rows * INPUTS);
    const both = x.map((v, i) => a * v + b * y[i]!);
    const values: Record<string, number[]> = { gpu: [] };
    for (const { name, activation } of cases) {
      place.say(name);
      const model = net({ inputs: INPUTS, hidden: [64, 64], outputs: 10, activation });
      await place.fresh(model, async (trainer) => {
        if (name === "biased") await setBiases(trainer, place.seeds);
        const { f } = float64(activation === "linear" ? "identity" : activation);
        const own: number[] = [];
        for (const r of place.seeds.keys()) {
          const layers = layersOf(await trainer.weights(r));
          // Even a x + b y must not be rounded to float32.
          const give = (of: (i: number) => number): number[] =>
            Array.from({ length: rows }, (_, row) =>
              forward(
                layers,
                f,
                Array.from({ length: INPUTS }, (_column, i) => of(row * INPUTS + i)),
              ),
            ).flat();
          own.push(
            residual([give((i) => a * x[i]! + b * y[i]!), give((i) => x[i]!), give((i) => y[i]!)], a, b),
          );
        }
        values[name] = own;
        if (name !== "linear") return;
        const sides = [await trainer.predict(both), await trainer.predict(x), await trainer.predict(y)];
        values["gpu"] = place.seeds.map((_, r) => {
          const [whole, left, right] = sides.map(({ data }) => partOf(data, r, place.seeds.length));
          return residual([whole!, left!, right!], a, b);
        });
      });
    }
    return { values, data: null };
  },
  panels: (_, { values }) => [bars(words.relative, barsOf(values, cases), { log: true, from: 1e-17, to: 1 })],
  verdict: (read) => (read.passes("linear", "biased") ? "condition" : "fails"),
});
