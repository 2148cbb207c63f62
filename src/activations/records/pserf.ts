import special from "../../../shaders/special.wgsl?raw";
import { learning } from "../learning.ts";
import { record } from "../record.ts";
import { erf, sigmoid, softplus } from "../float64.ts";

const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

/** e = e^-|delta x|, s = softplus(delta x), v = gamma s. */
const argument = `
      let u = delta * x;
      let e = exp_neg_product_(delta, x);
      let s = select(u, T(0.0), u < T(0.0)) + log1p_unit_(e);
      let v = gamma * s;`;

const bell = (x: number, gamma: number, delta: number): number =>
  TWO_OVER_ROOT_PI * Math.exp(-((gamma * softplus(delta * x)) ** 2));
const amplified = (x: number, gamma: number, delta: number): number =>
  1 + 2 * Math.min(gamma * softplus(delta * x), 30) ** 2;

/** x erf(gamma softplus(delta x)), gamma and delta learned: parametric Serf. Biswas et al. 2021. */
export const pserf = record({
  name: "pserf",
  formula: "x · erf(gamma · ln(1 + e^(delta · x)))",
  source:
    "Biswas, Kumar, Banerjee, Pandey 2021: ErfAct and PSerf: non-monotonic smooth trainable activation functions",
  params: {
    gamma: { default: 1.25, doc: "scale of the softplus", learnable: true, learnedAs: "gamma" },
    delta: { default: 0.85, doc: "steepness", learnable: true, learnedAs: "delta" },
  },
  learning,
  saves: "x",
  wgsl: {
    library: special,
    f: `${argument}
      return x * erf_(v);`,
    dfdx: `${argument}
      let p = select(T(1.0), e, u < T(0.0)) / (e + 1.0);
      return erf_(v) + exp_neg_square_(v) * 1.12837917 * p * gamma * delta * x;`,
    dfdp: {
      gamma: `${argument}
      return exp_neg_square_lifted_(v) * s * x * 6.72566394e-08;`,
      delta: `${argument}
      let p = select(T(1.0), e, u < T(0.0)) / (e + 1.0);
      return exp_neg_square_lifted_(v) * p * gamma * x * x * 6.72566394e-08;`,
    },
    textbook: {
      f: `
        let z = gamma * log(1.0 + exp(delta * x));
        let t = 1.0 / (1.0 + 0.3275911 * z);
        let p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
        return x * (1.0 - p * exp(-z * z));`,
      dfdx: `
        let z = gamma * log(1.0 + exp(delta * x));
        let t = 1.0 / (1.0 + 0.3275911 * z);
        let p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
        let e = exp(-z * z);
        return 1.0 - p * e + x * gamma * delta * 1.1283792 * e / (1.0 + exp(-delta * x));`,
    },
  },
  derivative:
    "erf(gamma * softplus(delta * x)) + 1.1283791670955126 * x * gamma * delta * sigmoid(delta * x) * exp(-(gamma * softplus(delta * x))^2)",
  f: (x, { gamma, delta }) => x * erf(gamma * softplus(delta * x)),
  dfdx: (x, { gamma, delta }) =>
    erf(gamma * softplus(delta * x)) + bell(x, gamma, delta) * sigmoid(delta * x) * gamma * delta * x,
  dfdp: {
    gamma: (x, { gamma, delta }) => bell(x, gamma, delta) * softplus(delta * x) * x,
    delta: (x, { gamma, delta }) => bell(x, gamma, delta) * sigmoid(delta * x) * gamma * x * x,
  },
  condition: {
    dfdx: (x, { gamma, delta }) =>
      Math.abs(erf(gamma * softplus(delta * x))) +
      Math.abs(bell(x, gamma, delta) * sigmoid(delta * x) * gamma * delta * x),
    dfdp: {
      gamma: (x, { gamma, delta }) =>
        Math.abs(bell(x, gamma, delta) * softplus(delta * x) * x) * amplified(x, gamma, delta),
      delta: (x, { gamma, delta }) =>
        Math.abs(bell(x, gamma, delta) * sigmoid(delta * x) * gamma * x * x) * amplified(x, gamma, delta),
    },
  },
  transcendentals: 2,
});
