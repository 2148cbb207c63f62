import { ActigradError } from "../../core/errors.ts";
import { type Shape, broadcast, elements, formatType, sameShape, withRank } from "../../core/shape.ts";
import type { Node, Op } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";
import { broadcastIndex } from "./reference.ts";

export interface ReduceAttrs {
  /** Axes that become 1; counted from the front. */
  readonly axes: readonly number[];
}

/* @__NO_SIDE_EFFECTS__ */
const reduction = (name: string): Pick<Op<ReduceAttrs>, "name" | "shape" | "flops"> => ({
  name,
  shape([x], { axes }) {
    if (axes.length === 0 || axes.some((a) => !Number.isInteger(a) || a < 0 || a >= x!.shape.length)) {
      throw new ActigradError(
        "shape",
        `${name}: axes [${axes.join(",")}] do not exist in ${formatType(x!)}`,
        {
          hint: `give axes between 0 and ${x!.shape.length - 1}`,
        },
      );
    }
    return { shape: x!.shape.map((n, axis) => (axes.includes(axis) ? 1 : n)), dtype: "f32" };
  },
  flops: ({ inputs: [x] }) => elements(x!.shape),
});

/** Sum over axes, kept with size 1. The order of the sum depends on the shape only. */
export const reduceSum: Op<ReduceAttrs> = engineOp({
  ...reduction("sum"),
  vjp: ({ inputs: [x] }, g) => [expand(g, x!.shape)],
  kernel: { kind: "reduce", combine: "sum" },
});

/** Largest value over axes, kept with size 1; ignores NaN. Not differentiable. */
export const reduceMax: Op<ReduceAttrs> = engineOp({
  ...reduction("max"),
  kernel: { kind: "reduce", combine: "max" },
});

export const reduceMaxReference = defineReference(reduceMax, {
  evaluate([x], { shape }) {
    const out = new Float64Array(elements(shape)).fill(-Infinity);
    const at = broadcastIndex(shape, x!.shape);
    for (let i = 0; i < x!.data.length; i++) if (x!.data[i]! > out[at(i)]!) out[at(i)] = x!.data[i]!;
    return { shape, data: out };
  },
});

/** Largest value over the axes, kept with size 1. */
export const largestOf = (x: Node, axes: readonly number[]): Node =>
  x.graph.add(reduceMax, [x], { axes: axes.toSorted() });

export const reduceSumReference = defineReference(reduceSum, {
  evaluate([x], { shape }) {
    const out = new Float64Array(elements(shape));
    const at = broadcastIndex(shape, x!.shape);
    for (let i = 0; i < x!.data.length; i++) out[at(i)]! += x!.data[i]!;
    return { shape, data: out };
  },
});

/** Sum over the axes, kept with size 1. */
export const sum = (x: Node, axes: readonly number[]): Node =>
  x.graph.add(reduceSum, [x], { axes: axes.toSorted() });

/** Number of terms from which one workgroup per result is too few. */
const MANY_TERMS = 16_384;

/**
 * Reverses a broadcast: sums `x` over every axis along which `shape` has size 1. Many terms over rows and columns are summed over
 * the rows first, a workgroup per column, then over the columns.
 */
export function sumTo(x: Node, shape: Shape): Node {
  const wanted = withRank(shape, x.shape.length);
  const axes = x.shape.flatMap((n, axis) => (n !== 1 && wanted[axis] === 1 ? [axis] : []));
  if (axes.length === 0) return x;
  const last = x.shape.length - 1;
  const terms = axes.reduce((product, axis) => product * x.shape[axis]!, 1);
  if (axes.length === 1 || !axes.includes(last) || terms < MANY_TERMS) return sum(x, axes);
  return sum(
    sum(
      x,
      axes.filter((axis) => axis !== last),
    ),
    [last],
  );
}

/** Repeats axes of size 1 until the shape is reached. Free where a kernel reads it: the read index repeats. */
export const expandOp: Op<{ readonly shape: Shape }> = engineOp({
  name: "expand",
  shape([x], { shape }) {
    const result = broadcast("expand", x!, { shape, dtype: x!.dtype });
    if (!sameShape(result, shape)) {
      throw new ActigradError("shape", `expand: ${formatType(x!)} does not repeat to [${shape.join(",")}]`);
    }
    return { shape, dtype: "f32" };
  },
  vjp: ({ inputs: [x] }, g) => [sumTo(g, x!.shape)],
  flops: () => 0,
  kernel: { kind: "pointwise", wgsl: ([x]) => x! },
});

export const expandReference = defineReference(expandOp, ([x]) => x!);

/** `x` repeated to `shape`; `x` itself if it has that shape. */
export const expand = (x: Node, shape: Shape): Node =>
  sameShape(x.shape, shape) ? x : x.graph.add(expandOp, [x], { shape });
