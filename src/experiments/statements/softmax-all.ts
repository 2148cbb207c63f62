import { normal } from "../../core/random.ts";
import { inspect, linear, parseActivation, probes, sequential } from "../../index.ts";
import { metric } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { passOn } from "../measures.ts";
import { words } from "../panels.ts";
import { softmaxAll as t } from "../texts/backward.ts";

const WIDTH = 10;
const activations = ["softmax", "sigmoid", "tanh", "relu", "elu"] as const;

export const softmaxAll = defineStatement(t, {
  row: 27,
  name: "softmax-all",
  chapter: "backward",
  exact: true,
  seeds: 3,
  seconds: [1, 1],
  setup: { bump: 0.5 },
  drag: { field: "bump", from: 0.05, to: 5 },
  metrics: [
    metric("softmax off", t.softmaxOff, { reference: 0.01, from: 0.01, each: true }),
    metric("softmax changed", t.softmaxChanged, {
      notation: "count",
      reference: 10,
      from: WIDTH,
      to: WIDTH,
      each: true,
    }),
    metric("others off", t.othersOff, { reference: 0, from: 0, to: 0, each: true }),
    metric("others changed", t.othersChanged, {
      notation: "count",
      reference: 1,
      from: 1,
      to: 1,
      each: true,
    }),
  ],
  async run(place, { bump }) {
    const points = place.seeds.map((seed) => normal(seed, 3, WIDTH));
    const rows: { name: string; off: number[]; changed: number[]; matrix: number[][] }[] = [];
    for (const name of activations) {
      place.say(name);
      const row = { name, off: [] as number[], changed: [] as number[], matrix: [] as number[][] };
      rows.push(row);
      for (const x of points) {
        await place.fresh(
          sequential(linear(WIDTH, WIDTH), parseActivation(name)),
          async (trainer) => {
            trainer.setWeights(passOn(WIDTH));
            const look = await inspect(trainer, x, { keep: false, probes: [probes.jacobian()] });
            look.run();
            const found = await look.figures("jacobian");
            look.dispose();
            const matrix = Array.from({ length: WIDTH }, (_, j) => [...found[String(j)]!.data]);
            row.matrix = matrix;
            row.off.push(
              Math.max(...matrix.flatMap((line, j) => line.filter((_, i) => i !== j).map(Math.abs))),
            );
            // Change the largest input, where every one of these functions responds.
            const most = x.indexOf(Math.max(...x));
            const before = (await trainer.predict(x)).data;
            const after = (await trainer.predict(x.map((v, i) => (i === most ? v + bump : v)))).data;
            row.changed.push(before.filter((v, i) => v !== after[i]).length);
          },
          [0],
        );
      }
    }
    const [softmax, ...others] = rows;
    const worst = (of: (row: (typeof rows)[number]) => number[]): number[] =>
      place.seeds.map((_, s) => Math.max(...others.map((row) => of(row)[s]!)));
    const values = {
      "softmax off": softmax!.off,
      "softmax changed": softmax!.changed,
      "others off": worst((row) => row.off),
      "others changed": worst((row) => row.changed),
    };
    return { values, data: { softmax: softmax!.matrix, sigmoid: rows[1]!.matrix } };
  },
  panels: (matrices) =>
    (["softmax", "sigmoid"] as const).map((name) => {
      const names = matrices[name].map((_, i) => String(i));
      return {
        kind: "heat" as const,
        title: t[name],
        x: { label: words.input, names },
        y: { label: words.output, names },
        values: matrices[name].map((line) => line.map(Math.abs)),
        from: 0,
        to: name === "softmax" ? 0.1 : 0.25,
      };
    }),
  verdict: (read) => (read.passes("softmax changed", "others off") ? "holds" : "fails"),
});
