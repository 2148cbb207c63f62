import { record } from "../record.ts";

/** x outside [-lambda, lambda], 0 inside and at the edges. */
export const hardshrink = record({
  name: "hardshrink",
  formula: "|x| > lambda ? x : 0",
  params: {
    lambda: {
      default: 0.5,
      doc: "half the width of the gap",
      check: (v) => (v >= 0 ? undefined : "expected 0 or more"),
    },
  },
  saves: "y",
  wgsl: {
    f: "select(x, T(0.0), abs(x) <= lambda)",
    dfdx: "select(T(0.0), T(1.0), y != T(0.0))",
  },
  derivative: "where(abs(x) > lambda, 1, 0)",
  f: (x, { lambda }) => (Math.abs(x) <= lambda ? 0 : x),
  dfdx: (x, { lambda }) => (Math.abs(x) > lambda ? 1 : 0),
  kinks: ({ lambda }) => [-lambda, lambda],
  init: "glorot",
});
