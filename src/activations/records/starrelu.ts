import { learning } from "../learning.ts";
import { record } from "../record.ts";

/** scale max(x, 0)^2 + bias, both learned. For normally distributed x it has mean 0 and variance 1. Yu et al. 2022. */
export const starrelu = record({
  name: "starrelu",
  formula: "scale · max(x, 0)² + bias",
  source: "Yu, Si, Zhou, Luo, Zhou, Feng, Yan, Wang 2022: MetaFormer baselines for vision",
  params: {
    scale: { default: 0.8944, doc: "scale of the square", learnable: true, learnedAs: "scale" },
    bias: { default: -0.4472, doc: "the value below 0", learnable: true, learnedAs: "bias" },
  },
  learning,
  saves: "x",
  wgsl: {
    f: "let p = select(x, T(0.0), x < T(0.0)); return scale * p * p + bias;",
    dfdx: "scale * 2.0 * select(x, T(0.0), x < T(0.0))",
    dfdp: { scale: "let p = select(x, T(0.0), x < T(0.0)); return p * p;", bias: "T(1.0)" },
  },
  derivative: "2 * scale * relu(x)",
  f: (x, { scale, bias }) => scale * (x < 0 ? 0 : x) ** 2 + bias,
  dfdx: (x, { scale }) => (x < 0 ? 0 : 2 * scale * x),
  dfdp: { scale: (x) => (x < 0 ? 0 : x * x), bias: () => 1 },
  kinks: () => [0],
  condition: { f: (x, { scale, bias }) => Math.abs(scale) * Math.max(x, 0) ** 2 + Math.abs(bias) },
});
