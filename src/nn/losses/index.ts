import { type NamedMaker, named } from "../../core/options.ts";
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

const number = { kind: "number" } as const;
const weight = { weight: { kind: "numbers" } } as const;
const flag = { kind: "flag" } as const;

const table = {
  mse: named({}, mse),
  l1: named({}, l1),
  smooth_l1: named({ beta: number }, smoothL1),
  huber: named({ delta: number }, huber),
  cross_entropy: named({ labelSmoothing: number, ignoreIndex: number, ...weight }, crossEntropy),
  soft_cross_entropy: named({ labelSmoothing: number, ...weight }, softCrossEntropy),
  nll: named({ ignoreIndex: number, ...weight }, nll),
  bce: named(weight, bce),
  bce_with_logits: named({ ...weight, posWeight: { kind: "numbers" } }, bceWithLogits),
  kl_div: named({ logTarget: flag }, klDiv),
  hinge: named({}, hinge),
  squared_hinge: named({}, squaredHinge),
  hinge_embedding: named({ margin: number }, hingeEmbedding),
  multi_margin: named({ p: { kind: "number", choices: [1, 2] }, margin: number, ...weight }, multiMargin),
};

/** A name of a loss. */
export type LossName = keyof typeof table;

/** Losses by the names that command lines and files use, with their options. */
export const losses: Readonly<Record<LossName, NamedMaker<object, Loss>>> = table;
