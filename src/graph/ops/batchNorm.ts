import statisticsFile from "../../../shaders/batch-statistics.wgsl?raw";
import { as3d, broadcast, elements, rowSlots } from "../../core/shape.ts";
import type { Node, Op } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";
import { add, div, mul, sqrt, sub } from "./pointwise.ts";
import { sum, sumTo } from "./reduce.ts";
import { constant } from "./source.ts";
import { rowOf } from "./row.ts";

/** Statistics of each channel over the batch and all places, for a batch norm. */
export interface BatchStatistics {
  /**
   * f32[Z, 4, 1, ..., C]: mean, unbiased variance, the part of the mean that float32 rounds off, and 1 / sqrt(variance + eps).
   */
  readonly rows: Node;
  /** f32[Z, 1, ..., C] */
  readonly mean: Node;
  /** The unbiased variance, which divides by count - 1: f32[Z, 1, ..., C]. */
  readonly variance: Node;
  /** Number of values per channel. */
  readonly count: number;
}

const middle = (x: Node): number[] => x.shape.slice(1, -1).map((_, i) => i + 1);
const countOf = (shape: readonly number[]): number => elements(shape.slice(1, -1));

/**
 * All statistics of a batch in one kernel: [Z, 4, 1, ..., C] (see `BatchStatistics`). The mean has a second part, because
 * differences of large numbers are lost next to it, and 1 / sqrt(variance + eps) is correct even where the variance overflows.
 */
export const batchStatisticsOp: Op<{ readonly eps: number }> = engineOp({
  name: "batchStatistics",
  shape: ([x]) => ({
    shape: [x!.shape[0]!, 4, ...x!.shape.slice(2, -1).map(() => 1), x!.shape.at(-1)!],
    dtype: "f32",
  }),
  flops: ({ inputs: [x] }) => 8 * elements(x!.shape),
  kernel: {
    kind: "custom",
    terms: ([x]) => countOf(x!.shape),
    render(module, node) {
      const x = node.inputs[0]!;
      const [z, rows] = as3d(x.shape);
      const n4 = rowSlots(x.shape);
      module.rename(module.read(x), "X", "vec4f");
      module.rename(module.write(node), "Y", "vec4f");
      const eps = new Uint32Array(Float32Array.of(node.attrs.eps).buffer)[0]!;
      module.declare({ z, rows, n4, halvings: Math.ceil(Math.log2(rows)), eps });
      return { file: statisticsFile, values: {}, workgroups: [z * n4, 1] };
    },
  },
});

export const batchStatisticsReference = defineReference(batchStatisticsOp, {
  evaluate([x], { shape, attrs }) {
    const [z, n, channels] = as3d(x!.shape);
    const data = new Float64Array(elements(shape));
    const eps = Math.fround(attrs.eps);
    for (let i = 0; i < z * channels; i++) {
      const c = i % channels;
      const [from, to] = [((i - c) / channels) * n * channels + c, ((i - c) / channels) * 4 * channels + c];
      const over = (term: (value: number) => number): number => {
        let total = 0;
        for (let row = 0; row < n; row++) total += term(x!.data[from + row * channels]!);
        return total;
      };
      const mean = over((value) => value) / n;
      const squares = over((value) => (value - mean) ** 2);
      const values = [mean, squares / Math.max(n - 1, 1), 0, 1 / Math.sqrt(squares / n + eps)];
      for (const [row, value] of values.entries()) data[to + row * channels] = value;
    }
    return { shape, data };
  },
});

/** Statistics of each channel over the batch and all places. @param eps added to the biased variance under the root */
export function batchStatistics(x: Node, eps: number): BatchStatistics {
  const rows = x.graph.add(batchStatisticsOp, [x], { eps });
  return { rows, mean: rowOf(rows, 0), variance: rowOf(rows, 1), count: countOf(x.shape) };
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

/** x minus its mean, including the part `rest` that float32 rounds off. */
const apart = (x: string, mean: string, rest: string): string => `((${x} - ${mean}) - ${rest})`;

/**
 * (x - mean) rstd scale + shift, where mean and rstd are those of x over its batch and places: the gradient accounts for their
 * dependence on x. Ioffe, Szegedy 2015. Inputs: x, mean, rest of the mean, rstd, scale, shift.
 */
export const batchNormOp: Op<null> = pointwiseOp(
  "batchNorm",
  ([x, mean, rest, rstd, scale, shift]) => `(${apart(x!, mean!, rest!)} * (${rstd} * ${scale}) + ${shift})`,
  ({ inputs }, g) => {
    const [x, mean, rest, rstd, scale, shift] = inputs as [Node, Node, Node, Node, Node, Node];
    const { graph } = x;
    const axes = middle(x);
    const sums = [sum(g, axes), sum(graph.add(batchNormTerm, [g, x, mean, rest, rstd], null), axes)] as const;
    const share = constant(graph, 1 / countOf(x.shape));
    const dx = graph.add(batchNormGrad, [g, x, mean, rest, rstd, scale, ...sums, share], null);
    return [
      sumTo(dx, x.shape),
      undefined,
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
  ([g, x, mean, rest, rstd]) => `(${g} * (${apart(x!, mean!, rest!)} * ${rstd}))`,
);

/**
 * rstd scale (g - mean of g - x' (mean of g x')), where x' is the normalised x. Inputs: g, x, mean, its rest, rstd, scale, both
 * sums, 1/n.
 */
export const batchNormGrad = pointwiseOp(
  "batchNormGrad",
  ([g, x, mean, rest, rstd, scale, sumG, sumGx, share]) =>
    `((${rstd} * ${scale}) * (${g} - (${sumG} + ${apart(x!, mean!, rest!)} * ${rstd} * ${sumGx}) * ${share}))`,
);

export const batchNormReference = defineReference(
  batchNormOp,
  ([x, mean, rest, rstd, scale, shift]) => (x! - mean! - rest!) * rstd! * scale! + shift!,
);
export const batchNormTermReference = defineReference(
  batchNormTerm,
  ([g, x, mean, rest, rstd]) => g! * (x! - mean! - rest!) * rstd!,
);
export const batchNormGradReference = defineReference(
  batchNormGrad,
  ([g, x, mean, rest, rstd, scale, sumG, sumGx, share]) =>
    rstd! * scale! * (g! - sumG! * share! - (x! - mean! - rest!) * rstd! * sumGx! * share!),
);

/** 1 / sqrt(variance + eps) */
const reciprocalStd = (variance: Node, eps: number): Node => div(1, sqrt(add(variance, eps)));

/** A number as a node of the graph, where an op takes a tensor. */
const operand = (x: Node, value: Node | number): Node =>
  typeof value === "number" ? constant(x.graph, value) : value;

/** x normalised by its own statistics, times scale, plus shift: [1, ..., C] tensors or numbers. */
export const batchNorm = (
  x: Node,
  { rows }: BatchStatistics,
  scale: Node | number,
  shift: Node | number,
): Node =>
  x.graph.add(
    batchNormOp,
    [x, rowOf(rows, 0), rowOf(rows, 2), rowOf(rows, 3), operand(x, scale), operand(x, shift)],
    null,
  );

/** x normalised by given statistics, taken as constants. */
export const normalizeBy = (
  x: Node,
  mean: Node,
  variance: Node,
  eps: number,
  scale: Node | number,
  shift: Node | number,
): Node => add(mul(mul(sub(x, mean), reciprocalStd(variance, eps)), scale), shift);
