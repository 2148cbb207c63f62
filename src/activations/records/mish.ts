import { record } from "../record.ts";
import { expRatio } from "../exp-ratio.ts";
import { sigmoid, softplus } from "../float64.ts";

/** x tanh(softplus(x)). Misra 2019. */
export const mish = record({
  name: "mish",
  formula: "x · tanh(ln(1 + eˣ))",
  source: "Misra 2019: Mish: a self regularized non-monotonic activation function",
  saves: "x",
  wgsl: {
    // With e^x = p/q: tanh(ln(1 + e^x)) = n / (n + 2 q^2), n = p m, m = p + 2q.
    // Writing the denominator as q m + p (p + q) lets it share the rounding of m.
    f: `${expRatio}
      let m = q * 2.0 + p;
      return x * (p * m / (q * m + p * (e + 1.0)));`,
    // p ((p + 2q) (n + 2 q^2) + 4 x q^2 (p + q)) / (n + 2 q^2)^2, grouped by powers of p so that 1 + x, which cancels, is exact.
    // x is clamped to where the term matters.
    dfdx: `${expRatio}
      let z = clamp(x, T(-1000.0), T(1000.0));
      let d = q * q * 2.0 + p * (q * 2.0 + p);
      let n = ((p + q * 4.0) * p + q * q * (z * 4.0 + 6.0)) * p;
      return p * (q * (q * q) * ((z + 1.0) * 4.0) + n) / (d * d);`,
    textbook: {
      f: "x * tanh(log(1.0 + exp(x)))",
      dfdx: `
        let t = tanh(log(1.0 + exp(x)));
        return t + x * (1.0 - t * t) / (1.0 + exp(-x));`,
    },
  },
  derivative: "tanh(softplus(x)) + x * sigmoid(x) * (1 - tanh(softplus(x))^2)",
  f: (x) => x * Math.tanh(softplus(x)),
  dfdx: (x) => Math.tanh(softplus(x)) + (x * sigmoid(x)) / Math.cosh(softplus(x)) ** 2,
  transcendentals: 1,
});
