import { record } from "../record.ts";

/** x tanh(x), which is even. Roy et al. 2019. */
export const lisht = record({
  name: "lisht",
  formula: "x · tanh(x)",
  source:
    "Roy, Manna, Dubey, Chaudhuri 2019: LiSHT: non-parametric linearly scaled hyperbolic tangent activation function",
  saves: "x",
  wgsl: {
    f: "x * tanh_(x)",
    // With m = e^(-2|x|) - 1: tanh |x| = -m / (m + 2), sech^2 x = 4 e^(-2|x|) / (m + 2)^2.
    dfdx: `
      let t = abs(x);
      let m = expm1_neg_(t * -2.0);
      let d = m + 2.0;
      return copysign_((exp_neg_(t * -2.0) * t * 4.0 / d - m) / d, x);`,
    textbook: { f: "x * tanh(x)", dfdx: "let t = tanh(x); return t + x * (1.0 - t * t);" },
  },
  derivative: "tanh(x) + x * (1 - tanh(x)) * (1 + tanh(x))",
  f: (x) => x * Math.tanh(x),
  dfdx: (x) => Math.tanh(x) + x / Math.cosh(x) ** 2,
  transcendentals: 1,
  init: "glorot",
});
