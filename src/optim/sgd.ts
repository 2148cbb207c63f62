import { checkNumber } from "../core/check.ts";
import { ActigradError } from "../core/errors.ts";
import { add, mul } from "../graph/ops/pointwise.ts";
import { type Optimizer, type OptimizerOptions } from "./optimizer.ts";
import { defineOptimizer } from "./rule.ts";

/** Options of `sgd`. */
export interface SgdOptions extends OptimizerOptions {
  /** v = momentum * v + (1 - dampening) * g, w -= lr * v; 0 keeps no state. */
  readonly momentum?: number;
  /** Applied to the gradient as it enters v; the first step's v is the gradient. Default 0. */
  readonly dampening?: number;
  /** Look-ahead: w -= lr * (g + momentum * v). Nesterov 1983; Sutskever et al. 2013. */
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent, in PyTorch's form. Weight decay is added to the gradient.
 * @throws ActigradError "option" for values out of range; when a step is recorded, for a learning rate that is not a number of at
 * least 0; for nesterov without momentum, or with dampening
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  const { momentum = 0, dampening = 0, nesterov = false } = options;
  checkNumber("momentum", momentum, { from: 0, below: 1 });
  checkNumber("dampening", dampening, { from: 0 });
  if (nesterov && (momentum === 0 || dampening !== 0)) {
    throw new ActigradError("option", "sgd: nesterov needs a momentum, and no dampening");
  }
  const moves = momentum !== 0 || options.schedule?.momentum !== undefined;
  return defineOptimizer(options, {
    name: "sgd",
    options: ["momentum", "dampening", "nesterov"],
    ...(moves && { momentum }),
    move(g, _, tools) {
      if (!moves) return g;
      const v = tools.moment("momentum");
      const taken = dampening === 0 ? g : mul(g, tools.scalar("taken"));
      const next = tools.replace(v, add(mul(v, tools.momentum), taken));
      return nesterov ? add(g, mul(next, tools.momentum)) : next;
    },
    scalars: (t) => ({ taken: t === 0 ? 1 : 1 - dampening }),
  });
}
