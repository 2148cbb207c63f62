import { record } from "../record.ts";

/** x clamped to [min, max], with derivative 0 at both edges. Collobert 2004. */
export const hardtanh = record({
  name: "hardtanh",
  formula: "min(max(x, min), max)",
  source: "Collobert 2004: Large scale machine learning",
  params: {
    min: { default: -1, doc: "the smallest value" },
    max: { default: 1, doc: "the largest value" },
  },
  saves: "y",
  wgsl: {
    f: "select(select(x, max, x > max), min, x < min)",
    dfdx: "select(T(0.0), T(1.0), (y > min) & (y < max))",
  },
  f: (x, { min, max }) => (x < min ? min : x > max ? max : x),
  dfdx: (x, { min, max }) => (x > min && x < max ? 1 : 0),
  kinks: ({ min, max }) => [min, max],
  init: "glorot",
  check: ({ min, max }) => (Math.fround(min) < Math.fround(max) ? undefined : "expected min below max"),
});
