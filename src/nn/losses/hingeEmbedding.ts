import { checkNumber } from "../../core/check.ts";
import { relu } from "../../activations/records/relu.ts";
import { activation } from "../../graph/ops/activation.ts";
import { greater, sub, where } from "../../graph/ops/pointwise.ts";
import { type Loss, type LossOptions, defineLoss } from "../loss.ts";

/** Options of `hingeEmbedding`. */
export interface HingeEmbeddingOptions extends LossOptions {
  /** Default 1. */
  readonly margin?: number;
}

/**
 * A distance x where the target is 1, max(0, margin - x) where it is -1. Shapes as in `mse`. Hadsell et al. 2006.
 * @throws ActigradError "option" for a margin that is not finite
 */
export function hingeEmbedding(options: HingeEmbeddingOptions = {}): Loss {
  const { margin = 1 } = options;
  checkNumber("hinge_embedding: margin", margin);
  return defineLoss(options, {
    name: "hinge_embedding",
    options: ["margin"],
    targets: "values",
    oneHot: [-1, 1],
    each: (x, target) => where(greater(target, 0), x, activation(relu, sub(margin, x))),
  });
}
