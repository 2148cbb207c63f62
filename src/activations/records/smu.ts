import special from "../../../shaders/special.wgsl?raw";
import { learning } from "../learning.ts";
import { record } from "../record.ts";
import { erf } from "../float64.ts";

const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

/** A smooth leaky relu: the maximum of x and alpha x, with x erf(mu x) in place of |x|; mu is learned. Biswas et al. 2021. */
export const smu = record({
  name: "smu",
  formula: "½ ((1 + alpha) · x + (1 − alpha) · x · erf(mu · (1 − alpha) · x))",
  source:
    "Biswas, Kumar, Banerjee, Pandey 2021: SMU: smooth activation function for deep networks using smoothing maximum technique",
  params: {
    alpha: { default: 0.25, doc: "the slope far below 0" },
    mu: {
      default: 1.5,
      doc: "steepness; the paper starts at 1e6, nearly a leaky relu",
      learnable: true,
      learnedAs: "mu",
    },
  },
  learning,
  saves: "x",
  wgsl: {
    library: special,
    f: "x * ((alpha + 1.0) * 0.5 + (1.0 - alpha) * 0.5 * erf_(mu * ((1.0 - alpha) * x)))",
    dfdx: `
      let v = mu * ((1.0 - alpha) * x);
      let z = select(v, copysign_(T(16.0), v), abs(v) > T(16.0));
      return (alpha + 1.0) * 0.5 + (1.0 - alpha) * 0.5 * (erf_(z) + z * 1.12837917 * exp_neg_square_(z));`,
    dfdp: {
      mu: `
      let t = (1.0 - alpha) * x;
      return exp_neg_square_lifted_(mu * t) * t * t * 3.36283197e-08;`,
    },
    textbook: {
      f: `
        let v = mu * (1.0 - alpha) * x;
        let z = abs(v);
        let t = 1.0 / (1.0 + 0.3275911 * z);
        let p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
        return 0.5 * ((1.0 + alpha) * x + (1.0 - alpha) * x * sign(v) * (1.0 - p * exp(-z * z)));`,
      dfdx: `
        let v = mu * (1.0 - alpha) * x;
        let z = abs(v);
        let t = 1.0 / (1.0 + 0.3275911 * z);
        let p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
        let e = exp(-z * z);
        return 0.5 * ((1.0 + alpha) + (1.0 - alpha) * (sign(v) * (1.0 - p * e) + v * e * 1.1283792));`,
    },
  },
  derivative:
    "0.5 * (1 + alpha) + 0.5 * (1 - alpha) * (erf(mu * (1 - alpha) * x) + 1.1283791670955126 * mu * (1 - alpha) * x * exp(-(mu * (1 - alpha) * x)^2))",
  f: (x, { alpha, mu }) => ((1 + alpha) * x + (1 - alpha) * x * erf(mu * (1 - alpha) * x)) / 2,
  dfdx: (x, { alpha, mu }) => {
    const v = mu * (1 - alpha) * x;
    const bump = Math.abs(v) > 30 ? 0 : TWO_OVER_ROOT_PI * v * Math.exp(-v * v);
    return (1 + alpha) / 2 + ((1 - alpha) / 2) * (erf(v) + bump);
  },
  dfdp: {
    mu: (x, { alpha, mu }) => {
      const t = (1 - alpha) * x;
      return Math.abs(mu * t) > 30 ? 0 : (t * t * Math.exp(-((mu * t) ** 2))) / Math.sqrt(Math.PI);
    },
  },
  condition: {
    f: (x, { alpha }) => Math.abs(x) * ((Math.abs(1 + alpha) + Math.abs(1 - alpha)) / 2),
    dfdx: (_, { alpha }) => (Math.abs(1 + alpha) + Math.abs(1 - alpha)) / 2,
    dfdp: {
      mu: (x, { alpha, mu }) => {
        const t = (1 - alpha) * x;
        const square = (mu * t) ** 2;
        return square > 900 ? 0 : ((1 + 2 * square) * t * t * Math.exp(-square)) / Math.sqrt(Math.PI);
      },
    },
  },
  transcendentals: 1,
});
