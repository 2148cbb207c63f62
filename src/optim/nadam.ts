import { checkNumber } from "../core/check.ts";
import { add, div, mul, sqrt } from "../graph/ops/pointwise.ts";
import { type MomentOptions, checkMoments } from "./adam.ts";
import { type Optimizer } from "./optimizer.ts";
import { defineOptimizer } from "./rule.ts";

/** Options of `nadam`. */
export interface NadamOptions extends MomentOptions {
  /** How fast the momentum rises towards beta1. Default 0.004. */
  readonly momentumDecay?: number;
  /** As in PyTorch 1.13: the look-ahead's correction counts the step's momentum twice. Default: once, as in the paper. */
  readonly countedTwice?: boolean;
}

/**
 * Adam with Nesterov's momentum, in PyTorch's form. Dozat 2016. Default lr 0.002.
 * @throws ActigradError "option" for values out of range; when a step is recorded, for a learning rate that is not a number of at
 * least 0
 */
export function nadam(options: NadamOptions = {}): Optimizer {
  const { beta1, beta2, eps } = checkMoments(options);
  const { momentumDecay = 0.004, countedTwice = false } = options;
  checkNumber("momentumDecay", momentumDecay, { from: 0 });
  /** Momentum of step t, counted from 1. */
  const mu = (t: number): number => beta1 * (1 - 0.5 * 0.96 ** (t * momentumDecay));
  // The product of all momenta up to a step. Steps come in order, so each adds one factor.
  let known = { t: 0, product: 1 };
  const productTo = (t: number): number => {
    if (t < known.t) known = { t: 0, product: 1 };
    while (known.t < t) known = { t: known.t + 1, product: known.product * mu(known.t + 1) };
    return known.product;
  };
  return defineOptimizer(options, {
    name: "nadam",
    lr: 2e-3,
    options: ["betas", "eps", "momentumDecay", "countedTwice"],
    move(g, _, { moment, replace, scalar }) {
      const [m, v] = [moment("m"), moment("v")];
      const newM = replace(m, add(mul(m, beta1), mul(g, 1 - beta1)));
      const newV = replace(v, add(mul(v, beta2), mul(mul(g, g), 1 - beta2)));
      const root = add(mul(sqrt(newV), scalar("rootCorrection")), eps);
      return div(add(mul(g, scalar("own")), mul(newM, scalar("ahead"))), root);
    },
    scalars(step) {
      const t = step + 1;
      return {
        rootCorrection: 1 / Math.sqrt(1 - beta2 ** t),
        own: (1 - mu(t)) / (1 - productTo(t)),
        ahead: mu(t + 1) / (1 - productTo(t) * mu(t + 1) * (countedTwice ? mu(t) : 1)),
      };
    },
  });
}
