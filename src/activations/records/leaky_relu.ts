import { record } from "../record.ts";

/** x above 0, a small multiple of it below, with derivative = slope at 0. Maas et al. 2013. */
export const leakyRelu = record({
  name: "leaky_relu",
  aliases: ["lrelu"],
  formula: "x > 0 ? x : negativeSlope · x",
  source: "Maas, Hannun, Ng 2013: Rectifier nonlinearities improve neural network acoustic models",
  params: {
    negativeSlope: {
      default: 0.01,
      doc: "the slope below 0",
      // The derivative follows the sign of y, which a negative slope would flip.
      check: (slope) => (slope >= 0 ? undefined : "expected 0 or more; prelu takes negative slopes"),
    },
  },
  saves: "y",
  wgsl: {
    f: "select(x, x * negativeSlope, x < T(0.0))",
    dfdx: "select(negativeSlope, T(1.0), is_positive_(y))",
  },
  derivative: "where(x > 0, 1, negativeSlope)",
  f: (x, { negativeSlope }) => (x > 0 ? x : negativeSlope * x),
  dfdx: (x, { negativeSlope }) => (x > 0 ? 1 : negativeSlope),
  kinks: () => [0],
  gain: ({ negativeSlope }) => Math.sqrt(2 / (1 + negativeSlope ** 2)),
});
