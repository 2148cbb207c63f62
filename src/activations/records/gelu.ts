import special from "../../../shaders/special.wgsl?raw";
import { record } from "../record.ts";
import { normalCdf, normalPdf } from "../float64.ts";

/** x Phi(x) with the normal distribution's Phi, by erf. Hendrycks and Gimpel 2016. */
export const gelu = record({
  name: "gelu",
  aliases: ["gelu_erf"],
  formula: "x · Φ(x) = ½ x · (1 + erf(x/√2))",
  source: "Hendrycks, Gimpel 2016: Gaussian error linear units",
  saves: "x",
  wgsl: {
    library: special,
    // Phi(-|x|) as e^(-x^2/2) times Mills' ratio: relative precision in the lower tail.
    f: `
      let t = select(abs(x), T(16.0), abs(x) > T(16.0));
      let q = exp_half_square_(t) * mills_(t);
      return x * select(1.0 - q, q, x < T(0.0));`,
    // f'(-t) = Phi(-t) - t phi(t), f'(t) = 1 - f'(-t)
    dfdx: `
      let t = select(abs(x), T(16.0), abs(x) > T(16.0));
      let q = exp_half_square_(t) * (mills_(t) - t * 0.398942280);
      return select(1.0 - q, q, x < T(0.0));`,
    textbook: {
      // erf by Abramowitz and Stegun 7.1.26, since WGSL has none
      f: `
        let z = abs(x) * 0.70710678;
        let t = 1.0 / (1.0 + 0.3275911 * z);
        let p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
        return 0.5 * x * (1.0 + sign(x) * (1.0 - p * exp(-z * z)));`,
      dfdx: `
        let z = abs(x) * 0.70710678;
        let t = 1.0 / (1.0 + 0.3275911 * z);
        let p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
        let e = exp(-z * z);
        return 0.5 * (1.0 + sign(x) * (1.0 - p * e)) + x * e * 0.39894228;`,
    },
  },
  derivative: "0.5 * (1 + erf(x * 0.7071067811865476)) + 0.3989422804014327 * x * exp(-0.5 * x^2)",
  f: (x) => x * normalCdf(x),
  dfdx: (x) => normalCdf(x) + x * normalPdf(x),
  transcendentals: 1,
});
