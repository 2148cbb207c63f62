import { type Case, metricsOf } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { planeRace } from "../lab-races.ts";
import { type Measured, accuracyOf, adamAt } from "../measures.ts";
import { net } from "../networks.ts";
import { planeSets } from "../plane.ts";
import { circlesWidth as t } from "../texts/space.ts";

const activations = ["tanh", "sigmoid", "relu"] as const;
const narrow = { reference: 0, gate: { from: 0, to: 0 } };

const cases: readonly (Case & { activation: string; shape: string; hidden: readonly number[] })[] = [
  ...activations.flatMap((activation) => [
    { activation, shape: "2 wide, 1 deep", hidden: [2], ...narrow },
    { activation, shape: "2 wide, 3 deep", hidden: [2, 2, 2], ...narrow },
  ]),
  { activation: "tanh", shape: "3 wide, 1 deep", hidden: [3], reference: 10, gate: { from: 10, to: 10 } },
].map((one) => ({
  ...one,
  name: `${one.activation} ${one.shape}`,
  label: `${one.activation}, ${one.shape}`,
}));

export const circlesWidth = defineStatement(t, {
  row: 29,
  name: "circles-width",
  chapter: "depth",
  exact: true,
  seeds: 10,
  seconds: [40, 40],
  race: planeRace("circles:n=400", [2], activations, { lr: 0.02, steps: 1500 }),
  setup: { lr: 0.02, steps: 1500, solved: 0.99 },
  drag: { field: "steps", from: 100, to: 3000 },
  metrics: metricsOf(cases, t.solvedOf, { notation: "count" }),
  async run(place, { steps, lr, solved }) {
    const data = planeSets.circles();
    const values: Measured = {};
    const rows: { name: string; accuracy: number[] }[] = [];
    for (const { name, label, activation, hidden } of cases) {
      const model = net({ inputs: 2, hidden, outputs: 2, activation });
      const training = { model, data, batch: data.rows, steps, lr, optimizer: adamAt, doing: String(label) };
      const accuracy = await place.train(training, (trainer) => accuracyOf(trainer, data));
      rows.push({ name: String(label), accuracy });
      values[name] = [accuracy.filter((a) => a >= solved).length];
    }
    return { values, data: rows };
  },
  panels: (rows) => [
    {
      kind: "heat",
      x: { label: t.seed, names: (rows[0]?.accuracy ?? []).map((_, i) => String(i + 1)) },
      y: { label: t.accuracy, names: rows.map(({ name }) => name) },
      values: rows.map(({ accuracy }) => accuracy.toSorted((a, b) => a - b)),
      from: 0.5,
      to: 1,
      percent: true,
    },
  ],
  verdict: (read) => (read.passes(...cases.map(({ name }) => name)) ? "holds" : "fails"),
});
