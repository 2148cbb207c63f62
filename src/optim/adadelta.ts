import { checkNumber } from "../core/check.ts";
import { add, div, mul, sqrt } from "../graph/ops/pointwise.ts";
import { type Optimizer, type OptimizerOptions } from "./optimizer.ts";
import { defineOptimizer } from "./rule.ts";

/** Options of `adadelta`. */
export interface AdadeltaOptions extends OptimizerOptions {
  /** Decay of both mean squares. Default 0.9. */
  readonly rho?: number;
  /** Added under both roots. Default 1e-6. */
  readonly eps?: number;
}

/**
 * Scales steps by the ratio of the roots of the mean squares of steps and gradients. Zeiler 2012. Default lr 1.
 * @throws ActigradError "option" for values out of range; when a step is recorded, for a learning rate that is not a number of at
 * least 0
 */
export function adadelta(options: AdadeltaOptions = {}): Optimizer {
  const { rho = 0.9, eps = 1e-6 } = options;
  checkNumber("rho", rho, { from: 0, below: 1 });
  checkNumber("eps", eps, { above: 0 });
  return defineOptimizer(options, {
    name: "adadelta",
    lr: 1,
    options: ["rho", "eps"],
    move(g, _, { moment, replace }) {
      const [squares, moves] = [moment("squares"), moment("moves")];
      const newSquares = replace(squares, add(mul(squares, rho), mul(mul(g, g), 1 - rho)));
      const move = mul(div(sqrt(add(moves, eps)), sqrt(add(newSquares, eps))), g);
      replace(moves, add(mul(moves, rho), mul(mul(move, move), 1 - rho)));
      return move;
    },
  });
}
