import { checkNumber } from "../core/check.ts";
import { add, div, mul, sqrt } from "../graph/ops/pointwise.ts";
import { type Optimizer, type OptimizerOptions } from "./optimizer.ts";
import { defineOptimizer } from "./rule.ts";

/** Options of `adagrad`. */
export interface AdagradOptions extends OptimizerOptions {
  /** lr / (1 + step * lrDecay). Default 0. */
  readonly lrDecay?: number;
  /** Initial value of the sum of squares. Default 0. */
  readonly initialAccumulator?: number;
  /** Added to the root. Default 1e-10. */
  readonly eps?: number;
}

/**
 * g / (sqrt(sum of g^2) + eps). Duchi, Hazan, Singer 2011. Default lr 0.01.
 * @throws ActigradError "option" for values out of range; when a step is recorded, for a learning rate that is not a number of at
 * least 0
 */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  const { lrDecay = 0, initialAccumulator = 0, eps = 1e-10 } = options;
  checkNumber("lrDecay", lrDecay, { from: 0 });
  checkNumber("initialAccumulator", initialAccumulator, { from: 0 });
  checkNumber("eps", eps, { above: 0 });
  return defineOptimizer(options, {
    name: "adagrad",
    lr: 0.01,
    options: ["lrDecay", "initialAccumulator", "eps"],
    move(g, _, { moment, replace }) {
      const squares = moment("squares"); // without the initial value: states start at 0
      const total = add(replace(squares, add(squares, mul(g, g))), initialAccumulator);
      return div(g, add(sqrt(total), eps));
    },
    factor: (t) => 1 / (1 + t * lrDecay),
  });
}
