import { record } from "../record.ts";

/** x moved towards 0 by lambda; 0 where |x| <= lambda. */
export const softshrink = record({
  name: "softshrink",
  formula: "|x| > lambda ? x − sign(x) · lambda : 0",
  params: {
    lambda: {
      default: 0.5,
      doc: "half the width of the gap",
      check: (v) => (v >= 0 ? undefined : "expected 0 or more"),
    },
  },
  saves: "y",
  wgsl: {
    f: "select(x - copysign_(lambda, x), T(0.0), abs(x) <= lambda)",
    dfdx: "select(T(0.0), T(1.0), y != T(0.0))",
  },
  derivative: "where(abs(x) > lambda, 1, 0)",
  f: (x, { lambda }) => (x > lambda ? x - lambda : x < -lambda ? x + lambda : 0),
  dfdx: (x, { lambda }) => (Math.abs(x) > lambda ? 1 : 0),
  dfdy: (y) => (y === 0 ? 0 : 1),
  kinks: ({ lambda }) => [-lambda, lambda],
  init: "glorot",
});
