import type { NamedMaker } from "../../core/choice.ts";
import type { Loss } from "../loss.ts";
import { bce, bceWithLogits, hinge, squaredHinge } from "./binary.ts";
import { crossEntropy, multiMargin, nll, softCrossEntropy } from "./classes.ts";
import { klDiv } from "./divergence.ts";
import { hingeEmbedding } from "./hingeEmbedding.ts";
import { huber, l1, mse, smoothL1 } from "./regression.ts";

export {
  type BceOptions,
  type BceWithLogitsOptions,
  bce,
  bceWithLogits,
  hinge,
  squaredHinge,
} from "./binary.ts";
export {
  type ClassOptions,
  type CrossEntropyOptions,
  type MultiMarginOptions,
  crossEntropy,
  multiMargin,
  nll,
  softCrossEntropy,
} from "./classes.ts";
export { type KlDivOptions, klDiv } from "./divergence.ts";
export { type HingeEmbeddingOptions, hingeEmbedding } from "./hingeEmbedding.ts";
export { type HuberOptions, type SmoothL1Options, huber, l1, mse, smoothL1 } from "./regression.ts";

const table = {
  mse: { options: {}, make: mse },
  l1: { options: {}, make: l1 },
  smooth_l1: { options: { beta: "number" }, make: smoothL1 },
  huber: { options: { delta: "number" }, make: huber },
  cross_entropy: {
    options: { labelSmoothing: "number", ignoreIndex: "number", weight: "numbers" },
    make: crossEntropy,
  },
  soft_cross_entropy: { options: { labelSmoothing: "number", weight: "numbers" }, make: softCrossEntropy },
  nll: { options: { ignoreIndex: "number", weight: "numbers" }, make: nll },
  bce: { options: { weight: "numbers" }, make: bce },
  bce_with_logits: { options: { weight: "numbers", posWeight: "numbers" }, make: bceWithLogits },
  kl_div: { options: { logTarget: "flag" }, make: klDiv },
  hinge: { options: {}, make: hinge },
  squared_hinge: { options: {}, make: squaredHinge },
  hinge_embedding: { options: { margin: "number" }, make: hingeEmbedding },
  multi_margin: { options: { p: "number", margin: "number", weight: "numbers" }, make: multiMargin },
} as const satisfies Record<string, NamedMaker<object, Loss>>;

/** A name of a loss. */
export type LossName = keyof typeof table;

/** Losses by the names that command lines and files use, with their options. */
export const losses: Readonly<Record<LossName, NamedMaker<object, Loss>>> = table;
