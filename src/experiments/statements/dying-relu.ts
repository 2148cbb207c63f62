import { metric } from "../cases.ts";
import { killAndTrain, killing } from "../dying.ts";
import { defineStatement } from "../experiment.ts";
import { bar } from "../measures.ts";
import { bars, chance, share, words } from "../panels.ts";
import { dyingRelu as t } from "../texts/relu-family.ts";

const percent = { notation: "percent" } as const;

export const dyingRelu = defineStatement(t, {
  row: 16,
  name: "dying-relu",
  chapter: "relu",
  images: true,
  seeds: 5,
  seconds: [25, 5],
  ...killing,
  drag: { field: "bias", from: -6, to: 0 },
  metrics: [
    metric("kick harmed", t.harmed, { ...percent, reference: [0.25, 0.16, 0.34], from: 0.05 }),
    metric("kick dead", t.dead, { ...percent, reference: [0.56, 0.18, 0.83], from: 0.1 }),
    metric("kick accuracy", t.accuracy, { ...percent, reference: 0.21 }),
    metric("bias dead", t.biasDead, { ...percent, reference: 1, from: 0.9 }),
    metric("bias accuracy", t.biasAccuracy, { ...percent, reference: 0.103, to: 0.3 }),
  ],
  async run(place, setup) {
    const images = await place.images(setup.rows, setup.tests);
    const kick = await killAndTrain(place, "relu", "kick", setup, images);
    const bias = await killAndTrain(place, "relu", "bias", setup, images);
    const values = {
      "kick harmed": kick.harmed,
      "kick dead": kick.dead,
      "kick accuracy": kick.accuracy,
      "bias dead": bias.dead,
      "bias accuracy": bias.accuracy,
    };
    return { values, data: null };
  },
  panels: (_, { values }) => [
    bars(
      t.share,
      [
        bar(t.kicked, values["kick harmed"]!, 0.25),
        bar(t.afterwards, values["kick dead"]!, 0.56),
        bar(t.biased, values["bias dead"]!, 1),
      ],
      { ...share, title: t.units },
    ),
    bars(
      words.accuracy,
      [bar(t.afterKick, values["kick accuracy"]!, 0.21), bar(t.biased, values["bias accuracy"]!, 0.103)],
      { ...share, ...chance, title: words.test },
    ),
  ],
  verdict: (read) => (read.passes("bias dead", "kick dead") ? "holds" : "fails"),
});
