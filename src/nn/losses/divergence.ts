import { exp } from "../../activations/records/exp.ts";
import { activation } from "../../graph/ops/activation.ts";
import { greater, log, mul, sub, where } from "../../graph/ops/pointwise.ts";
import { type Loss, type LossOptions, defineLoss } from "../loss.ts";

/** Options of `klDiv`. */
export interface KlDivOptions extends LossOptions {
  /** The targets are log-probabilities too. */
  readonly logTarget?: boolean;
}

/**
 * Kullback-Leibler divergence t (ln t - x) for log-probabilities x, 0 where t is 0. "mean" divides by all elements, as in
 * PyTorch; "batchmean" is the mathematical definition. Shapes as in `mse`. Kullback, Leibler 1951.
 */
export const klDiv = (options: KlDivOptions = {}): Loss =>
  defineLoss(options, {
    name: "kl_div",
    options: ["logTarget"],
    targets: "values",
    expects: "log_softmax",
    each(x, target) {
      if (options.logTarget === true) {
        const p = activation(exp, target);
        return where(p, mul(p, sub(target, x)), 0);
      }
      return where(greater(target, 0), mul(target, sub(log(target), x)), 0);
    },
  });
