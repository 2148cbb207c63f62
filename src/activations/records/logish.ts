import { record } from "../record.ts";
import { expRatio } from "../exp-ratio.ts";
import { sigmoid } from "../float64.ts";

/** x ln(1 + sigmoid(x)). Zhu et al. 2021. */
export const logish = record({
  name: "logish",
  formula: "x · ln(1 + σ(x))",
  source: "Zhu, Zeng, Liu, Zhang 2021: Logish: a new nonlinear nonmonotonic activation function",
  saves: "x",
  wgsl: {
    // With e^x = p/q: 1 + sigmoid = (1 + z)/(1 - z), z = p / (3p + 2q)
    f: `${expRatio}
      return x * log_ratio_(p / (p * 3.0 + q * 2.0));`,
    // ln(1 + s) + x p q / ((p + q) (2p + q)). The logarithm's first term 2z and the second term share one denominator and are grouped
    // by powers of p, so that 1 + x, which cancels, is exact. x is clamped to where the term matters.
    dfdx: `${expRatio}
      let t = clamp(x, T(-1000.0), T(1000.0));
      let m = p * 3.0 + q * 2.0;
      let z = p / m;
      let n = (p * 4.0 + q * (t * 3.0 + 6.0)) * p + q * q * ((t + 1.0) * 2.0);
      return p * n / (m * ((e + 1.0) * (p * 2.0 + q))) + log_ratio_rest_(z);`,
    textbook: {
      f: "x * log(1.0 + 1.0 / (1.0 + exp(-x)))",
      dfdx: `
        let s = 1.0 / (1.0 + exp(-x));
        return log(1.0 + s) + x * s * (1.0 - s) / (1.0 + s);`,
    },
  },
  derivative: "log1p(sigmoid(x)) + x * sigmoid(x) * sigmoid(-x) / (1 + sigmoid(x))",
  f: (x) => x * Math.log1p(sigmoid(x)),
  dfdx: (x) => Math.log1p(sigmoid(x)) + (x * sigmoid(x) * sigmoid(-x)) / (1 + sigmoid(x)),
  transcendentals: 2,
});
