import { defineActivation } from "./activation.ts";

/**
 * x above 0, slope x below; derivative = slope at 0. Xu et al. 2015. In training the slope is drawn for each
 * element from [1/8, 1/3], in evaluation it is their mean: this record is given whichever it is.
 */
export const rrelu = defineActivation({
  name: "rrelu",
  formula: "x > 0 ? x : slope · x",
  source: "Xu, Wang, Chen, Li 2015: Empirical evaluation of rectified activations in convolutional network",
  params: {
    slope: {
      default: (1 / 8 + 1 / 3) / 2,
      doc: "the slope below 0",
      // The derivative is read from the sign of y, which a negative slope would turn round.
      check: (slope) => (slope >= 0 ? undefined : "expected 0 or more"),
    },
  },
  saves: "y",
  wgsl: {
    f: "select(x, x * slope, x < T(0.0))",
    dfdx: "select(slope, T(1.0), is_positive_(y))",
  },
  f: (x, { slope }) => (x > 0 ? x : slope * x),
  dfdx: (x, { slope }) => (x > 0 ? 1 : slope),
  kinks: () => [0],
  gain: ({ slope }) => Math.sqrt(2 / (1 + slope ** 2)),
});
