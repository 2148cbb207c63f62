import special from "../../../shaders/special.wgsl?raw";
import { learning } from "../learning.ts";
import { record } from "../record.ts";

/** gamma tanh(alpha x) + beta: alpha learned for the layer, gamma and beta by channel. In the place of a norm. Zhu et al. 2025. */
export const dyt = record({
  name: "dyt",
  formula: "gamma · tanh(alpha · x) + beta",
  source: "Zhu, Chen, He, LeCun, Liu 2025: Transformers without normalization",
  params: {
    alpha: { default: 0.5, doc: "steepness", learnable: true, learnedAs: "alpha" },
    gamma: { default: 1, doc: "the scale", learnable: true, learnedAs: "weight", scope: "channel" },
    beta: { default: 0, doc: "the shift", learnable: true, learnedAs: "bias", scope: "channel" },
  },
  learning,
  saves: "x",
  wgsl: {
    library: special,
    f: "gamma * tanh_(alpha * x) + beta",
    dfdx: `
      let e = exp_neg_product_(alpha * 2.0, x);
      let d = e + 1.0;
      return gamma * alpha * 4.0 * (e / (d * d));`,
    dfdp: {
      alpha: `
      let e = exp_neg_product_(alpha * 2.0, x);
      let d = e + 1.0;
      return e / (d * d) * 4.0 * gamma * x;`,
      gamma: "tanh_(alpha * x)",
      beta: "T(1.0)",
    },
    textbook: {
      f: "gamma * tanh(alpha * x) + beta",
      dfdx: "let t = tanh(alpha * x); return gamma * alpha * (1.0 - t * t);",
    },
  },
  derivative: "gamma * alpha * (1 - tanh(alpha * x)^2)",
  f: (x, { alpha, gamma, beta }) => gamma * Math.tanh(alpha * x) + beta,
  dfdx: (x, { alpha, gamma }) => (gamma * alpha) / Math.cosh(alpha * x) ** 2,
  dfdp: {
    alpha: (x, { alpha, gamma }) => (gamma * x) / Math.cosh(alpha * x) ** 2,
    gamma: (x, { alpha }) => Math.tanh(alpha * x),
    beta: () => 1,
  },
  condition: {
    f: (x, { alpha, gamma, beta }) => Math.abs(gamma * Math.tanh(alpha * x)) + Math.abs(beta),
  },
  transcendentals: 1,
  init: "glorot",
});
