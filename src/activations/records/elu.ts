import { record } from "../record.ts";

/** x above 0, alpha (e^x - 1) below, with derivative alpha at 0. Clevert et al. 2015. */
export const elu = record({
  name: "elu",
  formula: "x > 0 ? x : alpha · (eˣ − 1)",
  source:
    "Clevert, Unterthiner, Hochreiter 2015: Fast and accurate deep network learning by exponential linear units",
  params: { alpha: { default: 1, doc: "the limit at minus infinity is -alpha" } },
  // y + alpha would cancel where y is near -alpha: 8,000 ulp off at x = -10.
  saves: "x",
  wgsl: {
    f: "select(alpha * expm1_neg_(x), x, is_positive_(x))",
    dfdx: "select(alpha * exp_neg_(x), T(1.0), is_positive_(x))",
    textbook: {
      f: "select(alpha * (exp(x) - 1.0), x, x > T(0.0))",
      dfdx: "select(alpha * exp(x), T(1.0), x > T(0.0))",
    },
  },
  derivative: "where(x > 0, 1, alpha * exp(min(x, 0)))",
  f: (x, { alpha }) => (x > 0 ? x : alpha * Math.expm1(x)),
  dfdx: (x, { alpha }) => (x > 0 ? 1 : alpha * Math.exp(x)),
  kinks: ({ alpha }) => (alpha === 1 ? [] : [0]),
  transcendentals: 1,
});
