import { record } from "../record.ts";
import { sigmoid as sigmoid64 } from "../float64.ts";

/** The logistic function 1 / (1 + e^-x). */
export const sigmoid = record({
  name: "sigmoid",
  aliases: ["logistic"],
  formula: "1 / (1 + e⁻ˣ)",
  // y (1 - y) would cancel where y is near 1: 17,000 ulp off at x = 10.
  saves: "x",
  wgsl: {
    f: "sigmoid_(x)",
    dfdx: "let e = exp_neg_(-abs(x)); let d = e + 1.0; return e / (d * d);",
    textbook: {
      f: "1.0 / (1.0 + exp(-x))",
      dfdx: "let s = 1.0 / (1.0 + exp(-x)); return s * (1.0 - s);",
    },
  },
  derivative: "sigmoid(x) * sigmoid(-x)",
  f: (x) => sigmoid64(x),
  dfdx: (x) => sigmoid64(x) * sigmoid64(-x),
  transcendentals: 1,
  init: "glorot",
  gain: () => 1,
});
