import { record } from "../record.ts";

/** max(x, 0), with derivative 0 at 0. Nair and Hinton 2010. */
export const relu = record({
  name: "relu",
  formula: "max(x, 0)",
  source: "Nair, Hinton 2010: Rectified linear units improve restricted Boltzmann machines",
  saves: "y",
  wgsl: {
    f: "select(x, T(0.0), x < T(0.0))", // max(x, 0) would turn NaN into 0
    dfdx: "select(T(0.0), T(1.0), is_positive_(y))",
  },
  derivative: "where(x > 0, 1, 0)",
  f: (x) => (x < 0 ? 0 : x),
  dfdx: (x) => (x > 0 ? 1 : 0),
  kinks: () => [0],
  gain: () => Math.SQRT2,
});
