import { relu } from "../../activations/records/relu.ts";
import { checkNumber } from "../../core/check.ts";
import { ActigradError } from "../../core/errors.ts";
import { formatType } from "../../core/shape.ts";
import type { Node } from "../../graph/graph.ts";
import { activation } from "../../graph/ops/activation.ts";
import { classMask, labelIs } from "../../graph/ops/classes.ts";
import { crossEntropyRows } from "../../graph/ops/crossEntropy.ts";
import { add, mul, neg, sub, where } from "../../graph/ops/pointwise.ts";
import { sum } from "../../graph/ops/reduce.ts";
import { logSoftmax } from "../../graph/ops/softmax.ts";
import { tensor } from "../../graph/ops/source.ts";
import { type Loss, type LossOptions, defineLoss } from "../loss.ts";

/** Options of `nll`. */
export interface ClassOptions extends LossOptions {
  /** A factor for each class; a mean divides by the sum of the factors of the rows' classes. */
  readonly weight?: readonly number[];
  /** Rows with this label are ignored in the loss, its gradient and its mean. Default -100. */
  readonly ignoreIndex?: number;
}

/** Options of `crossEntropy`. */
export interface CrossEntropyOptions extends ClassOptions {
  /** Share of a row's target that is spread evenly over all classes, 0 to 1. Szegedy et al. 2016. */
  readonly labelSmoothing?: number;
}

/** The axis of the classes in the logits: the one along which the labels have size 1. */
function classAxis(x: Node, labels: Node): { axis: number; along: "columns" | "rows" } {
  const last = x.shape.length - 1;
  const columns = labels.shape.at(-1) === 1 && (x.shape.at(-1) !== 1 || labels.shape.at(-2) !== 1);
  return columns ? { axis: last, along: "columns" } : { axis: last - 1, along: "rows" };
}

/** The factor of each class, shaped along the class axis; undefined if all are 1. */
function classWeights(weight: readonly number[] | undefined, x: Node, axis: number): Node | undefined {
  if (weight === undefined) return undefined;
  if (weight.length !== x.shape[axis]) {
    throw new ActigradError("option", `weight: ${weight.length} values for ${x.shape[axis]} classes`, {
      hint: `give one for each class of ${formatType(x)}`,
    });
  }
  for (const value of weight) checkNumber("weight", value, { from: 0 });
  return tensor(
    x.graph,
    "loss.weight",
    x.shape.map((_, i) => (i === axis ? weight.length : 1)),
    weight,
  );
}

/** 0 for ignored rows, otherwise the factor of the row's class. */
function rowWeights({ weight, ignoreIndex = -100 }: ClassOptions, x: Node, labels: Node): Node {
  const { axis, along } = classAxis(x, labels);
  const weights = classWeights(weight, x, axis);
  const kept = sub(1, labelIs(labels, ignoreIndex));
  if (weights === undefined) return kept;
  return mul(kept, sum(mul(classMask(labels, x.shape[axis]!, { along }), weights), [axis]));
}

/**
 * -(sum over the classes of q log p), where q is the target distribution times the class factors. A class with factor 0 is
 * selected out, not multiplied by 0, because its log p may be -infinity.
 */
const expected = (logP: Node, q: Node, axis: number): Node => neg(sum(where(q, mul(q, logP), 0), [axis]));

/**
 * -log softmax(logits)[label], with class weights, a label to ignore, and label smoothing e: 1 - e of the target on the label's
 * class and e / C on each class. Logits f32 [R, batch, C] and labels u32 [1, batch, 1]; or the classes along the second to last
 * axis of both.
 * @throws ActigradError "option" for smoothing outside 0 to 1, or unless there is one weight per class
 */
export function crossEntropy(options: CrossEntropyOptions = {}): Loss {
  const { weight, ignoreIndex, labelSmoothing: e = 0 } = options;
  checkNumber("labelSmoothing", e, { from: 0, to: 1 });
  const plain = weight === undefined && e === 0;
  return defineLoss(options, {
    name: "cross_entropy",
    options: ["weight", "ignoreIndex", "labelSmoothing"],
    targets: "classes",
    ...counting(options),
    each(x, labels) {
      const { axis, along } = classAxis(x, labels);
      if (plain && along === "columns") {
        const rows = crossEntropyRows(x, labels);
        return ignoreIndex === undefined ? rows : where(labelIs(labels, ignoreIndex), 0, rows);
      }
      const classes = x.shape[axis]!;
      const own = classMask(labels, classes, { along });
      const weights = classWeights(weight, x, axis);
      const target = e === 0 ? own : add(mul(own, 1 - e), e / classes);
      const q = weights === undefined ? target : mul(target, weights);
      if (ignoreIndex === undefined) return expected(logSoftmax(x, axis), q, axis);
      // Removed before the softmax: a row of -infinity has no softmax, and its gradient would be NaN times 0.
      const ignored = labelIs(labels, ignoreIndex);
      return where(ignored, 0, expected(logSoftmax(where(ignored, 0, x), axis), q, axis));
    },
  });
}

