import { learning } from "../learning.ts";
import { record } from "../record.ts";

/** x above 0, a x below with a learned slope a; derivative a at 0. He et al. 2015. */
export const prelu = record({
  name: "prelu",
  formula: "x > 0 ? x : a · x",
  source: "He, Zhang, Ren, Sun 2015: Delving deep into rectifiers",
  params: { a: { default: 0.25, doc: "the slope below 0", learnable: true, learnedAs: "weight" } },
  learning,
  saves: "x",
  wgsl: {
    f: "select(x * a, x, is_positive_(x))",
    dfdx: "select(a, T(1.0), is_positive_(x))",
    dfdp: { a: "select(x, T(0.0), is_positive_(x))" },
  },
  derivative: "where(x > 0, 1, a)",
  f: (x, { a }) => (x > 0 ? x : a * x),
  dfdx: (x, { a }) => (x > 0 ? 1 : a),
  dfdp: { a: (x) => Math.min(x, 0) },
  kinks: () => [0],
  gain: ({ a }) => Math.sqrt(2 / (1 + a ** 2)),
});
