import { record } from "../record.ts";
import { sigmoid } from "../float64.ts";

/** x sigmoid(x) above 0, (e^x - 1) sigmoid(x) below. Basirat and Roth 2018. */
export const elish = record({
  name: "elish",
  formula: "x > 0 ? x · σ(x) : (eˣ − 1) · σ(x)",
  source: "Basirat, Roth 2018: The quest for the golden activation function",
  saves: "x",
  wgsl: {
    f: `
      let e = exp_neg_(-abs(x));
      return select(expm1_neg_(x) * e, x, x > T(0.0)) / (e + 1.0);`,
    // Above 0 like silu; below, e (e^2 + 2e - 1) / (1 + e)^2. The bracket is (e - c)(e + 2 + c) with c = sqrt 2 - 1; near e = 1,
    // m = e - 1 is more exact than e.
    dfdx: `
      let e = exp_neg_(-abs(x));
      let m = expm1_neg_(-abs(x));
      let d = e + 1.0;
      let near = x > T(-0.7);
      let b = select(e - 0.41421357, m + 0.58578640, near) + select(T(5.6e-9), T(3.54e-8), near);
      return select(e * b * (e + 2.41421356), x * e + 1.0 + e, x > T(0.0)) / (d * d);`,
    textbook: {
      f: "select(exp(x) - 1.0, x, x > T(0.0)) / (1.0 + exp(-x))",
      dfdx: `
        let s = 1.0 / (1.0 + exp(-x));
        return select(s * (exp(x) + (exp(x) - 1.0) * (1.0 - s)), s * (1.0 + x * (1.0 - s)), x > T(0.0));`,
    },
  },
  derivative:
    "where(x > 0, sigmoid(x) * (1 + x * sigmoid(-x)), sigmoid(x) * (exp(min(x, 0)) + expm1(min(x, 0)) * sigmoid(-x)))",
  f: (x) => (x > 0 ? x : Math.expm1(x)) * sigmoid(x),
  dfdx: (x) =>
    x > 0 ? sigmoid(x) * (1 + x * sigmoid(-x)) : sigmoid(x) * (Math.exp(x) + Math.expm1(x) * sigmoid(-x)),
  transcendentals: 2,
});