/** The divisor of a mean: the sum of the rows' weights. Undefined if every row counts 1. */
function counting(options: ClassOptions): Pick<Loss, "ignoreIndex" | "counts"> {
  const { weight, ignoreIndex } = options;
  if (weight === undefined && ignoreIndex === undefined) return {};
  return {
    ...(ignoreIndex !== undefined && { ignoreIndex }),
    counts: (x, labels) => rowWeights(options, x, labels),
  };
}

/**
 * Cross entropy against a distribution per row: targets f32 [1, batch, C], each row with sum 1. "mean" divides by the number of
 * rows. On a dataset of classes it is the usual cross entropy. Logits f32 [R, batch, C].
 * @throws ActigradError "option" for smoothing outside 0 to 1, or unless there is one weight per class
 */
export const softCrossEntropy = (options: Omit<CrossEntropyOptions, "ignoreIndex"> = {}): Loss => {
  const { weight, labelSmoothing: e = 0 } = options;
  checkNumber("labelSmoothing", e, { from: 0, to: 1 });
  return defineLoss(options, {
    name: "soft_cross_entropy",
    options: ["weight", "labelSmoothing"],
    targets: "values",
    each(x, target) {
      const axis = x.shape.length - 1;
      const weights = classWeights(weight, x, axis);
      const smooth = e === 0 ? target : add(mul(target, 1 - e), e / x.shape[axis]!);
      return expected(logSoftmax(x), weights === undefined ? smooth : mul(smooth, weights), axis);
    },
  });
};

/**
 * -x[label] for log-probabilities x, with class weights and a label to ignore. Shapes as in `crossEntropy`.
 * @throws ActigradError "option", when the step is recorded, unless there is one weight per class
 */
export const nll = (options: ClassOptions = {}): Loss =>
  defineLoss(options, {
    name: "nll",
    options: ["weight", "ignoreIndex"],
    targets: "classes",
    expects: "log_softmax",
    ...counting(options),
    each(x, labels) {
      const { axis, along } = classAxis(x, labels);
      const { weight, ignoreIndex } = options;
      const weights = classWeights(weight, x, axis);
      const own = classMask(labels, x.shape[axis]!, { along });
      // Selected, not multiplied: other log-probabilities may be -infinity.
      const rows = neg(sum(where(own, weights === undefined ? x : mul(x, weights), 0), [axis]));
      return ignoreIndex === undefined ? rows : where(labelIs(labels, ignoreIndex), 0, rows);
    },
  });

/** Options of `multiMargin`. */
export interface MultiMarginOptions extends LossOptions {
  /** The exponent, 1 (default) or 2. */
  readonly p?: 1 | 2;
  /** Default 1. */
  readonly margin?: number;
  /** A factor for each class, applied to the rows of that class. */
  readonly weight?: readonly number[];
}

/**
 * Sum over the other classes j of max(0, margin - x[label] + x[j])^p, divided by the number of classes: x f32 [R, batch, C],
 * labels u32 [1, batch, 1]; a value per row. Crammer, Singer 2001.
 * @throws ActigradError "option" for a p other than 1 and 2, or a margin that is not finite
 */
export function multiMargin(options: MultiMarginOptions = {}): Loss {
  const { p = 1, margin = 1, weight } = options;
  checkNumber("multi_margin: margin", margin);
  if (p !== 1 && p !== 2)
    throw new ActigradError("option", `multi_margin: p must be 1 or 2, got ${String(p)}`);
  return defineLoss(options, {
    name: "multi_margin",
    options: ["p", "margin", "weight"],
    targets: "classes",
    each(x, labels) {
      const axis = x.shape.length - 1;
      const classes = x.shape[axis]!;
      const own = classMask(labels, classes);
      const correct = sum(where(own, x, 0), [axis]);
      const over = activation(relu, where(own, 0, add(sub(x, correct), margin)));
      const rows = mul(sum(p === 1 ? over : mul(over, over), [axis]), 1 / classes);
      const weights = classWeights(weight, x, axis);
      return weights === undefined ? rows : mul(rows, sum(mul(own, weights), [axis]));
    },
  });
}
