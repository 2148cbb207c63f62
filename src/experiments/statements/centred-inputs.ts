import { type ClassDataset, linear, sequential } from "../../index.ts";
import { arrivals, errorLines } from "../arrival.ts";
import { type Case, barsOf, metric, metricsOf } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { named, over } from "../measures.ts";
import { bars } from "../panels.ts";
import { centredInputs as t } from "../texts/sigmoid.ts";

/** `reference`: steps; `eigenvalue`: the largest eigenvalue and its gate. */
const cases: readonly (Case & { name: "raw" | "centred"; eigenvalue: readonly [number, number, number] })[] =
  [
    { name: "raw", label: t.raw, reference: [270, 200, 300], eigenvalue: [110.7, 105, 116] },
    { name: "centred", label: t.centred, reference: [90, 80, 90], eigenvalue: [19.9, 18.5, 21.5] },
  ];

/** Bytes / 255, optionally with each pixel's mean subtracted. */
function inputsOf(images: ClassDataset, mean: Float64Array | undefined): ClassDataset {
  const size = images.shape.reduce((a, b) => a * b, 1);
  const { normalise: _, ...rest } = images;
  return { ...rest, x: Float32Array.from(images.x, (v, i) => v / 255 - (mean?.[i % size] ?? 0)) };
}

function meansOf({ x, rows }: ClassDataset): Float64Array {
  const size = x.length / rows;
  const mean = new Float64Array(size);
  for (let i = 0; i < x.length; i++) mean[i % size]! += x[i]! / 255 / rows;
  return mean;
}

/** The largest eigenvalue of the mean of x xᵀ, by power iteration. */
function largestEigenvalue({ x, rows }: ClassDataset, sample: number): number {
  const size = x.length / rows;
  let v = new Float64Array(size).fill(1 / Math.sqrt(size));
  let value = 0;
  const count = Math.min(rows, sample);
  for (let round = 0; round < 30; round++) {
    const next = new Float64Array(size);
    for (let row = 0; row < count; row++) {
      let dot = 0;
      for (let i = 0; i < size; i++) dot += x[row * size + i]! * v[i]!;
      for (let i = 0; i < size; i++) next[i]! += (dot * x[row * size + i]!) / count;
    }
    value = Math.hypot(...next);
    v = next.map((n) => n / value);
  }
  return value;
}

export const centredInputs = defineStatement(t, {
  row: 12,
  name: "centred-inputs",
  chapter: "sigmoid",
  images: true,
  seconds: [18, 7],
  setup: {
    rows: 10_000,
    judged: 1000,
    batch: 128,
    error: 0.17,
    every: 10,
    most: 600,
    lrs: [0.02, 0.05, 0.1, 0.2, 0.5],
  },
  drag: { field: "error", from: 0.12, to: 0.5 },
  quick: { rows: 5000, most: 300, lrs: [0.1, 0.2] },
  metrics: [
    ...metricsOf(cases, t.stepsOf, { notation: "count" }),
    metric("ratio", t.ratio, { reference: 3, from: 1.3 }),
    ...metricsOf(cases, t.eigenvalueOf, {
      of: "{name} eigenvalue",
      reference: ({ eigenvalue }) => eigenvalue[0],
      gate: ({ eigenvalue: [, from, to] }) => ({ from, to, fashion: true }),
    }),
  ],
  async run(place, { rows, judged, lrs, ...setup }) {
    const train = await place.training(rows);
    const few = await place.training(judged);
    const mean = meansOf(train);
    const sets = { raw: inputsOf(train, undefined), centred: inputsOf(train, mean) };
    const { steps, curves } = await arrivals(
      place,
      cases,
      ({ name }) => ({
        ...setup,
        model: sequential(linear(784, 10)),
        data: sets[name],
        judged: inputsOf(few, name === "raw" ? undefined : mean),
        lrs,
      }),
      "all",
    );
    const eigenvalues = {
      raw: [largestEigenvalue(sets.raw, 5000)],
      centred: [largestEigenvalue(sets.centred, 5000)],
    };
    const values = { ...steps, ratio: over(steps, "raw", "centred"), ...named(eigenvalues, "eigenvalue") };
    return { values, data: curves };
  },
  panels: (curves, { values, setup: { error } }) => [
    errorLines(cases, curves, { error, from: 0.1, to: 0.6 }),
    bars(t.steps, barsOf(values, cases), { from: 0 }),
  ],
  verdict: (read) => (read.passes("ratio") ? "holds" : "fails"),
});
