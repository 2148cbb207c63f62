import { record } from "../record.ts";

/** The hyperbolic tangent. */
export const tanh = record({
  name: "tanh",
  formula: "tanh(x)",
  // 1 - y^2 would be 0 from x = 9.01 on.
  saves: "x",
  wgsl: {
    f: "tanh_(x)",
    // 1 - tanh^2 = 4 e^(-2|x|) / (1 + e^(-2|x|))^2
    dfdx: "let e = exp_neg_(abs(x) * -2.0); let d = e + 1.0; return 4.0 * e / (d * d);",
    textbook: { f: "tanh(x)", dfdx: "let t = tanh(x); return 1.0 - t * t;" },
  },
  derivative: "4 * sigmoid(2 * x) * sigmoid(-2 * x)",
  f: (x) => Math.tanh(x),
  dfdx: (x) => 1 / Math.cosh(x) ** 2,
  transcendentals: 1,
  init: "glorot",
  gain: () => 5 / 3,
});
