import { broadcast } from "../../core/shape.ts";
import type { Node, Op } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";
import { add, div, mul, sqrt, sub } from "./pointwise.ts";
import { sum, sumTo } from "./reduce.ts";
import { constant } from "./source.ts";

/** Mean and biased variance of each channel over the batch and all places, [Z, 1, ..., C]; the variance in two passes. */
export interface BatchStatistics {
  readonly mean: Node;
  readonly variance: Node;
  /** Values that each channel has. */
  readonly count: number;
}

const middle = (x: Node): number[] => x.shape.slice(1, -1).map((_, i) => i + 1);

/** Mean and biased variance of each channel over the batch and all places: f32[Z, 1, ..., channels]. */
export function batchStatistics(x: Node): BatchStatistics {
  const axes = middle(x);
  const count = axes.reduce((n, axis) => n * x.shape[axis]!, 1);
  const mean = mul(sum(x, axes), 1 / count);
  const apart = sub(mean, x);
  return { mean, variance: mul(sum(mul(apart, apart), axes), 1 / count), count };
}

/* @__NO_SIDE_EFFECTS__ */
const pointwiseOp = (
  name: string,
  wgsl: (args: readonly string[]) => string,
  vjp?: NonNullable<Op<null>["vjp"]>,
): Op<null> =>
  engineOp({
    name,
    shape: (inputs) => ({ shape: broadcast(name, ...inputs), dtype: "f32" }),
    ...(vjp && { vjp }),
    kernel: { kind: "pointwise", wgsl },
  });

/**
 * (x - mean) rstd scale + shift, where mean and rstd are those of x over its batch and places: its gradient takes into
 * account that they move with x. Ioffe, Szegedy 2015. Inputs: x, mean, rstd, scale, shift.
 */
export const batchNormOp: Op<null> = pointwiseOp(
  "batchNorm",
  ([x, mean, rstd, scale, shift]) => `((${x} - ${mean}) * (${rstd} * ${scale}) + ${shift})`,
  ({ inputs }, g) => {
    const [x, mean, rstd, scale, shift] = inputs as [Node, Node, Node, Node, Node];
    const { graph } = x;
    const axes = middle(x);
    const count = axes.reduce((n, axis) => n * x.shape[axis]!, 1);
    const sums = [sum(g, axes), sum(graph.add(batchNormTerm, [g, x, mean, rstd], null), axes)] as const;
    const share = constant(graph, 1 / count);
    const dx = graph.add(batchNormGrad, [g, x, mean, rstd, scale, ...sums, share], null);
    return [
      sumTo(dx, x.shape),
      undefined,
      undefined,
      sumTo(sums[1], scale.shape),
      sumTo(sums[0], shift.shape),
    ];
  },
);

/** g (x - mean) rstd: the terms of the scale's gradient. */
export const batchNormTerm = pointwiseOp(
  "batchNormTerm",
  ([g, x, mean, rstd]) => `(${g} * ((${x} - ${mean}) * ${rstd}))`,
);

/** rstd scale (g - mean of g - x' (mean of g x')), x' being the normalised x: inputs g, x, mean, rstd, scale, both sums, 1/n. */
export const batchNormGrad = pointwiseOp(
  "batchNormGrad",
  ([g, x, mean, rstd, scale, sumG, sumGx, share]) =>
    `((${rstd} * ${scale}) * (${g} - (${sumG} + (${x} - ${mean}) * ${rstd} * ${sumGx}) * ${share}))`,
);

export const batchNormReference = defineReference(
  batchNormOp,
  ([x, mean, rstd, scale, shift]) => (x! - mean!) * rstd! * scale! + shift!,
);
export const batchNormTermReference = defineReference(
  batchNormTerm,
  ([g, x, mean, rstd]) => g! * (x! - mean!) * rstd!,
);
export const batchNormGradReference = defineReference(
  batchNormGrad,
  ([g, x, mean, rstd, scale, sumG, sumGx, share]) =>
    rstd! * scale! * (g! - sumG! * share! - (x! - mean!) * rstd! * sumGx! * share!),
);

/** 1 / sqrt(variance + eps) */
export const reciprocalStd = (variance: Node, eps: number): Node => div(1, sqrt(add(variance, eps)));

/** A number as a node of the graph, where an op takes a tensor. */
const operand = (x: Node, value: Node | number): Node =>
  typeof value === "number" ? constant(x.graph, value) : value;

/** x normalised by its own statistics, times scale, plus shift: [1, ..., C] tensors or numbers. */
export const batchNorm = (
  x: Node,
  { mean, variance }: BatchStatistics,
  eps: number,
  scale: Node | number,
  shift: Node | number,
): Node =>
  x.graph.add(
    batchNormOp,
    [x, mean, reciprocalStd(variance, eps), operand(x, scale), operand(x, shift)],
    null,
  );

/** x normalised by given statistics, which are constants to it. */
export const normalizeBy = (
  x: Node,
  mean: Node,
  variance: Node,
  eps: number,
  scale: Node | number,
  shift: Node | number,
): Node => add(mul(mul(sub(x, mean), reciprocalStd(variance, eps)), scale), shift);
