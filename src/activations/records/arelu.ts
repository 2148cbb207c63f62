import { clamped, fraction } from "../constraints.ts";
import { learning } from "../learning.ts";
import { record } from "../record.ts";

/** (1 + beta) x above 0, alpha x below, derivative alpha at 0. Learned: alpha in [0.01, 0.99], beta as a sigmoid. Chen et al. 2020. */
export const arelu = record({
  name: "arelu",
  formula: "x > 0 ? (1 + beta) · x : alpha · x",
  source: "Chen, Li, Xu 2020: AReLU: attention-based rectified linear unit",
  params: {
    alpha: {
      default: 0.9,
      doc: "the slope below 0",
      learnable: true,
      learnedAs: "alpha",
      constraint: clamped(0.01, 0.99),
    },
    beta: {
      default: 0.8807970779778823,
      doc: "the slope above 0, minus 1 (default: sigmoid(2))",
      learnable: true,
      learnedAs: "beta",
      check: (beta) => (beta > 0 && beta < 1 ? undefined : "expected a value between 0 and 1"),
      constraint: fraction(),
    },
  },
  learning,
  saves: "x",
  wgsl: {
    f: "x * select(alpha, beta + 1.0, is_positive_(x))",
    dfdx: "select(alpha, beta + 1.0, is_positive_(x))",
    dfdp: {
      alpha: "select(x, T(0.0), is_positive_(x))",
      beta: "select(T(0.0), x, is_positive_(x))",
    },
  },
  derivative: "where(x > 0, 1 + beta, alpha)",
  f: (x, { alpha, beta }) => (x > 0 ? (1 + beta) * x : alpha * x),
  dfdx: (x, { alpha, beta }) => (x > 0 ? 1 + beta : alpha),
  dfdp: { alpha: (x) => Math.min(x, 0), beta: (x) => Math.max(x, 0) },
  kinks: () => [0],
});
