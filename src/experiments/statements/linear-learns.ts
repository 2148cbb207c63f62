import { metric } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { imageRace } from "../lab-races.ts";
import { accuracyOf } from "../measures.ts";
import { imageNet } from "../networks.ts";
import { chance, curve, lines, share, words } from "../panels.ts";
import { linearLearns as t } from "../texts/backward.ts";

const eight = Array.from({ length: 8 }, () => 64);

export const linearLearns = defineStatement(t, {
  row: 5,
  name: "linear-learns",
  chapter: "backward",
  images: true,
  seconds: [50, 8],
  race: imageRace(eight, ["identity"], [0.02]),
  setup: { rows: 10_000, tests: 10_000, depth: 8, batch: 128, lr: 0.02, steps: 1560, looks: 12 },
  drag: { field: "depth", from: 1, to: 16 },
  quick: { rows: 4000, tests: 2000, steps: 300, looks: 5 },
  metrics: [
    metric("start", t.start, { to: 0.25 }),
    metric("train", t.train, { reference: 0.861, from: 0.8 }),
    metric("test", t.test, { reference: 0.817, from: 0.75 }),
  ],
  async run(place, { rows, tests, depth, batch, lr, steps, looks }) {
    const { train: data, test } = await place.images(rows, tests);
    const found: { step: number; accuracy: number[] }[] = [];
    const every = Math.ceil(steps / looks);
    const doing = `${depth} linear layers`;
    const training = { model: imageNet("linear", 64, depth), data, batch, steps: 0, lr, doing };
    const train = await place.train(training, async (trainer) => {
      for (let step = 0; ;) {
        found.push({ step, accuracy: await accuracyOf(trainer, test) });
        if (step >= steps) break;
        const count = Math.min(every, steps - step);
        place.say(doing, [step, steps]);
        await trainer.fit(data, { steps: count, budgetMs: 500, onDiverged: "freeze", signal: place.signal });
        step += count;
      }
      return accuracyOf(trainer, data);
    });
    return { values: { start: found[0]!.accuracy, train, test: found.at(-1)!.accuracy }, data: found };
  },
  panels: (found) => [
    lines(
      { label: words.step },
      { label: words.test, ...share },
      [
        curve(
          t.layers,
          found.map(({ step, accuracy }) => [step, accuracy]),
        ),
      ],
      { dots: true, ...chance },
    ),
  ],
  verdict: (read) => (read.passes("test") ? "fails" : "holds"),
});
