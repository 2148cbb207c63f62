import { abs, add, div, maximum, mul } from "../graph/ops/pointwise.ts";
import { type MomentOptions, checkMoments } from "./adam.ts";
import type { Optimizer } from "./optimizer.ts";
import { defineOptimizer } from "./rule.ts";

/**
 * Adam with the infinity norm: the second moment is max(beta2 u, |g| + eps). Kingma, Ba 2015. Default lr 0.002.
 * @throws ActigradError "option" for values out of range; when a step is recorded, for a learning rate that is not a number of at
 * least 0
 */
export function adamax(options: MomentOptions = {}): Optimizer {
  const { beta1, beta2, eps } = checkMoments(options);
  return defineOptimizer(options, {
    name: "adamax",
    lr: 2e-3,
    options: ["betas", "eps"],
    momentum: beta1,
    move(g, _, { moment, replace, momentum, rest }) {
      const [m, u] = [moment("m"), moment("u")];
      const newM = replace(m, add(mul(m, momentum), mul(g, rest)));
      return div(newM, replace(u, maximum(mul(u, beta2), add(abs(g), eps))));
    },
    factor: (t, momentum) => 1 / (1 - momentum ** (t + 1)),
  });
}
