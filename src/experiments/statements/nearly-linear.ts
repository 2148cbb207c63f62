import { mean } from "../../core/statistics.ts";
import { type Case, barsOf, forCase, metric, metricsOf } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { type Measured, accuracyOf, adamAt, minus, momentumSgd } from "../measures.ts";
import { imageNet, net } from "../networks.ts";
import { bars, curve, lines, share, words } from "../panels.ts";
import { planeSets } from "../plane.ts";
import { nearlyLinear as t } from "../texts/depth.ts";
import { bent, steepTanh } from "../variance.ts";

/** `early`: mean error early in training; `reference`: final training accuracy. */
const slopes: readonly (Case & { slope: number; early?: number })[] = [
  { name: "0", label: t.slope, slope: 0, early: 0.322, reference: 0.876 },
  { name: "0.5", label: t.slope, slope: 0.5, early: 0.246, reference: 0.871 },
  { name: "1", label: t.slope, slope: 1, reference: 0.846 },
];
const steep: readonly (Case & { g: number })[] = [
  { name: "tanh 1", label: "tanh(1x)/1", g: 1, reference: 0.898 },
  { name: "tanh 4", label: "tanh(4x)/4", g: 4, reference: 0.845 },
  { name: "tanh 8", label: "tanh(8x)/8", g: 8, reference: 0.715 },
];
const spirals: readonly (Case & { slope: number })[] = [
  { name: "0", label: t.slope, slope: 0, reference: 1, gate: { from: 0.98 } },
  { name: "0.5", label: t.slope, slope: 0.5, reference: 1 },
  { name: "0.9", label: t.slope, slope: 0.9, reference: 0.805 },
  { name: "1", label: t.slope, slope: 1, reference: 0.648, gate: { to: 0.75 } },
];
const ofSpirals = { of: "spirals {name}" };
const percent = { notation: "percent" } as const;

export const nearlyLinear = defineStatement(t, {
  row: 32,
  name: "nearly-linear",
  chapter: "depth",
  images: true,
  seconds: [200, 20],
  setup: {
    rows: 10_000,
    judged: 1000,
    batch: 128,
    momentum: 0.9,
    depth: 10,
    lr: 0.03,
    linear: 0.01,
    steps: 800,
    every: 20,
    early: 200,
    slopes: [0, 0.5, 1],
    sharp: [1, 4, 8],
    spirals: [0, 0.5, 0.9, 1],
    spiralLr: 0.01,
    spiralSteps: 3000,
  },
  drag: { field: "depth", from: 1, to: 20 },
  quick: {
    rows: 4000,
    judged: 500,
    steps: 100,
    every: 50,
    early: 100,
    sharp: [1, 8],
    spirals: [0, 1],
    spiralSteps: 800,
  },
  metrics: [
    ...metricsOf(slopes, t.earlyOf, { ...percent, of: "early {name}", reference: ({ early }) => early }),
    ...metricsOf(slopes, t.lateOf, { ...percent, of: "late {name}" }),
    ...metricsOf(steep, t.tanhOf, percent),
    ...metricsOf(spirals, t.spiralsOf, { ...percent, ...ofSpirals }),
    metric("easier", t.easier, { reference: 0.076, from: 0, fashion: true }),
    metric("capacity", t.capacity, { reference: 0.03, from: 0.005, fashion: true }),
  ],
  async run(place, setup) {
    const { rows, judged, batch, depth, momentum, lr, linear, steps, every, early, sharp } = setup;
    const data = await place.training(rows);
    const few = await place.training(judged);
    const optimizer = momentumSgd(momentum);
    const values: Measured = {};
    const found: { name: string; points: { step: number; error: number[] }[] }[] = [];
    const nets = [
      ...slopes
        .filter(({ slope }) => setup.slopes.includes(slope))
        .map(({ name, slope }) => ({ name, slope, last: `late ${name}`, ...bent(slope) })),
      ...steep
        .filter(({ g }) => sharp.includes(g))
        .map(({ name, g }) => ({ name, slope: undefined, last: name, ...steepTanh(g) })),
    ];
    for (const { name, slope, last, activation, init } of nets) {
      const doing = slope === undefined ? name : `slope ${slope}`;
      const rate = slope !== undefined && slope >= 0.99 ? linear : lr;
      const model = imageNet(activation, 64, depth, init);
      await place.train({ model, data, batch, steps: 0, lr: rate, optimizer, doing }, async (trainer) => {
        const points: { step: number; error: number[] }[] = [];
        const fit = (count: number) =>
          trainer.fit(data, { steps: count, onDiverged: "freeze", budgetMs: 500, signal: place.signal });
        for (let step = every; step <= early; step += every) {
          await fit(every);
          place.say(doing, [step, steps]);
          points.push({ step, error: (await accuracyOf(trainer, few)).map((a) => 1 - a) });
        }
        await fit(steps - early);
        place.say(doing);
        values[last] = await accuracyOf(trainer, data);
        if (slope === undefined) return;
        values[`early ${name}`] = place.seeds.map((_, r) => mean(points.map(({ error }) => error[r]!)));
        found.push({ name, points });
      });
    }
    const set = planeSets.spirals();
    for (const { name, slope } of spirals.filter((one) => setup.spirals.includes(one.slope))) {
      const training = {
        model: net({ inputs: 2, hidden: [16, 16], outputs: 2, ...bent(slope) }),
        data: set,
        batch: set.rows,
        steps: setup.spiralSteps,
        lr: setup.spiralLr,
        optimizer: adamAt,
        doing: `spirals, slope ${slope}`,
      };
      values[`spirals ${name}`] = await place.train(training, (trainer) => accuracyOf(trainer, set));
    }
    values["easier"] = minus(values, "early 0", "early 0.5");
    values["capacity"] = minus(values, "late 0", "late 1");
    return { values, data: found };
  },
  panels: (found, { values }) => [
    lines(
      { label: words.step },
      { label: words.error, percent: true, from: 0 },
      slopes.flatMap((one) =>
        found
          .filter(({ name }) => name === one.name)
          .map(({ points }) =>
            curve(
              forCase(t.slope, one),
              points.map(({ step, error }) => [step, error]),
            ),
          ),
      ),
    ),
    bars(t.spirals, barsOf(values, spirals, ofSpirals), { percent: true, from: 0.5, to: 1 }),
    bars(words.training, barsOf(values, steep), share),
  ],
  verdict(read) {
    const [easier, line] = [read.passes("easier"), read.passes("spirals 1")];
    return easier && line ? "holds" : easier || line ? "condition" : "fails";
  },
});
