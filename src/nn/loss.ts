import { ActigradError, checkOptions } from "../core/errors.ts";
import { elements } from "../core/shape.ts";
import { checkRecord } from "../core/record.ts";
import { type Node, checkNode } from "../graph/graph.ts";
import { div, greater, mul, where } from "../graph/ops/pointwise.ts";
import { expand, sumTo } from "../graph/ops/reduce.ts";

/**
 * What becomes of the losses of all elements: all of them, their mean, their sum, or (as PyTorch's kl_div has it) their
 * sum over the number of rows.
 */
export type Reduction = "none" | "mean" | "sum" | "batchmean";

/** Where a prediction comes from. */
export interface ModelSite {
  /** f32[1 or R, batch, inputs] */
  readonly x: Node;
  /** The model at other points, with the same weights: f32[R, rows, inputs] to f32[R, rows, outputs]. */
  model(points: Node): Node;
}

/** How a prediction is judged. */
export interface Loss {
  readonly name: string;
  /** Class numbers u32 [1, batch, 1], or values f32 [1, batch, features]. */
  readonly targets: "classes" | "values";
  /** A loss of values over a dataset of classes: the values of the other classes and of the row's own. Default 0, 1. */
  readonly oneHot?: readonly [other: number, own: number];
  /** The activation with which a network for it ends, where the loss takes no raw numbers: `log_softmax`. */
  readonly expects?: string;
  /** A label that does not count. */
  readonly ignoreIndex?: number;
  readonly reduction: Reduction;
  /** Unreduced: a value per element f32 [R, batch, features], or one per row f32 [R, batch, 1], as PyTorch has it. */
  each(prediction: Node, target: Node, site?: ModelSite): Node;
  /** True for a loss that looks at the model itself (see `modelLoss`): each replica then has inputs of its own. */
  readonly ofModel?: boolean;
  /** What a mean divides by, as the sum of these, where that is not the number of values. Of a shape with `each`. */
  readonly counts?: (prediction: Node, target: Node) => Node;
}

/** Options that all losses have. */
export interface LossOptions {
  /** Default "mean". Training needs "mean", "sum" or "batchmean". */
  readonly reduction?: Reduction;
}

/** A loss's record, without what its options say. */
export interface LossSpec extends Omit<Loss, "reduction"> {
  /** Names of the options that it has beside the reduction: unknown ones are then refused. */
  readonly options?: readonly string[];
}

/** Everything but the replica axis is summed. */
export const total = (x: Node): Node => sumTo(x, [x.shape[0]!, ...x.shape.slice(1).map(() => 1)]);

/** What a division by `count` takes: 1 where there is nothing to divide. */
export const orOne = (count: Node): Node => where(greater(count, 0), count, 1);

/**
 * A loss of one value per replica, f32 [R, 1, 1], as `sum` over `count` (f32 [1 or R, 1, 1]) where it is a mean over what
 * differs from batch to batch: rows that count, class weights. Elsewhere it is `sum` alone.
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
 * What a loss gives before it is reduced.
 * @throws ActigradError "option" when `each` returns no node, "shape" unless that is a value per element or row
 */
export function eachOf(loss: Loss, prediction: Node, target: Node, site?: ModelSite): Node {
  const each = loss.each(prediction, target, site);
  checkNode(`loss "${loss.name}": each`, each, prediction, ([z, rows, ...inner]) => {
    const [replicas, batch, ...wanted] = prediction.shape;
    // Of classes along rows, and of every place of a sequence, the labels say how many values there are.
    const fits = inner.every((n, i) => n === 1 || n === wanted.at(i - inner.length));
    return fits && (z === 1 || z === replicas) && (rows === batch || rows === target.shape[1]);
  });
  return each;
}

/**
 * A loss by its reduction: one value per replica, f32 [R, 1, 1], or all of them ("none").
 * @param site what a loss of the model itself needs
 * @throws ActigradError "shape" when prediction and target do not fit
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

/** @throws ActigradError "option" for what is no loss, or has a fault */
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
 * A loss from its record: `defineLoss(options, { name: "squares", targets: "values", each: (x, t) => ... })`. Targets that
 * are values come repeated for each replica, of the prediction's shape.
 * @param given the loss's reduction; "mean" by default
 * @throws ActigradError "option" for a record with a fault, an unknown option, or a reduction that is none; when a step is recorded "shape"
 * unless `each` gives a value per element or row
 */
export function defineLoss(given: LossOptions, spec: LossSpec): Loss {
  checkRecord("loss", spec, { ...fields, options: "array undefined" });
  const { options, ...record } = spec;
  if (options !== undefined) checkOptions(record.name, given, ["reduction", ...options]);
  const { reduction = "mean" } = given;
  // Repeated for each replica at once, so that what is computed of the targets alone joins the loss's kernel.
  const each = (x: Node, target: Node): Node =>
    record.each(x, record.targets === "values" ? expand(target, x.shape) : target);
  const loss = { ...record, each, reduction };
  checkLoss(loss);
  return loss;
}
