import { record } from "../record.ts";
import { expRatio } from "../exp-ratio.ts";
import { sigmoid } from "../float64.ts";

/** x tanh(ln(1 + sigmoid(x))). Wang et al. 2022. */
export const smish = record({
  name: "smish",
  formula: "x · tanh(ln(1 + σ(x)))",
  source: "Wang, Ren, Wang 2022: Smish: a novel activation function for deep learning methods",
  saves: "x",
  wgsl: {
    // With e^x = p/q: p m / (5p^2 + 6pq + 2q^2), m = 3p + 2q. Writing the denominator as q m + p (5p + 3q) lets it share the
    // rounding of m.
    f: `${expRatio}
      let m = p * 3.0 + q * 2.0;
      return x * (p * m / (q * m + p * (p * 5.0 + q * 3.0)));`,
    // p ((3p + 2q) d + 4 x q (2p + q) (p + q)) / d^2, grouped by powers of p so that 1 + x, which cancels, is exact. x is clamped to
    // where the term matters.
    dfdx: `${expRatio}
      let z = clamp(x, T(-1000.0), T(1000.0));
      let d = p * (p * 5.0 + q * 6.0) + q * q * 2.0;
      let n = ((p * 15.0 + q * (z * 8.0 + 28.0)) * p + q * q * (z * 12.0 + 18.0)) * p;
      return p * (q * (q * q) * ((z + 1.0) * 4.0) + n) / (d * d);`,
    textbook: {
      f: "x * tanh(log(1.0 + 1.0 / (1.0 + exp(-x))))",
      dfdx: `
        let s = 1.0 / (1.0 + exp(-x));
        let t = tanh(log(1.0 + s));
        return t + x * (1.0 - t * t) * s * (1.0 - s) / (1.0 + s);`,
    },
  },
  derivative:
    "tanh(log1p(sigmoid(x))) + x * sigmoid(x) * sigmoid(-x) / (1 + sigmoid(x)) * (1 - tanh(log1p(sigmoid(x)))^2)",
  f: (x) => x * Math.tanh(Math.log1p(sigmoid(x))),
  dfdx: (x) => {
    const l = Math.log1p(sigmoid(x));
    return Math.tanh(l) + (x * sigmoid(x) * sigmoid(-x)) / (1 + sigmoid(x)) / Math.cosh(l) ** 2;
  },
  transcendentals: 1,
});
