import { inPlaceOfNorm } from "../in-place-of-norm.ts";
import { record } from "../record.ts";

/** gamma tanh(alpha x) + beta: alpha learned per layer, gamma and beta per channel. Replaces a norm. Zhu et al. 2025. */
export const dyt = record({
  ...inPlaceOfNorm<"alpha">({
    s: "tanh_(alpha * x)",
    value: (x, { alpha }) => Math.tanh(alpha * x),
    params: { alpha: { default: 0.5, doc: "steepness", learnable: true, learnedAs: "alpha" } },
    wgsl: {
      dfdx: `
      let e = exp_neg_product_(alpha * 2.0, x);
      let d = e + 1.0;
      return e / (d * d) * 4.0 * gamma * alpha;`,
      dfdp: {
        alpha: `
      let e = exp_neg_product_(alpha * 2.0, x);
      let d = e + 1.0;
      return e / (d * d) * 4.0 * gamma * x;`,
        // tanh from the exponential that the other derivatives also need
        gamma: `
      let e = exp_neg_product_(alpha * 2.0, x);
      let d = e + 1.0;
      return copysign_(expm1_neg_product_(alpha * 2.0, x) / d, alpha * x);`,
      },
      textbook: {
        f: "gamma * tanh(alpha * x) + beta",
        dfdx: "let t = tanh(alpha * x); return gamma * alpha * (1.0 - t * t);",
      },
    },
    dfdp: { alpha: (x, { alpha, gamma }) => (gamma * x) / Math.cosh(alpha * x) ** 2 },
  }),
  name: "dyt",
  formula: "gamma · tanh(alpha · x) + beta",
  source: "Zhu, Chen, He, LeCun, Liu 2025: Transformers without normalization",
  derivative: "gamma * alpha * (1 - tanh(alpha * x)^2)",
  dfdx: (x, { alpha, gamma }) => (gamma * alpha) / Math.cosh(alpha * x) ** 2,
  condition: {
    f: (x, { alpha, gamma, beta }) => Math.abs(gamma * Math.tanh(alpha * x)) + Math.abs(beta),
  },
});
