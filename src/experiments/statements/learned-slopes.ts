import { type Case, barsOf, metric, metricsOf } from "../cases.ts";
import { pooled, smallCnn, two } from "../cnn.ts";
import { defineStatement } from "../experiment.ts";
import { type Measured, accuracyOf, minus, momentumSgd } from "../measures.ts";
import { bars, curve, lines, words } from "../panels.ts";
import { learnedSlopes as t } from "../texts/relu-family.ts";

/** The network's prelu layers, first to last, with the reference's final slope of each. */
const slopes: readonly (Case & { layer: string })[] = [
  { name: "first", label: t.first, layer: "2", reference: [0.58, 0.3, 0.82] },
  { name: "second", label: t.second, layer: "5", reference: [0.38, 0.37, 0.47] },
  { name: "third", label: t.third, layer: "9", reference: [0.07, 0.07, 0.13] },
];
const nets: readonly Case[] = [
  { name: "prelu", reference: [0.853, 0.848, 0.857] },
  { name: "relu", reference: 0.836 },
];
const tested = { of: "test {name}" };

export const learnedSlopes = defineStatement(t, {
  row: 19,
  name: "learned-slopes",
  chapter: "relu",
  images: true,
  seconds: [255, 8],
  setup: {
    rows: 10_000,
    tests: 10_000,
    batch: 128,
    hidden: 32,
    momentum: 0.9,
    lr: 0.03,
    steps: 600,
    slope: 0.25,
    every: 50,
  },
  drag: { field: "slope", from: 0, to: 1 },
  quick: { rows: 1500, tests: 500, steps: 20, every: 10 },
  metrics: [
    ...metricsOf(slopes, t.slopeOf),
    ...metricsOf(nets, t.testOf, { ...tested, notation: "percent" }),
    metric("falls", t.falls, { reference: 0.45, from: 0.05, fashion: true }),
  ],
  async run(place, { rows, tests, batch, hidden, momentum, lr, steps, slope, every }) {
    const images = await place.images(rows, tests);
    const [data, test] = [pooled(images.train), pooled(images.test)];
    const common = { data, batch, lr, optimizer: momentumSgd(momentum) };
    const values: Measured = {};
    const found: { step: number; slopes: number[][] }[] = [];
    const prelu = smallCnn(`prelu:a=${slope}`, two, { hidden });
    await place.train({ ...common, model: prelu, steps: 0, doing: "prelu" }, async (trainer) => {
      for (let step = 0; step <= steps; step += every) {
        if (step > 0)
          await trainer.fit(data, {
            steps: every,
            budgetMs: 500,
            onDiverged: "freeze",
            signal: place.signal,
          });
        place.say("prelu", [step, steps]);
        const weights = await Promise.all(place.seeds.map((_, r) => trainer.weights(r)));
        const now = slopes.map(({ layer }) => weights.map((w) => w.get(`${layer}.weight`)!.data[0]!));
        found.push({ step, slopes: now });
      }
      values["test prelu"] = await accuracyOf(trainer, test);
    });
    const relu = { ...common, model: smallCnn("relu", two, { hidden }), steps, doing: "relu" };
    values["test relu"] = await place.train(relu, (trainer) => accuracyOf(trainer, test));
    for (const [i, { name }] of slopes.entries()) values[name] = found.at(-1)!.slopes[i]!;
    values["falls"] = minus(values, "first", "third");
    return { values, data: found };
  },
  panels: (found, { values }) => [
    lines(
      { label: words.step },
      { label: t.slope },
      slopes.map(({ name, label }, i) =>
        curve(
          label ?? name,
          found.map((at) => [at.step, at.slopes[i]!]),
        ),
      ),
    ),
    bars(words.test, barsOf(values, nets, tested), { percent: true, from: 0.7, to: 0.9 }),
  ],
  verdict(read, { slope }) {
    const ends = slopes.map(({ name }) => read(name).median);
    const [first, last] = [ends[0]!, ends.at(-1)!];
    return {
      answer: [first, last].some((end) => Math.abs(end - slope) > 0.02) ? "holds" : "fails",
      fill: { slopes: ends.map((end) => end.toFixed(2)).join(", "), why: first > last ? t.fall : t.rise },
    };
  },
});
