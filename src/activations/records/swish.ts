import special from "../../../shaders/special.wgsl?raw";
import { learning } from "../learning.ts";
import { record } from "../record.ts";
import { sigmoid } from "../float64.ts";

/** x sigmoid(beta x), beta fixed or learned. Ramachandran et al. 2017. */
export const swish = record({
  name: "swish",
  formula: "x · σ(beta · x)",
  source: "Ramachandran, Zoph, Le 2017: Searching for activation functions",
  params: { beta: { default: 1, doc: "steepness: 0 gives x/2, infinity relu", learnable: true } },
  learning,
  saves: "x",
  wgsl: {
    library: special,
    f: `
      let e = exp_neg_product_(beta, x);
      return x * select(T(1.0), e, beta * x < T(0.0)) / (e + 1.0);`,
    // With e^(beta x) = p/q, the larger of which is 1: p (p + q + q beta x) / (p + q)^2
    dfdx: `
      let t = clamp(beta * x, T(-1000.0), T(1000.0)); // where it counts
      let e = exp_neg_product_(beta, x);
      let p = select(T(1.0), e, t < T(0.0));
      let q = select(e, T(1.0), t < T(0.0));
      let d = e + 1.0;
      return p * (t * q + 1.0 + e) / (d * d);`,
    dfdp: {
      beta: `
      let e = exp_neg_product_(beta, x);
      let d = e + 1.0;
      return e / (d * d) * x * x;`,
    },
    textbook: {
      f: "x / (1.0 + exp(-beta * x))",
      dfdx: "let s = 1.0 / (1.0 + exp(-beta * x)); return s * (1.0 + beta * x * (1.0 - s));",
    },
  },
  derivative: "sigmoid(beta * x) * (1 + beta * x * sigmoid(-beta * x))",
  f: (x, { beta }) => x * sigmoid(beta * x),
  dfdx: (x, { beta }) => sigmoid(beta * x) * (1 + beta * x * sigmoid(-beta * x)),
  dfdp: { beta: (x, { beta }) => x * (x * sigmoid(beta * x) * sigmoid(-beta * x)) },
  transcendentals: 1,
});
