import { logsigmoid } from "../../activations/records/logsigmoid.ts";
import { relu } from "../../activations/records/relu.ts";
import { softplus } from "../../activations/records/softplus.ts";
import { checkNumber } from "../../core/check.ts";
import { ActigradError } from "../../core/errors.ts";
import type { Node } from "../../graph/graph.ts";
import { activation } from "../../graph/ops/activation.ts";
import { binaryCrossEntropy } from "../../graph/ops/binaryCrossEntropy.ts";
import { add, mul, neg, sub, where } from "../../graph/ops/pointwise.ts";
import { tensor } from "../../graph/ops/source.ts";
import { type Loss, type LossOptions, defineLoss } from "../loss.ts";

/** Options of `bce`. */
export interface BceOptions extends LossOptions {
  /** A factor for each feature. */
  readonly weight?: readonly number[];
}

/** Options of `bceWithLogits`. */
export interface BceWithLogitsOptions extends BceOptions {
  /** A factor on the positive part, for each feature: above 1 favours recall. */
  readonly posWeight?: readonly number[];
}

/** One number per feature as a tensor [1, 1, features]. @throws ActigradError "option" for another count */
export function perFeature(name: string, values: readonly number[], like: Node): Node {
  const features = like.shape.at(-1)!;
  const [, what] = name.split(".");
  if (values.length !== features) {
    throw new ActigradError("option", `${what}: ${values.length} values for ${features} features`, {
      hint: "give one for each feature",
    });
  }
  for (const value of values) checkNumber(String(what), value, { from: 0 });
  return tensor(like.graph, name, [1, 1, features], values);
}

const weighted = (loss: Node, weight: readonly number[] | undefined): Node =>
  weight === undefined ? loss : mul(loss, perFeature("loss.weight", weight, loss));

/**
 * -(t ln x + (1 - t) ln(1 - x)) for probabilities x f32[R, batch, features] and targets t from 0 to 1; a value per element.
 * Logarithms are at least -100, as in PyTorch.
 * @throws ActigradError "option", when the step is recorded, unless there is one weight per feature
 */
export const bce = (options: BceOptions = {}): Loss =>
  defineLoss(options, {
    name: "bce",
    options: ["weight"],
    targets: "values",
    expects: "sigmoid",
    each: (x, target) => weighted(binaryCrossEntropy(x, target), options.weight),
  });

/**
 * Cross entropy of sigmoid(x): -posWeight t log sigmoid(x) + (1 - t) softplus(x) for logits x f32[R, batch, features]; a value
 * per element. No term is negative, so nothing cancels.
 * @throws ActigradError "option", when the step is recorded, unless there is one weight per feature
 */
export const bceWithLogits = (options: BceWithLogitsOptions = {}): Loss =>
  defineLoss(options, {
    name: "bce_with_logits",
    options: ["weight", "posWeight"],
    targets: "values",
    each(x, target) {
      const { posWeight, weight } = options;
      // A half with weight 0 may be infinite.
      const rest = sub(1, target);
      const positive = where(target, mul(neg(activation(logsigmoid, x)), target), 0);
      const negative = where(rest, mul(activation(softplus, x), rest), 0);
      const scaled =
        posWeight === undefined ? positive : mul(positive, perFeature("loss.posWeight", posWeight, x));
      return weighted(add(scaled, negative), weight);
    },
  });

/** max(0, 1 - t x) for targets -1 and 1, with derivative 0 at the kink. Shapes as in `mse`. Cortes, Vapnik 1995. */
export const hinge = (options: LossOptions = {}): Loss =>
  defineLoss(options, { name: "hinge", options: [], targets: "values", oneHot: [-1, 1], each: margin });

/** max(0, 1 - t x)^2 for targets -1 and 1. Shapes as in `mse`. */
export const squaredHinge = (options: LossOptions = {}): Loss =>
  defineLoss(options, {
    name: "squared_hinge",
    options: [],
    targets: "values",
    oneHot: [-1, 1],
    each(x, target) {
      const m = margin(x, target);
      return mul(m, m);
    },
  });

const margin = (x: Node, target: Node): Node => activation(relu, sub(1, mul(x, target)));
