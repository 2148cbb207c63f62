import special from "../../../shaders/special.wgsl?raw";
import { learning } from "../learning.ts";
import { record } from "../record.ts";
import { erf } from "../float64.ts";

const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

/** g = e^(b x), at most e^80, without rounding b x first; t = a g, clamped to where erf' matters. */
const argument = `
      let far = b * x > T(80.0);
      let h = select(hi_(b) * hi_(x), T(80.0), far);
      let l = select(hi_(b) * (x - hi_(x)) + (b - hi_(b)) * x, T(0.0), far);
      let g = exp_sum_(h, l);
      let t = a * g;`;

/** e^-(t^2) of t = a e^(b x); 0 for large t. */
const bell = (x: number, a: number, b: number): number =>
  Math.exp(-((a * Math.exp(Math.min(b * x, 300))) ** 2));
const grown = (x: number, b: number): number => Math.exp(Math.min(b * x, 300));

/** x erf(a e^(b x)), a and b learned: ErfAct. Biswas et al. 2021. */
export const erfact = record({
  name: "erfact",
  formula: "x · erf(a · e^(b · x))",
  source:
    "Biswas, Kumar, Banerjee, Pandey 2021: ErfAct and PSerf: non-monotonic smooth trainable activation functions",
  params: {
    a: { default: 0.75, doc: "scale of the power", learnable: true, learnedAs: "a" },
    b: { default: 0.75, doc: "scale of the exponent", learnable: true, learnedAs: "b" },
  },
  learning,
  saves: "x",
  wgsl: {
    library: special,
    f: `${argument}
      return x * erf_(t);`,
    dfdx: `${argument}
      return erf_(t) + exp_neg_square_(t) * 1.12837917 * t * b * x;`,
    dfdp: {
      a: `${argument}
      return exp_neg_square_lifted_(t) * g * x * 6.72566394e-08;`,
      b: `${argument}
      return exp_neg_square_lifted_(t) * t * x * x * 6.72566394e-08;`,
    },
    textbook: {
      f: `
        let z = a * exp(b * x);
        let t = 1.0 / (1.0 + 0.3275911 * z);
        let p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
        return x * (1.0 - p * exp(-z * z));`,
      dfdx: `
        let z = a * exp(b * x);
        let t = 1.0 / (1.0 + 0.3275911 * z);
        let p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
        let e = exp(-z * z);
        return 1.0 - p * e + x * b * z * 1.1283792 * e;`,
    },
  },
  derivative: "erf(a * exp(b * x)) + 1.1283791670955126 * x * b * a * exp(b * x - (a * exp(b * x))^2)",
  f: (x, { a, b }) => x * erf(a * Math.exp(b * x)),
  dfdx: (x, { a, b }) =>
    erf(a * Math.exp(b * x)) + TWO_OVER_ROOT_PI * bell(x, a, b) * a * grown(x, b) * b * x,
  dfdp: {
    a: (x, { a, b }) => TWO_OVER_ROOT_PI * bell(x, a, b) * grown(x, b) * x,
    b: (x, { a, b }) => TWO_OVER_ROOT_PI * bell(x, a, b) * a * grown(x, b) * x * x,
  },
  condition: {
    dfdx: (x, { a, b }) =>
      Math.abs(erf(a * Math.exp(b * x))) +
      Math.abs(TWO_OVER_ROOT_PI * bell(x, a, b) * a * grown(x, b) * b * x),
    dfdp: {
      a: (x, { a, b }) =>
        Math.abs(TWO_OVER_ROOT_PI * bell(x, a, b) * grown(x, b) * x) *
        (1 + 2 * Math.min(a * grown(x, b), 30) ** 2),
      b: (x, { a, b }) =>
        Math.abs(TWO_OVER_ROOT_PI * bell(x, a, b) * a * grown(x, b) * x * x) *
        (1 + 2 * Math.min(a * grown(x, b), 30) ** 2),
    },
  },
  transcendentals: 2,
});
