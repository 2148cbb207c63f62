import type { ActivationParam } from "../activation.ts";
import { noiseOp } from "../drawn.ts";
import { record } from "../record.ts";

const slope = (value: number, doc: string): ActivationParam => ({
  default: value,
  doc,
  // The derivative follows the sign of y, which a negative slope would flip.
  check: (slope) => (slope >= 0 ? undefined : "expected 0 or more"),
});

/**
 * x above 0, slope x below; derivative = slope at 0. Xu et al. 2015. Training draws the slope of each element from [lower, upper];
 * evaluation uses the mean of the two.
 */
export const rrelu = record({
  name: "rrelu",
  formula: "x > 0 ? x : slope · x, slope from lower to upper",
  source: "Xu, Wang, Chen, Li 2015: Empirical evaluation of rectified activations in convolutional network",
  params: {
    lower: slope(1 / 8, "the smallest slope below 0"),
    upper: slope(1 / 3, "the largest slope below 0"),
  },
  drawn: { between: ["lower", "upper"], noise: noiseOp },
  saves: "y",
  wgsl: {
    f: "select(x, x * ((lower + upper) * 0.5), x < T(0.0))",
    dfdx: "select((lower + upper) * 0.5, T(1.0), is_positive_(y))",
  },
  derivative: "where(x > 0, 1, (lower + upper) / 2)",
  f: (x, { lower, upper }) => (x > 0 ? x : ((lower + upper) / 2) * x),
  dfdx: (x, { lower, upper }) => (x > 0 ? 1 : (lower + upper) / 2),
  kinks: () => [0],
  gain: ({ lower, upper }) => Math.sqrt(2 / (1 + ((lower + upper) / 2) ** 2)),
  check: ({ lower, upper }) => (lower <= upper ? undefined : "expected lower <= upper"),
});
