import special from "../../../shaders/special.wgsl?raw";
import { record } from "../record.ts";

/** x above 0, alpha (e^(x/alpha) - 1) below: an ELU whose derivative is 1 at 0 for every alpha. Barron 2017. */
export const celu = record({
  name: "celu",
  formula: "x > 0 ? x : alpha · (e^(x/alpha) − 1)",
  source: "Barron 2017: Continuously differentiable exponential linear units",
  params: {
    alpha: {
      default: 1,
      doc: "the limit at minus infinity is -alpha",
      check: (alpha) => (alpha > 1e-30 ? undefined : "expected more than 0"),
    },
  },
  saves: "x",
  wgsl: {
    library: special,
    f: "select(alpha * expm1_neg_(x / alpha), x, is_positive_(x))",
    // The remainder of the quotient also enters the exponent: a rounded x/alpha = -80 would cost 40 ulp.
    dfdx: `
      let i = 1.0 / alpha;
      let q = x * i;
      let rest = ((x - hi_(q) * hi_(alpha)) - hi_(q) * (alpha - hi_(alpha))) - (q - hi_(q)) * alpha;
      return select(exp_sum_(q, rest * i), T(1.0), is_positive_(x));`,
    textbook: {
      f: "select(alpha * (exp(x / alpha) - 1.0), x, x > T(0.0))",
      dfdx: "select(exp(x / alpha), T(1.0), x > T(0.0))",
    },
  },
  derivative: "where(x > 0, 1, exp(min(x, 0) / alpha))",
  f: (x, { alpha }) => (x > 0 ? x : alpha * Math.expm1(x / alpha)),
  dfdx: (x, { alpha }) => (x > 0 ? 1 : Math.exp(x / alpha)),
  transcendentals: 1,
});
