import { type Case, forCase, metricsOf } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { eachCase } from "../measures.ts";
import { net } from "../networks.ts";
import { curve, lines, referenceLine } from "../panels.ts";
import { bornDead as t } from "../texts/relu-family.ts";

const NETS = 1000;

/** A gate of six standard errors of a share among a thousand, since the reference is such a share too. */
function gateOf(reference: number) {
  const six = 6 * Math.sqrt((reference * (1 - reference)) / NETS);
  return { from: Math.max(0, reference - six), to: Math.min(1, reference + six) };
}

const cases: readonly (Case & { width: number; depth: number; reference: number })[] = [
  { name: "depth5", width: 2, depth: 5, reference: 0.64 },
  { name: "depth10", width: 2, depth: 10, reference: 0.904 },
  { name: "depth20", width: 2, depth: 20, reference: 0.993 },
  { name: "wide", width: 8, depth: 10, reference: 0.013 },
];
const ofWidth = (wanted: number) => cases.filter(({ width }) => width === wanted);

export const bornDead = defineStatement(t, {
  row: 16,
  name: "born-dead",
  chapter: "relu",
  exact: true,
  seeds: 3,
  seconds: [2, 2],
  setup: { networks: NETS, points: 32, from: -1.73, to: 1.73 },
  drag: { field: "to", from: 0.1, to: 10 },
  metrics: metricsOf(cases, t.deadOf, { notation: "percent", gate: ({ reference }) => gateOf(reference) }),
  async run(place, { networks, points, from, to }) {
    const x = Float32Array.from({ length: points }, (_, i) => from + ((to - from) * i) / (points - 1));
    const values = await eachCase(cases, async ({ width, depth }) => {
      const dead: number[] = [];
      for (const seed of place.seeds) {
        place.say(`width ${width}, depth ${depth}`);
        const hidden = Array.from({ length: depth }, () => width);
        const model = net({ inputs: 1, hidden, outputs: 1, activation: "relu" });
        const seeds = Array.from({ length: networks }, (_, i) => seed * networks + i);
        const { data } = await place.fresh(model, (trainer) => trainer.predict(x), seeds);
        const own = seeds.map((_, r) => data.subarray(r * points, (r + 1) * points));
        dead.push(own.filter((y) => y.every((v) => v === y[0])).length / networks);
      }
      return dead;
    });
    return { values, data: null };
  },
  panels: (_, { values }) => [
    lines(
      { label: t.depth, from: 0 },
      { label: t.bornDead, percent: true, from: 0, to: 1 },
      [
        ...[2, 8].map((width) =>
          curve(
            forCase(t.width, { name: "", width } as Case),
            ofWidth(width).map(({ name, depth }) => [depth, values[name]!]),
          ),
        ),
        referenceLine(ofWidth(2).map(({ depth, reference }) => [depth, reference])),
      ],
      { dots: true },
    ),
  ],
  verdict: (read) => (read.passes("depth20") ? "holds" : "fails"),
});
