import { add, mul, sign } from "../graph/ops/pointwise.ts";
import { checkBetas } from "./adam.ts";
import { type Optimizer, type OptimizerOptions } from "./optimizer.ts";
import { defineOptimizer } from "./rule.ts";

/** Options of `lion`. */
export interface LionOptions extends OptimizerOptions {
  /** Decay of the mixture whose sign is the step, and of the stored moment. Default 0.9, 0.99. */
  readonly betas?: readonly [number, number];
}

/**
 * The sign of a mixture of moment and gradient; weight decay is decoupled. Chen et al. 2023. Default lr 0.0001.
 * @throws ActigradError "option" for values out of range; when a step is recorded, for a learning rate that is not a number of at
 * least 0
 */
export function lion(options: LionOptions = {}): Optimizer {
  const { beta1, beta2 } = checkBetas(options.betas ?? [0.9, 0.99]);
  return defineOptimizer(options, {
    name: "lion",
    lr: 1e-4,
    options: ["betas"],
    decoupled: true,
    momentum: beta1,
    move(g, _, { moment, replace, momentum, rest }) {
      const m = moment("m");
      replace(m, add(mul(m, beta2), mul(g, 1 - beta2)));
      return sign(add(mul(m, momentum), mul(g, rest)));
    },
  });
}
