import special from "../../../shaders/special.wgsl?raw";
import { record } from "../record.ts";

const slope = 2 * Math.sqrt(2 / Math.PI);

/** The argument 2 sqrt(2/pi) (x + 0.044715 x^3). */
const twice = (x: number): number => slope * (x + 0.044715 * x ** 3);

/** GELU with tanh in place of erf, the form of GPT-2. Hendrycks and Gimpel 2016. */
export const geluTanh = record({
  name: "gelu_tanh",
  aliases: ["gelu_new"],
  formula: "½ x · (1 + tanh(√(2/π) · (x + 0.044715 x³)))",
  source: "Hendrycks, Gimpel 2016: Gaussian error linear units",
  saves: "x",
  wgsl: {
    library: special,
    // x sigmoid(2u), through e^(-2|u|)
    f: `
      let e = gelu_tanh_exp_(select(abs(x), T(12.0), abs(x) > T(12.0)));
      return x * select(T(1.0), e, x < T(0.0)) / (e + 1.0);`,
    // With e^(2u) = p/q, the larger of which is 1: p (p + q + q x 2u') / (p + q)^2. 2x is split off x 2u', because below 0, where
    // the sum cancels, 1 + 2x is exact.
    dfdx: `
      let t = select(abs(x), T(12.0), abs(x) > T(12.0));
      let e = gelu_tanh_exp_(t);
      let p = select(T(1.0), e, x < T(0.0));
      let q = select(e, T(1.0), x < T(0.0));
      let z = copysign_(t, x);
      let d = e + 1.0;
      let n = (q * z * 2.0 + 1.0) + (q * z * (t * t * 0.214064449 - 0.404230880) + e);
      return p * n / (d * d);`,
    textbook: {
      f: "0.5 * x * (1.0 + tanh(0.79788456 * (x + 0.044715 * x * x * x)))",
      dfdx: `
        let t = tanh(0.79788456 * (x + 0.044715 * x * x * x));
        return 0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * 0.79788456 * (1.0 + 0.134145 * x * x);`,
    },
  },
  derivative:
    "sigmoid(1.5957691216057308 * (x + 0.044715 * x^3)) * (1 + 1.5957691216057308 * x * (1 + 0.134145 * x^2) * sigmoid(-1.5957691216057308 * (x + 0.044715 * x^3)))",
  f: (x) => x / (1 + Math.exp(-twice(x))),
  dfdx: (x) => {
    const u = twice(x);
    if (Math.abs(u) > 700) return u > 0 ? 1 : 0; // avoids 0 times infinity
    const s = 1 / (1 + Math.exp(-u));
    return s * (1 + (x * slope * (1 + 0.134145 * x * x)) / (1 + Math.exp(u)));
  },
  transcendentals: 1,
});
