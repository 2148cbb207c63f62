import { normal } from "../../core/random.ts";
import { linear, parseActivation, probes, sequential } from "../../index.ts";
import { type Case, barsOf, metricsOf } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { eachCase, float64, measure, passOn } from "../measures.ts";
import { bars, lines, words } from "../panels.ts";
import { linearFit as t } from "../texts/norm.ts";

const cases: readonly (Case & { reference: number })[] = [
  { name: "sigmoid", reference: 0.984 },
  { name: "tanh", reference: 0.93 },
  { name: "relu", reference: 0.7335 },
];

export const linearFit = defineStatement(t, {
  row: 34,
  name: "linear-fit",
  chapter: "norm",
  exact: true,
  seeds: 1,
  seconds: [1, 1],
  setup: { rows: 200_000 },
  drag: { field: "rows", from: 20, to: 200_000 },
  metrics: metricsOf(cases, t.fitOf, {
    gate: ({ reference }) => ({ from: reference - 0.005, to: reference + 0.005 }),
  }),
  async run(place, { rows }) {
    const x = normal(1, 1, rows);
    const values = await eachCase(cases, ({ name }) => {
      place.say(name);
      return place.fresh(sequential(linear(1, 1), parseActivation(name)), async (trainer) => {
        trainer.setWeights(passOn(1));
        return (await measure(trainer, x, probes.linearFit()))["1"]!;
      });
    });
    return { values, data: null };
  },
  panels: (_, { values }) => [
    bars(t.fit, barsOf(values, cases), { from: 0, to: 1 }),
    lines(
      { label: words.input },
      { label: words.output },
      cases.map(({ name }) => {
        const { f } = float64(name);
        const points = Array.from({ length: 61 }, (_point, i) => [-3 + i / 10, f(-3 + i / 10)] as const);
        return { name, points };
      }),
    ),
  ],
  verdict: (read) => (read.passes("sigmoid", "relu") ? "holds" : "fails"),
});
