import { ActigradError, checkOptions } from "../core/errors.ts";
import { elements } from "../core/shape.ts";
import { checkRecord } from "../core/record.ts";
import { type Node, checkNode } from "../graph/graph.ts";
import { div, greater, mul, where } from "../graph/ops/pointwise.ts";
import { expand, sumTo } from "../graph/ops/reduce.ts";

/** How to reduce the losses of all elements: keep them, mean, sum, or (as PyTorch's kl_div) sum over the number of rows. */
export type Reduction = "none" | "mean" | "sum" | "batchmean";

/** What produced a prediction. */
export interface ModelSite {
  /** f32[1 or R, batch, inputs] */
  readonly x: Node;
  /** The model at other points, with the same weights: f32[R, rows, inputs] to f32[R, rows, outputs]. */
  model(points: Node): Node;
}

/** How to score a prediction. */
export interface Loss {
  readonly name: string;
  /** Class numbers u32 [1, batch, 1], or values f32 [1, batch, features]. */
  readonly targets: "classes" | "values";
  /**
   * For a loss on values over a dataset of classes: the target values for the other classes and for the row's own. Default 0, 1.
   */
  readonly oneHot?: readonly [other: number, own: number];
  /** The final activation that a network for this loss needs, if the loss does not take raw numbers: `log_softmax`. */
  readonly expects?: string;
  /** A label that is not counted. */
  readonly ignoreIndex?: number;
  readonly reduction: Reduction;
  /** The unreduced loss: a value per element f32 [R, batch, features], or per row f32 [R, batch, 1], as in PyTorch. */
  each(prediction: Node, target: Node, site?: ModelSite): Node;
  /** True for a loss that sees the model itself (see `modelLoss`): each replica then has its own inputs. */
  readonly ofModel?: boolean;
  /** Weights whose sum a mean divides by, if that is not the number of values. Same shape as `each`. */
  readonly counts?: (prediction: Node, target: Node) => Node;
}

/** Options of all losses. */
export interface LossOptions {
  /** Default "mean". Training needs "mean", "sum" or "batchmean". */
  readonly reduction?: Reduction;
}

/** A loss's record, without its options. */
export interface LossSpec extends Omit<Loss, "reduction"> {
  /** Names of its options besides the reduction; unknown ones are then refused. */
  readonly options?: readonly string[];
}

/** Sums over all axes but the replicas'. */
export const total = (x: Node): Node => sumTo(x, [x.shape[0]!, ...x.shape.slice(1).map(() => 1)]);

/** The divisor `count`, or 1 where the count is 0. */
export const orOne = (count: Node): Node => where(greater(count, 0), count, 1);

/**
 * A loss of one value per replica, f32 [R, 1, 1]: `sum` over `count` (f32 [1 or R, 1, 1]) if it is a mean whose divisor differs
 * between batches (counted rows, class weights); otherwise `sum` alone.
 */
export function lossParts(
  loss: Loss,
  prediction: Node,
  target: Node,
  site?: ModelSite,
): { readonly sum: Node; readonly count?: Node } {
  const counts = loss.reduction === "mean" ? loss.counts?.(prediction, target) : undefined;
  if (counts === undefined) return { sum: lossOf(loss, prediction, target, site) };
  return { sum: total(eachOf(loss, prediction, target, site)), count: total(counts) };
}

/**
 * The unreduced loss.
 * @throws ActigradError "option" if `each` returns no node, "shape" unless it has a value per element or row
 */
export function eachOf(loss: Loss, prediction: Node, target: Node, site?: ModelSite): Node {
  const each = loss.each(prediction, target, site);
  checkNode(`loss "${loss.name}": each`, each, prediction, ([z, rows, ...inner]) => {
    const [replicas, batch, ...wanted] = prediction.shape;
    // For class labels along rows, and at every place of a sequence, the labels determine the number of values.
    const fits = inner.every((n, i) => n === 1 || n === wanted.at(i - inner.length));
    return fits && (z === 1 || z === replicas) && (rows === batch || rows === target.shape[1]);
  });
  return each;
}

/**
 * The reduced loss: one value per replica, f32 [R, 1, 1], or all of them ("none").
 * @param site needed by a loss that sees the model itself
 * @throws ActigradError "shape" if prediction and target do not fit
 */
export function lossOf(loss: Loss, prediction: Node, target: Node, site?: ModelSite): Node {
  const each = eachOf(loss, prediction, target, site);
  switch (loss.reduction) {
    case "none":
      return each;
    case "sum":
      return total(each);
    case "batchmean":
      return mul(total(each), 1 / prediction.shape[1]!);
    case "mean": {
      const counts = loss.counts?.(prediction, target);
      if (counts !== undefined) return div(total(each), total(counts));
      return mul(total(each), each.shape[0]! / elements(each.shape));
    }
  }
}

const reductions: readonly string[] = ["none", "mean", "sum", "batchmean"] satisfies Reduction[];

const fields = {
  name: "string",
  targets: "string",
  each: "function",
  counts: "function undefined",
  oneHot: "array undefined",
  expects: "string undefined",
  ignoreIndex: "number undefined",
  ofModel: "boolean undefined",
} satisfies Record<Exclude<keyof Loss, "reduction">, string>;

/** @throws ActigradError "option" for anything but a loss, or a faulty one */
export function checkLoss(loss: Loss): void {
  checkRecord("loss", loss, { ...fields, reduction: "string" });
  const { name, targets, reduction } = loss;
  if (!["classes", "values"].includes(targets))
    throw new ActigradError("option", `${name}: targets must be classes or values, got "${targets}"`);
  if (reductions.includes(reduction)) return;
  throw new ActigradError(
    "option",
    `${name}: reduction must be ${reductions.join(", ")}, got "${reduction}"`,
  );
}

/**
 * Makes a loss from its record: `defineLoss(options, { name: "squares", targets: "values", each: (x, t) => ... })`. Target values
 * arrive repeated for each replica, in the prediction's shape.
 * @param given the loss's reduction; "mean" by default
 * @throws ActigradError "option" for a faulty record, an unknown option, or an unknown reduction; "shape", when a step is
 * recorded, unless `each` gives a value per element or row
 */
export function defineLoss(given: LossOptions, spec: LossSpec): Loss {
  checkRecord("loss", spec, { ...fields, options: "array undefined" });
  const { options, ...record } = spec;
  if (options !== undefined) checkOptions(record.name, given, ["reduction", ...options]);
  const { reduction = "mean" } = given;
  // Repeated for each replica right away, so that what depends only on the targets is fused into the loss's kernel.
  const each = (x: Node, target: Node): Node =>
    record.each(x, record.targets === "values" ? expand(target, x.shape) : target);
  const loss = { ...record, each, reduction };
  checkLoss(loss);
  return loss;
}
