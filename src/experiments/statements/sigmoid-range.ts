import { inspect, linear, parseActivation, probes, sequential } from "../../index.ts";
import { metric } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { passOn } from "../measures.ts";
import { lines } from "../panels.ts";
import { sigmoidRange as t } from "../texts/sigmoid.ts";

export const sigmoidRange = defineStatement(t, {
  row: 6,
  name: "sigmoid-range",
  chapter: "sigmoid",
  exact: true,
  seeds: 1,
  seconds: [1, 1],
  setup: { from: -100, to: 100, step: 0.01 },
  drag: { field: "to", from: 1, to: 200 },
  metrics: [
    metric("half", t.half, { reference: 0.5, from: 0.5, to: 0.5 }),
    metric("slope", t.slope, { reference: 0.25, from: 0.25, to: 0.25 }),
    metric("slopeAt", t.slopeAt, { reference: 0, from: 0, to: 0 }),
    metric("slope5", t.slope5, { reference: 0.00665, from: 0.00664, to: 0.00666 }),
    metric("slope10", t.slope10, { notation: "exponent", reference: 4.5e-5, from: 4.5e-5, to: 4.6e-5 }),
    metric("one", t.one, { reference: 16.64, from: 16.5, to: 17.4 }),
    metric("zero", t.zero, { reference: -88.7, from: -104, to: -87 }),
  ],
  run: (place, { from, to, step }) =>
    place.fresh(sequential(linear(1, 1), parseActivation("sigmoid")), async (trainer) => {
      trainer.setWeights(passOn(1));
      const count = Math.round((to - from) / step) + 1;
      const x = Float32Array.from({ length: count }, (_, i) => Math.fround(from + i * step));
      x[Math.round(-from / step)] = 0;
      const look = await inspect(trainer, x, { probes: [probes.jacobian()], keep: true });
      look.run();
      const y = (await look.read("1")).output;
      const slope = (await look.figures("jacobian"))["0"]!.data;
      look.dispose();
      const at = (value: number): number =>
        x.reduce((best, v, i) => (Math.abs(v - value) < Math.abs(x[best]! - value) ? i : best), 0);
      const most = slope.reduce((best, v, i) => (v > slope[best]! ? i : best), 0);
      const values = {
        half: [y[at(0)]!],
        slope: [slope[most]!],
        slopeAt: [x[most]!],
        slope5: [slope[at(5)]!],
        slope10: [slope[at(10)]!],
        one: [x[y.indexOf(1)] ?? NaN],
        zero: [x[y.lastIndexOf(0)] ?? NaN],
      };
      const shown = Array.from({ length: 161 }, (_, i) => at(-20 + i / 4));
      return { values, data: shown.map((i) => [x[i]!, y[i]!, slope[i]!] as const) };
    }),
  panels: (points) => [
    lines(
      { label: { en: "x", ko: "x" } },
      { label: t.value, from: 0, to: 1 },
      [
        { name: "σ(x)", points: points.map(([x, y]) => [x, y]) },
        { name: "σ'(x)", points: points.map(([x, , slope]) => [x, slope]) },
      ],
      { levels: [{ at: 0.25, name: "¼" }] },
    ),
  ],
  verdict: (read) => (read.passes("half", "slope") ? "condition" : "fails"),
});
