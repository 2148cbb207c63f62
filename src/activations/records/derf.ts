import { erf } from "../float64.ts";
import { inPlaceOfNorm } from "../in-place-of-norm.ts";
import { record } from "../record.ts";

const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

/** 2 / sqrt(pi) e^-(v^2), and the effect of rounding v on it. */
const bell = (v: number): number => TWO_OVER_ROOT_PI * Math.exp(-v * v);
const rounded = (x: number, alpha: number, s: number): number => {
  const v = alpha * x + s;
  return bell(v) * (1 + 2 * Math.min(Math.abs(v), 30) * (Math.abs(alpha * x) + Math.abs(s)));
};

/** gamma erf(alpha x + s) + beta: alpha and s learned per layer, gamma and beta per channel. Replaces a norm. Chen et al. 2025. */
export const derf = record({
  ...inPlaceOfNorm<"alpha" | "s">({
    s: "erf_(alpha * x + s)",
    value: (x, { alpha, s }) => erf(alpha * x + s),
    params: {
      alpha: { default: 0.5, doc: "steepness", learnable: true, learnedAs: "alpha" },
      s: { default: 0, doc: "the shift within", learnable: true, learnedAs: "shift" },
    },
    wgsl: {
      dfdx: "exp_neg_square_lifted_(alpha * x + s) * gamma * alpha * 6.72566394e-08",
      dfdp: {
        alpha: "exp_neg_square_lifted_(alpha * x + s) * gamma * x * 6.72566394e-08",
        s: "exp_neg_square_lifted_(alpha * x + s) * gamma * 6.72566394e-08",
      },
      textbook: {
        f: `
        let v = alpha * x + s;
        let z = abs(v);
        let t = 1.0 / (1.0 + 0.3275911 * z);
        let p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
        return gamma * sign(v) * (1.0 - p * exp(-z * z)) + beta;`,
        dfdx: "let v = alpha * x + s; return gamma * alpha * 1.1283792 * exp(-v * v);",
      },
    },
    dfdp: {
      alpha: (x, { alpha, s, gamma }) => (x === 0 ? 0 : gamma * x * bell(alpha * x + s)),
      s: (x, { alpha, s, gamma }) => gamma * bell(alpha * x + s),
    },
  }),
  name: "derf",
  formula: "gamma · erf(alpha · x + s) + beta",
  source: "Chen, Lu, Zhu, Chen, Liu 2025: Stronger normalization-free transformers",
  derivative: "gamma * alpha * 1.1283791670955126 * exp(-(alpha * x + s)^2)",
  dfdx: (x, { alpha, s, gamma }) => gamma * alpha * bell(alpha * x + s),
  condition: {
    f: (x, { alpha, s, gamma, beta }) =>
      Math.abs(gamma) * (Math.abs(erf(alpha * x + s)) + rounded(x, alpha, s) * Math.abs(s)) + Math.abs(beta),
    dfdx: (x, { alpha, s, gamma }) => Math.abs(gamma * alpha) * rounded(x, alpha, s),
    dfdp: {
      alpha: (x, { alpha, s, gamma }) => Math.abs(gamma * x) * rounded(x, alpha, s),
      s: (x, { alpha, s, gamma }) => Math.abs(gamma) * rounded(x, alpha, s),
      gamma: (x, { alpha, s }) =>
        Math.abs(erf(alpha * x + s)) + bell(alpha * x + s) * (Math.abs(alpha * x) + Math.abs(s)),
    },
  },
});
