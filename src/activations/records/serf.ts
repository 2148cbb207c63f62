import special from "../../../shaders/special.wgsl?raw";
import { record } from "../record.ts";
import { erf, sigmoid, softplus } from "../float64.ts";

/** x erf(softplus(x)). Nag and Bhattacharyya 2021. */
export const serf = record({
  name: "serf",
  formula: "x · erf(ln(1 + eˣ))",
  source: "Nag, Bhattacharyya 2021: Serf: towards better training of deep neural networks",
  saves: "x",
  wgsl: {
    library: special,
    f: "x * erf_(softplus_(x))",
    // With t = softplus(x), b = 2/sqrt(pi) e^(-t^2) sigmoid(x): erf t + x b. Below 0, where it cancels,
    // (erf t - b) + (1 + x) b with erf t - b = t^2 P(t), P of degree 7 on [0, ln 2], relative error 5.4e-8.
    dfdx: `
      let e = exp_neg_(-abs(x));
      let t = max(x, T(0.0)) + log1p_unit_(e);
      let s = select(T(1.0), e, x < T(0.0)) / (e + 1.0);
      let b = exp_neg_square_(t) * 1.12837917 * s;
      let u = select(t, T(0.7), t > T(0.7));
      var p = u * 0.0270893015 - 0.117768832;
      p = p * u + 0.103424162;
      p = p * u + 0.227518439;
      p = p * u - 0.270997345;
      p = p * u - 0.517328978;
      p = p * u + 0.564194977;
      p = p * u + 0.564189553;
      return select(erf_(t) + x * b, u * u * p + (x + 1.0) * b, x < T(0.0));`,
    textbook: {
      f: `
        let z = log(1.0 + exp(x));
        let t = 1.0 / (1.0 + 0.3275911 * z);
        let p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
        return x * (1.0 - p * exp(-z * z));`,
      dfdx: `
        let z = log(1.0 + exp(x));
        let t = 1.0 / (1.0 + 0.3275911 * z);
        let p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
        let e = exp(-z * z);
        return 1.0 - p * e + x * e * 1.1283792 / (1.0 + exp(-x));`,
    },
  },
  derivative: "erf(softplus(x)) + 1.1283791670955126 * x * exp(-softplus(x)^2) * sigmoid(x)",
  f: (x) => x * erf(softplus(x)),
  dfdx: (x) => {
    const t = softplus(x);
    return erf(t) + (2 / Math.sqrt(Math.PI)) * x * Math.exp(-t * t) * sigmoid(x);
  },
  transcendentals: 2,
});
