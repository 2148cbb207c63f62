import { record } from "../record.ts";
import { expRatio } from "../exp-ratio.ts";
import { sigmoid } from "../float64.ts";

/** x sigmoid(x). Elfwing et al. 2017. */
export const silu = record({
  name: "silu",
  formula: "x · σ(x)",
  source:
    "Elfwing, Uchibe, Doya 2017: Sigmoid-weighted linear units for neural network function approximation",
  saves: "x",
  wgsl: {
    f: "x * sigmoid_(x)",
    // With e^x = p/q: p (p + q + q x) / (p + q)^2
    dfdx: `${expRatio}
      let d = e + 1.0;
      return p * (x * q + 1.0 + e) / (d * d);`,
    textbook: {
      f: "x / (1.0 + exp(-x))",
      dfdx: "let s = 1.0 / (1.0 + exp(-x)); return s * (1.0 + x * (1.0 - s));",
    },
  },
  derivative: "sigmoid(x) * (1 + x * sigmoid(-x))",
  f: (x) => x * sigmoid(x),
  dfdx: (x) => sigmoid(x) * (1 + x * sigmoid(-x)),
  transcendentals: 1,
});
