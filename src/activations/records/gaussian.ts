import special from "../../../shaders/special.wgsl?raw";
import { record } from "../record.ts";

/** e^(-x^2). */
export const gaussian = record({
  name: "gaussian",
  formula: "e^(−x²)",
  saves: "x",
  wgsl: {
    library: special,
    f: "exp_neg_square_(x)",
    // The factor 2^24 keeps e^(-x^2) above the denormals as long as its product with x.
    dfdx: `
      let t = select(abs(x), T(16.0), abs(x) > T(16.0));
      let h = hi_(t);
      let e = exp_sum_lifted_(-(h * h), (h - t) * (h + t));
      return e * copysign_(t, x) * -1.1920929e-7;`,
    textbook: { f: "exp(-x * x)", dfdx: "-2.0 * x * exp(-x * x)" },
  },
  derivative: "-2 * x * exp(-x^2)",
  f: (x) => Math.exp(-x * x),
  dfdx: (x) => (x === 0 ? 0 : -2 * x * Math.exp(-x * x)),
  transcendentals: 1,
  init: "glorot",
});
