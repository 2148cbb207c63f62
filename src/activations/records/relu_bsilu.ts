import { record } from "../record.ts";
import { reluOf, surrogate } from "../surrogates.ts";
import { sigmoid } from "../float64.ts";

/** relu; backward uses the derivative of B-SiLU, (x + alpha) sigmoid(x) - alpha / 2, for every x: SUGAR. Horuz et al. 2025. */
export const reluBsilu = record({
  ...surrogate(reluOf, {
    formula: "σ(x) · (1 + (x + alpha) · σ(−x))",
    params: { alpha: { default: 1.67, doc: "B-SiLU's shift" } },
    // With e^-|x|, and e^x = p / q, the larger of which is 1.
    wgsl: `
      let e = exp_neg_(-abs(x));
      let p = select(T(1.0), e, x < T(0.0));
      let q = select(e, T(1.0), x < T(0.0));
      let d = e + 1.0;
      return p * (d + (x + alpha) * q) / (d * d);`,
    textbook: {
      f: "max(x, T(0.0))",
      dfdx: "let s = 1.0 / (1.0 + exp(-x)); return s * (1.0 + (x + alpha) * (1.0 - s));",
    },
    dfdx: (x, { alpha }) => sigmoid(x) * (1 + (x + alpha!) * sigmoid(-x)),
  }),
  name: "relu_bsilu",
  aliases: ["relu_sugar_bsilu"],
  source:
    "Horuz, Kasenbacher, Higuchi, Kairat, Stoltz, Pesl, Moser, Linse, Martinetz, Otte 2025: The resurrection of the ReLU",
  condition: {
    dfdx: (x, { alpha }) => sigmoid(x) * (1 + (Math.abs(x) + Math.abs(alpha!)) * sigmoid(-x)),
  },
  transcendentals: 1,
  gain: () => Math.SQRT2,
});
