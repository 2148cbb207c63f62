import { record } from "../record.ts";

/** relu6(x + 3) / 6, with derivative 0 at both edges. Courbariaux et al. 2015. */
export const hardsigmoid = record({
  name: "hardsigmoid",
  formula: "min(max(x + 3, 0), 6) / 6",
  source: "Courbariaux, Bengio, David 2015: BinaryConnect",
  saves: "x", // y rounds to 1 just below the edge
  wgsl: {
    f: "select(select(x + 3.0, T(6.0), x > T(3.0)), T(0.0), x < T(-3.0)) * 0.16666667",
    dfdx: "select(T(0.0), T(0.16666667), (x > T(-3.0)) & (x < T(3.0)))",
  },
  derivative: "where(x > -3, where(x < 3, 1 / 6, 0), 0)",
  f: (x) => (x > 3 ? 1 : x < -3 ? 0 : (x + 3) / 6),
  dfdx: (x) => (x > -3 && x < 3 ? 1 / 6 : 0),
  kinks: () => [-3, 3],
  init: "glorot",
});
