import { record } from "../record.ts";

/** (sqrt(x^2 + 1) - 1)/2 + x. */
export const bentIdentity = record({
  name: "bent_identity",
  formula: "(√(x² + 1) − 1) / 2 + x",
  saves: "x",
  wgsl: {
    // x (1 + q/2) with q = x / (sqrt(x^2 + 1) + 1), which does not cancel. Beyond 1e15, q has reached its limit.
    f: `
      let t = select(x, copysign_(T(1e15), x), abs(x) > T(1e15));
      return x * (t / (sqrt(t * t + 1.0) + 1.0) * 0.5 + 1.0);`,
    dfdx: `
      let t = select(x, copysign_(T(1e15), x), abs(x) > T(1e15));
      return t / sqrt(t * t + 1.0) * 0.5 + 1.0;`,
  },
  derivative: "1 + 0.5 * x / sqrt(x^2 + 1)",
  f: (x) => x + (0.5 * x * x) / (Math.hypot(x, 1) + 1),
  dfdx: (x) => 1 + (0.5 * x) / Math.hypot(x, 1),
});
