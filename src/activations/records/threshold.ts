import { record } from "../record.ts";

/** x above the threshold, the given value (with derivative 0) at and below it. */
export const threshold = record({
  name: "threshold",
  formula: "x > threshold ? x : value",
  params: {
    threshold: { default: 0, doc: "above this, x passes unchanged" },
    value: { default: 0, doc: "the value everywhere else" },
  },
  saves: "x", // y does not show whether x was above the threshold
  wgsl: {
    f: "select(x, value, x <= threshold)",
    dfdx: "select(T(0.0), T(1.0), x > threshold)",
  },
  derivative: "where(x > threshold, 1, 0)",
  f: (x, p) => (x <= p.threshold ? p.value : x),
  dfdx: (x, p) => (x > p.threshold ? 1 : 0),
  kinks: (p) => [p.threshold],
});
