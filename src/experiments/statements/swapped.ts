import { inspect, probes } from "../../index.ts";
import { type Case, barsOf, metric, metricsOf } from "../cases.ts";
import { pooled, smallCnn, two } from "../cnn.ts";
import { defineStatement } from "../experiment.ts";
import { type Measured, accuracyOf, across, changeWeights, momentumSgd } from "../measures.ts";
import { bars, chance, share, words } from "../panels.ts";
import { swapped as t } from "../texts/relu.ts";

const swaps: readonly (Case & { activation: string })[] = [
  { name: "relu", activation: "relu", label: "max(x, 0)", reference: 0.844 },
  { name: "identity", activation: "linear", label: "x", reference: 0.49 },
  { name: "absolute", activation: "abs(x)", label: "|x|", reference: 0.1 },
  { name: "negatives", activation: "min(x, 0)", label: "min(x, 0)", reference: 0.25 },
];
const shares: readonly Case[] = [
  { name: "init conv1", label: t.untrained, reference: 0.5 },
  { name: "conv1", label: t.first, reference: 0.57 },
  { name: "conv2", label: t.second, reference: 0.83 },
];
/** The relu layers of the network. */
const [FIRST, SECOND] = ["2", "5"];

export const swapped = defineStatement(t, {
  row: 35,
  name: "swapped",
  chapter: "relu",
  images: true,
  seconds: [80, 7],
  setup: { rows: 10_000, tests: 10_000, batch: 128, momentum: 0.9, lr: 0.05, steps: 300, looked: 500 },
  drag: { field: "steps", from: 1, to: 600 },
  quick: { rows: 1500, tests: 300, steps: 25, looked: 128 },
  metrics: [
    ...metricsOf(shares, t.zerosOf, { notation: "percent" }),
    metric("dead maps", t.dead, { notation: "percent", reference: [0.25, 0, 0.69] }),
    ...metricsOf(swaps, t.testOf, { notation: "percent" }),
    metric("lost", t.lost, { reference: 0.35, from: 0.1 }),
  ],
  async run(place, { rows, tests, batch, momentum, lr, steps, looked }) {
    const images = await place.images(rows, tests);
    const [data, test] = [pooled(images.train), pooled(images.test)];
    const model = smallCnn("relu", two);
    const values: Measured = {};
    const training = { model, data, batch, steps: 0, lr, optimizer: momentumSgd(momentum), doing: "relu" };
    await place.train(training, async (trainer) => {
      const look = await inspect(trainer, data, {
        rows: looked,
        keep: false,
        probes: [probes.zeros(), probes.dead()],
      });
      look.run();
      values["init conv1"] = (await look.numbers("zeros"))[FIRST]!;
      await trainer.fit(data, { steps, budgetMs: 500, signal: place.signal });
      place.say("zeros");
      look.run();
      const [zeros, dead] = [await look.numbers("zeros"), await look.numbers("dead")];
      look.dispose();
      values["conv1"] = zeros[FIRST]!;
      values["conv2"] = zeros[SECOND]!;
      values["dead maps"] = dead[SECOND]!;
      const weights = await Promise.all(place.seeds.map((_, r) => trainer.weights(r)));
      for (const { name, activation } of swaps) {
        place.say(`tested with ${name}`);
        values[name] = await place.fresh(smallCnn(activation, two), async (other) => {
          await changeWeights(other, (part, own, r) => own.set(weights[r]!.get(part)!.data));
          return accuracyOf(other, test);
        });
      }
    });
    const names = swaps.map(({ name }) => name);
    values["lost"] = across(values, names, (relu, ...others) => relu! - Math.max(...others));
    return { values, data: null };
  },
  panels: (_, { values }) => [
    bars(t.zeros, barsOf(values, shares), { ...share, levels: [{ at: 0.5, name: t.half }] }),
    bars(words.test, barsOf(values, swaps), { ...share, ...chance }),
  ],
  verdict: (read) => (read.passes("lost") ? "holds" : "fails"),
});
