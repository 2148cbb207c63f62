import { checkNumber } from "../core/check.ts";
import { add, div, maximum, mul, sqrt, sub } from "../graph/ops/pointwise.ts";
import { type Optimizer, type OptimizerOptions } from "./optimizer.ts";
import { defineOptimizer } from "./rule.ts";

/** Options of `rmsProp`. */
export interface RmsPropOptions extends OptimizerOptions {
  /** Decay of the mean square. Default 0.99. */
  readonly alpha?: number;
  /** Added to the root. Default 1e-8. */
  readonly eps?: number;
  readonly momentum?: number;
  /** Divides by the root of the variance, not of the mean square. Graves 2013. */
  readonly centered?: boolean;
}

/**
 * g / (sqrt(mean of g^2) + eps), in PyTorch's form. Tieleman, Hinton 2012. Default lr 0.01.
 * @throws ActigradError "option" for values out of range; when a step is recorded, for a learning rate that is not a number of at
 * least 0
 */
export function rmsProp(options: RmsPropOptions = {}): Optimizer {
  const { alpha = 0.99, eps = 1e-8, momentum = 0, centered = false } = options;
  checkNumber("alpha", alpha, { from: 0, below: 1 });
  checkNumber("eps", eps, { above: 0 });
  checkNumber("momentum", momentum, { from: 0, below: 1 });
  const moves = momentum !== 0 || options.schedule?.momentum !== undefined;
  return defineOptimizer(options, {
    name: "rmsprop",
    lr: 0.01,
    options: ["alpha", "eps", "momentum", "centered"],
    ...(moves && { momentum }),
    move(g, _, tools) {
      const square = tools.moment("square");
      let spread = tools.replace(square, add(mul(square, alpha), mul(mul(g, g), 1 - alpha)));
      if (centered) {
        const mean = tools.moment("mean");
        const newMean = tools.replace(mean, add(mul(mean, alpha), mul(g, 1 - alpha)));
        // Rounding can make a variance negative.
        spread = maximum(sub(spread, mul(newMean, newMean)), 0);
      }
      const own = div(g, add(sqrt(spread), eps));
      if (!moves) return own;
      const v = tools.moment("momentum");
      return tools.replace(v, add(mul(v, tools.momentum), own));
    },
  });
}
