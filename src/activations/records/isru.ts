import { record } from "../record.ts";

/** x / sqrt(1 + alpha x^2). Carlile et al. 2017. */
export const isru = record({
  name: "isru",
  formula: "x / √(1 + alpha · x²)",
  source:
    "Carlile, Delamarter, Kinney, Marti, Whitney 2017: Improving deep learning by inverse square root linear units",
  params: {
    alpha: {
      default: 1,
      doc: "the limits are ±1/√alpha",
      check: (alpha) => (alpha > 1e-6 && alpha < 1e6 ? undefined : "expected between 1e-6 and 1e6"),
    },
  },
  saves: "x",
  wgsl: {
    // Beyond 1e15 the function has reached its limit, and the square would overflow.
    f: `
      let t = select(x, copysign_(T(1e15), x), abs(x) > T(1e15));
      return t / sqrt(t * t * alpha + 1.0);`,
    dfdx: `
      let t = select(x, T(1e15), abs(x) > T(1e15));
      let i = 1.0 / sqrt(t * t * alpha + 1.0);
      return i * i * i;`,
  },
  derivative: "(1 + alpha * x^2)^-1.5",
  f: (x, { alpha }) => x / Math.sqrt(1 + alpha * x * x),
  dfdx: (x, { alpha }) => (1 + alpha * x * x) ** -1.5,
  init: "glorot",
});
