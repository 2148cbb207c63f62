import { record } from "../record.ts";

const alpha = 1.6732632423543772;
const scale = 1.0507009873554805;

/** ELU scaled so that mean 0 and variance 1 are a fixed point; derivative scale alpha at 0. Klambauer et al. 2017. */
export const selu = record({
  name: "selu",
  formula: "1.0507 · (x > 0 ? x : 1.6733 · (eˣ − 1))",
  source: "Klambauer, Unterthiner, Mayr, Hochreiter 2017: Self-normalizing neural networks",
  saves: "x",
  wgsl: {
    f: "select(1.75809934 * expm1_neg_(x), x * 1.05070099, is_positive_(x))",
    dfdx: "select(1.75809934 * exp_neg_(x), T(1.05070099), is_positive_(x))",
    textbook: {
      f: "1.05070099 * select(1.67326324 * (exp(x) - 1.0), x, x > T(0.0))",
      dfdx: "1.05070099 * select(1.67326324 * exp(x), T(1.0), x > T(0.0))",
    },
  },
  derivative: "where(x > 0, 1.0507009873554805, 1.7580993408473766 * exp(min(x, 0)))",
  f: (x) => scale * (x > 0 ? x : alpha * Math.expm1(x)),
  dfdx: (x) => scale * (x > 0 ? 1 : alpha * Math.exp(x)),
  kinks: () => [0],
  transcendentals: 1,
  init: "lecun",
  gain: () => 1,
});
