import { broadcast, elements } from "../../core/shape.ts";
import type { Node, Op, RefTensor, Reference } from "../graph.ts";
import { defineOp, defineReference } from "../op.ts";
import type { Fold } from "../kernel-spec.ts";
import { constant } from "./source.ts";

/**
 * Norms of rows, each by a kernel that folds along the last axis. Inputs are x, for a gradient g, then 1/n and eps as
 * numbers. The variance is taken in two passes.
 */
/* @__NO_SIDE_EFFECTS__ */
const along = (
  name: string,
  folds: readonly Fold[],
  wgsl: (args: readonly string[], folds: readonly string[]) => string,
  vjp?: NonNullable<Op<null>["vjp"]>,
): Op<null> =>
  defineOp({
    name,
    shape: (inputs) => ({ shape: broadcast(name, ...inputs), dtype: "f32" }),
    flops: ({ shape }) => (2 + 2 * folds.length) * elements(shape),
    ...(vjp && { vjp }),
    kernel: { kind: "along", axis: (_, shape) => shape.length - 1, folds, wgsl, normalises: true },
  });

/* @__NO_SIDE_EFFECTS__ */
const fold = (term: Fold["term"]): Fold => ({ combine: "sum", term });
const total = fold(([x]) => x!);
const squares = fold(([x]) => `(${x} * ${x})`);

const lastOf = (args: readonly string[]): [share: string, eps: string] => [args.at(-2)!, args.at(-1)!];
const apart = (args: readonly string[], [sum]: readonly string[]): string =>
  `(${args[0]} - ${sum} * ${args.at(-2)})`;
const variance = fold((args, folds) => `(${apart(args, folds)} * ${apart(args, folds)})`);
const scaleBy = (sum: string, args: readonly string[]): string => {
  const [share, eps] = lastOf(args);
  return `(1.0 / sqrt(${sum} * ${share} + ${eps}))`;
};

const gradientBy =
  (gradient: Op<null>): NonNullable<Op<null>["vjp"]> =>
  ({ inputs: [x, ...numbers] }, g) => [x!.graph.add(gradient, [x!, g, ...numbers], null)];

/** rstd (g - mean of g - y (mean of g y)), y being the normalised row of x. */
export const layerNormGrad = along(
  "layerNormGrad",
  [total, variance, fold(([, g]) => g!), fold((args, folds) => `(${args[1]} * ${apart(args, folds)})`)],
  (args, [sum, squared, sumG, sumGx]) => {
    const [share] = lastOf(args);
    const rstd = scaleBy(squared!, args);
    return `(${rstd} * (${args[1]} - (${sumG} + ${apart(args, [sum!])} * ${rstd} * ${rstd} * ${sumGx}) * ${share}))`;
  },
);

/** (x - mean) / sqrt(variance + eps) of each row. Ba et al. 2016. */
export const layerNormOp: Op<null> = along(
  "layerNorm",
  [total, variance],
  (args, folds) => `(${apart(args, folds)} * ${scaleBy(folds[1]!, args)})`,
  gradientBy(layerNormGrad),
);

/** r (g - x r^2 (mean of g x)), r = 1 / sqrt(mean of x^2 + eps). */
export const rmsNormGrad = along(
  "rmsNormGrad",
  [squares, fold(([x, g]) => `(${x} * ${g})`)],
  (args, [squared, sumGx]) => {
    const [share] = lastOf(args);
    const r = scaleBy(squared!, args);
    return `(${r} * (${args[1]} - ${args[0]} * ${r} * ${r} * (${sumGx} * ${share})))`;
  },
);

/** x / sqrt(mean of x^2 + eps) of each row. Zhang, Sennrich 2019. */
export const rmsNormOp: Op<null> = along(
  "rmsNorm",
  [squares],
  (args, folds) => `(${args[0]} * ${scaleBy(folds[0]!, args)})`,
  gradientBy(rmsNormGrad),
);

const rowNorm =
  (op: Op<null>) =>
  (x: Node, eps: number): Node =>
    x.graph.add(op, [x, constant(x.graph, 1 / x.shape.at(-1)!), constant(x.graph, eps)], null);

/** Every row with mean 0 and variance 1. @param eps added to the variance */
export const layerNorm = rowNorm(layerNormOp);
/** Every row divided by the root of its mean square. @param eps added to the mean square */
export const rmsNorm = rowNorm(rmsNormOp);

type RowFunction = (
  x: ArrayLike<number>,
  g: ArrayLike<number> | undefined,
  eps: number,
  out: Float64Array,
) => void;

/* @__NO_SIDE_EFFECTS__ */
const rowReference = (f: RowFunction, gradient: boolean): Reference<null> => ({
  evaluate(inputs, { shape }) {
    const [x, second] = inputs as [RefTensor, RefTensor];
    const data = new Float64Array(elements(shape));
    const n = shape.at(-1)!;
    for (let at = 0; at < data.length; at += n) {
      const g = gradient ? second.data.subarray(at, at + n) : undefined;
      f(x.data.subarray(at, at + n), g, inputs.at(-1)!.data[0]!, data.subarray(at, at + n));
    }
    return { shape, data };
  },
});

const meanOf = (n: number, f: (i: number) => number): number => {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += f(i);
  return sum / n;
};

/* @__NO_SIDE_EFFECTS__ */
const normalise =
  (centred: boolean): RowFunction =>
  (x, g, eps, out) => {
    const n = x.length;
    const centre = centred ? meanOf(n, (i) => x[i]!) : 0;
    const r = 1 / Math.sqrt(meanOf(n, (i) => (x[i]! - centre) ** 2) + eps);
    for (let i = 0; i < n; i++) out[i] = (x[i]! - centre) * r;
    if (g === undefined) return;
    const [mean, slope] = [centred ? meanOf(n, (i) => g[i]!) : 0, meanOf(n, (i) => g[i]! * out[i]!)];
    for (let i = 0; i < n; i++) out[i] = r * (g[i]! - mean - out[i]! * slope);
  };

export const layerNormReference = defineReference(layerNormOp, rowReference(normalise(true), false));
export const layerNormGradReference = defineReference(layerNormGrad, rowReference(normalise(true), true));
export const rmsNormReference = defineReference(rmsNormOp, rowReference(normalise(false), false));
export const rmsNormGradReference = defineReference(rmsNormGrad, rowReference(normalise(false), true));
