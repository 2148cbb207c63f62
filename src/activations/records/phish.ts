import special from "../../../shaders/special.wgsl?raw";
import { record } from "../record.ts";
import { normalCdf, normalPdf } from "../float64.ts";

/** x tanh(gelu(x)), with the erf form of gelu. Naveen 2022. */
export const phish = record({
  name: "phish",
  formula: "x · tanh(x · Φ(x))",
  source: "Naveen 2022: Phish: a novel activation function that could be used in deep-learning models",
  saves: "x",
  wgsl: {
    library: special,
    // gelu as in its record.
    f: `
      let t = select(abs(x), T(16.0), abs(x) > T(16.0));
      let q = exp_half_square_(t) * mills_(t);
      return x * tanh_(x * select(1.0 - q, q, x < T(0.0)));`,
    // tanh g + x g' sech^2 g, with m = e^(-2|g|) - 1
    dfdx: `
      let t = select(abs(x), T(16.0), abs(x) > T(16.0));
      let h = exp_half_square_(t);
      let q = h * mills_(t);
      let r = q - h * t * 0.398942280;
      let below = x < T(0.0);
      let g = x * select(1.0 - q, q, below);
      let m = expm1_neg_(abs(g) * -2.0);
      let d = m + 2.0;
      let s = exp_neg_(abs(g) * -2.0) * 4.0 / d;
      return (x * select(1.0 - r, r, below) * s + copysign_(m, x)) / d;`,
    textbook: {
      f: `
        let z = abs(x) * 0.70710678;
        let t = 1.0 / (1.0 + 0.3275911 * z);
        let p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
        return x * tanh(0.5 * x * (1.0 + sign(x) * (1.0 - p * exp(-z * z))));`,
      dfdx: `
        let z = abs(x) * 0.70710678;
        let t = 1.0 / (1.0 + 0.3275911 * z);
        let p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
        let e = exp(-z * z);
        let c = 0.5 * (1.0 + sign(x) * (1.0 - p * e));
        let u = tanh(x * c);
        return u + x * (c + x * e * 0.39894228) * (1.0 - u * u);`,
    },
  },
  derivative:
    "tanh(gelu(x)) + x * (1 - tanh(gelu(x))^2) * (0.5 * (1 + erf(x * 0.7071067811865476)) + 0.3989422804014327 * x * exp(-0.5 * x^2))",
  f: (x) => x * Math.tanh(x * normalCdf(x)),
  dfdx: (x) => {
    const g = x * normalCdf(x);
    return Math.tanh(g) + (x * (normalCdf(x) + x * normalPdf(x))) / Math.cosh(g) ** 2;
  },
  condition: {
    dfdx: (x) => {
      const g = x * normalCdf(x);
      return Math.abs(Math.tanh(g)) + Math.abs(x * (normalCdf(x) + x * normalPdf(x))) / Math.cosh(g) ** 2;
    },
  },
  transcendentals: 2,
});
