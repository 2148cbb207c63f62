import { record } from "../record.ts";
import { reluOf, surrogate } from "../surrogates.ts";

/** relu; backward uses 1 above 0, and below it the derivative of NeLU, -alpha / (1 + x^2): SUGAR. Horuz et al. 2025. */
export const reluNelu = record({
  ...surrogate(reluOf, {
    formula: "x > 0 ? 1 : alpha · 2x / (1 + x²)²",
    params: { alpha: { default: 0.05, doc: "NeLU's height" } },
    wgsl: `
      let r = 1.0 / (x * x + 1.0);
      return select(alpha * 2.0 * (x * r) * r, T(1.0), is_positive_(x));`,
    dfdx: (x, { alpha }) => (x > 0 ? 1 : (2 * alpha! * x) / (1 + x * x) ** 2),
  }),
  name: "relu_nelu",
  aliases: ["relu_sugar_nelu"],
  source:
    "Horuz, Kasenbacher, Higuchi, Kairat, Stoltz, Pesl, Moser, Linse, Martinetz, Otte 2025: The resurrection of the ReLU",
  gain: () => Math.SQRT2,
});
