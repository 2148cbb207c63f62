import { median } from "../../core/statistics.ts";
import { synthetic } from "../../index.ts";
import { type Case, forCase, metric, metricsOf } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { type Affine, type Measured, accuracyOf, adamAt, affine } from "../measures.ts";
import { net } from "../networks.ts";
import { lines, words } from "../panels.ts";
import { depthParameters as t } from "../texts/depth.ts";

const depths: readonly (Case & { depth: number })[] = [
  { name: "depth 1", depth: 1 },
  { name: "depth 2", depth: 2, reference: 354 },
  { name: "depth 3", depth: 3, reference: 272 },
  { name: "depth 4", depth: 4, reference: 382 },
  { name: "depth 6", depth: 6, reference: 602 },
];

/** Number of parameters of 2-[width]xdepth-2. */
const parametersOf = (width: number, depth: number): number =>
  3 * width + (depth - 1) * width * (width + 1) + (width + 1) * 2;

/** The tent map 2 min(x, 1 - x) applied k times, as a relu network with two units per layer. */
function tent(k: number): Affine[] {
  // h1 = relu(x), h2 = relu(x - 1/2): tent(x) = 2 h1 - 4 h2.
  const first: Affine = { weight: [1, 1], bias: [0, -0.5] };
  const next: Affine = { weight: [2, -4, 2, -4], bias: [0, -0.5] };
  return [first, ...Array.from({ length: k - 1 }, () => next), { weight: [2, -4], bias: [0] }];
}

const numbers = (layers: readonly Affine[]): number =>
  layers.reduce((sum, { weight, bias }) => sum + weight.length + bias.length, 0);

/** Linear pieces of a function on [0, 1], from its values at multiples of a power of two, where the tent map is exact. */
function pieces(layers: readonly Affine[], cells: number): number {
  const f = (x: number): number =>
    layers.reduce<number[]>(
      (h, layer, i) => affine(layer, h).map((v) => (i < layers.length - 1 ? Math.max(v, 0) : v)),
      [x],
    )[0]!;
  let [count, before] = [0, NaN];
  for (let i = 0; i < cells; i++) {
    const slope = (f((i + 1) / cells) - f(i / cells)) * cells;
    if (slope !== before) count++;
    before = slope;
  }
  return count;
}

/** The widths tried at each depth, in order. */
const widths: Readonly<Record<string, readonly number[]>> = {
  "1": [64, 128, 256],
  "2": [10, 12, 14, 16, 20],
  "3": [8, 9, 10, 12, 14],
  "4": [7, 8, 10, 12],
  "6": [7, 8, 10, 12],
};

export const depthParameters = defineStatement(t, {
  row: 23,
  name: "depth-parameters",
  chapter: "depth",
  seconds: [110, 7],
  setup: { folds: 10, turns: 2.5, rows: 400, lr: 0.01, steps: 2500, widths, solved: 0.99 },
  drag: { field: "turns", from: 0.5, to: 4 },
  quick: { steps: 1200, widths: { "1": [64], "2": [16], "3": [10] } },
  metrics: [
    metric("pieces", t.pieces, { notation: "count", reference: 1024, from: 1024, to: 1024 }),
    metric("tent", t.tent, { notation: "count", reference: 61, to: 100 }),
    metric("shallow", t.shallow, { notation: "count", reference: 3070, from: 2000 }),
    ...metricsOf(depths, t.fewestOf, { notation: "count" }),
    metric("one deep", t.oneDeep, { reference: 0.695, to: 0.98 }),
  ],
  async run(place, { folds, turns, rows, lr, steps, widths: tried, solved }) {
    const deep = tent(folds);
    const found = pieces(deep, 2 ** folds);
    const values: Measured = { pieces: [found], tent: [numbers(deep)], shallow: [3 * (found - 1) + 1] };
    const data = synthetic("spirals", rows, { turns });
    const points: { depth: number; parameters: number; accuracy: number }[] = [];
    for (const [text, list] of Object.entries(tried)) {
      const depth = Number(text);
      values[`depth ${depth}`] = [NaN];
      for (const width of list) {
        const hidden = Array.from({ length: depth }, () => width);
        const model = net({ inputs: 2, hidden, outputs: 2, activation: "relu" });
        const doing = `depth ${depth}, width ${width}`;
        const training = { model, data, batch: data.rows, steps, lr, optimizer: adamAt, doing };
        const accuracy = median(await place.train(training, (trainer) => accuracyOf(trainer, data)));
        points.push({ depth, parameters: parametersOf(width, depth), accuracy });
        if (accuracy < solved) continue;
        values[`depth ${depth}`] = [parametersOf(width, depth)];
        break;
      }
    }
    const one = points.filter(({ depth }) => depth === 1).map(({ accuracy }) => accuracy);
    values["one deep"] = [Math.max(...one)];
    return { values, data: points };
  },
  panels: (tried, { setup: { solved } }) => [
    lines(
      { label: t.parameters, log: true },
      { label: words.accuracy, percent: true, from: 0.5, to: 1 },
      depths.flatMap((one) => {
        const own = tried.filter(({ depth }) => depth === one.depth);
        const points = own.map(({ parameters, accuracy }) => [parameters, accuracy] as const);
        return own.length === 0 ? [] : [{ name: forCase(t.depth, one), points }];
      }),
      { dots: true, levels: [{ at: solved, name: t.solved }] },
    ),
  ],
  verdict(read) {
    const needed = depths.map(({ depth, name }) => ({ depth, least: read(name).median }));
    const solved = needed.filter(({ least }) => Number.isFinite(least));
    const none = { depth: NaN, least: NaN };
    const best = solved.reduce((a, b) => (b.least < a.least ? b : a), solved[0] ?? none);
    const last = solved.at(-1) ?? none;
    return {
      answer: read.passes("pieces", "one deep") ? "condition" : "fails",
      fill: {
        which: best === last ? t.fewest : t.beyond,
        best: best.depth,
        least: best.least,
        last: last.depth,
        most: last.least,
      },
    };
  },
});
