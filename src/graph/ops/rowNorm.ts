import { broadcast, elements } from "../../core/shape.ts";
import type { Node, Op, RefTensor, Reference } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";
import type { Fold } from "../kernel-spec.ts";
import { constant } from "./source.ts";

/**
 * Norms of rows, each in one kernel that folds along the last axis. Inputs are x, for a gradient also g, then 1/n and eps as
 * numbers. Rows are scaled by a power of two before squaring, so that 1e30 has a square; the scaling is exact, and 1 for rows
 * below 2. The mean is computed twice, the second time of the differences from the first, because the rounding of a large mean
 * can be as large as the differences. The variance is that of the remainders after both.
 */
/* @__NO_SIDE_EFFECTS__ */
const along = (
  name: string,
  folds: readonly Fold[],
  wgsl: (args: readonly string[], folds: readonly string[]) => string,
  vjp?: NonNullable<Op<null>["vjp"]>,
): Op<null> =>
  engineOp({
    name,
    shape: (inputs) => ({ shape: broadcast(name, ...inputs), dtype: "f32" }),
    flops: ({ shape }) => (2 + 2 * folds.length) * elements(shape),
    ...(vjp && { vjp }),
    kernel: { kind: "along", axis: (_, shape) => shape.length - 1, folds, wgsl, normalises: true },
  });

/* @__NO_SIDE_EFFECTS__ */
const fold = (term: Fold["term"]): Fold => ({ combine: "sum", term });
const size: Fold = { combine: "max", term: ([x]) => `abs(${x})` };
/** x, scaled down according to its row's largest magnitude. */
const shrunk = ([x]: readonly string[], [largest]: readonly string[]): string =>
  `(${x} * shrink_(${largest}))`;
const squares = fold((args, folds) => `(${shrunk(args, folds)} * ${shrunk(args, folds)})`);

const lastOf = (args: readonly string[]): [share: string, eps: string] => [args.at(-2)!, args.at(-1)!];
/** What remains after the first mean, and after both. */
const nearly = (args: readonly string[], folds: readonly string[]): string =>
  `(${shrunk(args, folds)} - ${folds[1]} * ${args.at(-2)})`;
const apart = (args: readonly string[], folds: readonly string[]): string =>
  `(${nearly(args, folds)} - ${folds[2]} * ${args.at(-2)})`;
const centred = [
  size,
  fold(shrunk),
  fold(nearly),
  fold((args, folds) => `(${apart(args, folds)} * ${apart(args, folds)})`),
];
/** 1 / standard deviation of the scaled row, from the sum of its squares. */
const scaleBy = (sum: string, args: readonly string[], [largest]: readonly string[]): string => {
  const [share, eps] = lastOf(args);
  const shrink = `shrink_(${largest})`;
  return `(1.0 / sqrt(${sum} * ${share} + max(${eps} * ${shrink} * ${shrink}, T(${2 ** -126}))))`;
};

const gradientBy =
  (gradient: Op<null>): NonNullable<Op<null>["vjp"]> =>
  ({ inputs: [x, ...numbers] }, g) => [x!.graph.add(gradient, [x!, g, ...numbers], null)];

/** rstd (g - mean of g - y (mean of g y)), where y is the normalised row of x. */
export const layerNormGrad = along(
  "layerNormGrad",
  [...centred, fold(([, g]) => g!), fold((args, folds) => `(${args[1]} * ${apart(args, folds)})`)],
  (args, folds) => {
    const [share] = lastOf(args);
    const [largest, , , squared, sumG, sumGx] = folds;
    const rstd = scaleBy(squared!, args, folds);
    return `(${rstd} * shrink_(${largest}) * (${args[1]} - (${sumG} + ${apart(args, folds)} * ${rstd} * ${rstd} * ${sumGx}) * ${share}))`;
  },
);

/** (x - mean) / sqrt(variance + eps) of each row. Ba et al. 2016. */
export const layerNormOp: Op<null> = along(
  "layerNorm",
  centred,
  (args, folds) => `(${apart(args, folds)} * ${scaleBy(folds[3]!, args, folds)})`,
  gradientBy(layerNormGrad),
);

/** r (g - x r^2 (mean of g x)), r = 1 / sqrt(mean of x^2 + eps). */
export const rmsNormGrad = along(
  "rmsNormGrad",
  [size, squares, fold((args, folds) => `(${shrunk(args, folds)} * ${args[1]})`)],
  (args, folds) => {
    const [share] = lastOf(args);
    const [largest, squared, sumGx] = folds;
    const r = scaleBy(squared!, args, folds);
    return `(${r} * shrink_(${largest}) * (${args[1]} - ${shrunk(args, folds)} * ${r} * ${r} * (${sumGx} * ${share})))`;
  },
);

/** x / sqrt(mean of x^2 + eps) of each row. Zhang, Sennrich 2019. */
export const rmsNormOp: Op<null> = along(
  "rmsNorm",
  [size, squares],
  (args, folds) => `(${shrunk(args, folds)} * ${scaleBy(folds[1]!, args, folds)})`,
  gradientBy(rmsNormGrad),
);

const rowNorm =
  (op: Op<null>) =>
  (x: Node, eps: number): Node =>
    x.graph.add(op, [x, constant(x.graph, 1 / x.shape.at(-1)!), constant(x.graph, eps)], null);

/** Every row with mean 0 and variance 1. @param eps added to the variance */
export const layerNorm = rowNorm(layerNormOp);
/** Every row divided by its root mean square. @param eps added to the mean square */
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
