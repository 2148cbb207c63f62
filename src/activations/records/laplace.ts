import special from "../../../shaders/special.wgsl?raw";
import { record } from "../record.ts";
import { normalCdf, normalPdf } from "../float64.ts";

/** (x - mu) / sigma as h + l, h of 12 bits less than what counts: t = |h|, and what is left of t^2 / 2. */
const scaled = `
      // mu's part that x - mu rounds away, by the usual exact sum.
      let d = x - mu;
      let b = d - x;
      let rest = (x - (d - b)) - (mu + b);
      let far = abs(d / sigma) > T(16.0);
      let z = select(d / sigma, T(16.0), far);
      // What z * sigma misses of d: the first product is exact, and so is its difference.
      let miss = ((d - hi_(z) * hi_(sigma)) - hi_(z) * (sigma - hi_(sigma))) - (z - hi_(z)) * sigma;
      let l = select((miss + rest) / sigma, T(0.0), far);
      let h = hi_(z);
      let k = (z - h) + l;
      let e = exp_sum_lifted_(h * h * -0.5, (h + 0.5 * k) * -k);`;

/** The normal distribution's Phi((x - mu) / sigma). So et al. 2021 (Primer's relatives), Ma et al. 2022 (Mega). */
export const laplace = record({
  name: "laplace",
  formula: "½ (1 + erf((x − mu) / (sigma · √2)))",
  source:
    "Ma, Zhou, Kong, He, Gui, Neubig, May, Zettlemoyer 2022: Mega: moving average equipped gated attention",
  params: {
    mu: { default: Math.SQRT1_2, doc: "the x where it is 1/2" },
    sigma: {
      default: Math.sqrt(1 / (4 * Math.PI)),
      doc: "the width",
      check: (sigma) => (sigma >= 1e-6 && sigma <= 1e6 ? undefined : "expected 1e-6 to 1e6"),
    },
  },
  saves: "x",
  wgsl: {
    library: special,
    f: `${scaled}
      let q = e * mills_(abs(z)) * 5.96046448e-8;
      return select(1.0 - q, q, d < T(0.0));`,
    dfdx: `${scaled}
      return e * (0.398942280 * 5.96046448e-8 / sigma);`,
    textbook: {
      f: `
        let v = (x - mu) / (sigma * 1.41421356);
        let z = abs(v);
        let t = 1.0 / (1.0 + 0.3275911 * z);
        let p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
        return 0.5 * (1.0 + sign(v) * (1.0 - p * exp(-z * z)));`,
      dfdx: "let v = (x - mu) / sigma; return exp(-0.5 * v * v) * 0.39894228 / sigma;",
    },
  },
  derivative: "exp(-0.5 * ((x - mu) / sigma)^2) * 0.3989422804014327 / sigma",
  f: (x, { mu, sigma }) => normalCdf((x - mu) / sigma),
  dfdx: (x, { mu, sigma }) => normalPdf((x - mu) / sigma) / sigma,
  transcendentals: 1,
  init: "glorot",
});
