import { clamped } from "../constraints.ts";
import { learning } from "../learning.ts";
import { record } from "../record.ts";

/** (x + sqrt(x^2 + b)) / 2, b fixed or learned. Barron 2021. */
export const squareplus = record({
  name: "squareplus",
  formula: "½ (x + √(x² + b))",
  source: "Barron 2021: Squareplus: a softplus-like algebraic rectifier",
  params: {
    b: {
      default: 4,
      doc: "roundness of the corner: 0 gives relu",
      learnable: true,
      check: (b) => (b >= 1e-6 && b <= 1e30 ? undefined : "expected 1e-6 to 1e30"),
      constraint: clamped(1e-6, 1e30),
    },
  },
  learning,
  saves: "x",
  wgsl: {
    // f(-t) = (b / 2) / (r + t), because the sum would cancel, and f(t) = t + f(-t). x^2 overflows only where b no longer matters.
    f: `
      let t = abs(x);
      let r = select(sqrt(x * x + b), t, t > T(1.8e19));
      let below = b * 0.5 / (r + t);
      return select(t + below, below, x < T(0.0));`,
    dfdx: `
      let t = abs(x);
      let r = select(sqrt(x * x + b), t, t > T(1.8e19));
      let below = b * 0.5 / (r + t);
      return select(t + below, below, x < T(0.0)) / r;`,
    dfdp: {
      b: `
      let t = abs(x);
      return 0.25 / select(sqrt(x * x + b), t, t > T(1.8e19));`,
    },
  },
  derivative: "0.5 + 0.5 * x / sqrt(x^2 + b)",
  f: (x, { b }) => {
    const r = Math.hypot(x, Math.sqrt(b));
    return x < 0 ? b / (r - x) / 2 : (x + r) / 2;
  },
  dfdx: (x, { b }) => {
    const r = Math.hypot(x, Math.sqrt(b));
    return x < 0 ? b / (r - x) / (2 * r) : (1 + x / r) / 2;
  },
  dfdp: { b: (x, { b }) => 1 / (4 * Math.hypot(x, Math.sqrt(b))) },
});
