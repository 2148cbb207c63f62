import { broadcast, elements } from "../../core/shape.ts";
import type { Node, Op, RefTensor, Reference } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";
import type { Fold } from "../kernel-spec.ts";
import { neg } from "./pointwise.ts";
import { broadcastIndex } from "./reference.ts";
import { checkAxis } from "./view.ts";

export interface AxisAttrs {
  /** Counted from the front. */
  readonly axis: number;
}

/* @__NO_SIDE_EFFECTS__ */
const along = (
  name: string,
  folds: readonly Fold[],
  wgsl: (args: readonly string[], folds: readonly string[]) => string,
  vjp?: NonNullable<Op<AxisAttrs>["vjp"]>,
): Op<AxisAttrs> =>
  engineOp({
    name,
    shape: (inputs) => ({ shape: broadcast(name, ...inputs), dtype: "f32" }),
    flops: ({ shape }) => (1 + folds.length) * elements(shape),
    ...(vjp && { vjp }),
    kernel: { kind: "along", axis: ({ axis }) => axis, folds, wgsl },
  });

const largest: Fold = { combine: "max", term: ([x]) => x! };
const sumOfExps: Fold = { combine: "sum", term: ([x], [max]) => `exp_neg_(${x} - ${max})` };

/** exp(x) / sum of exp(x) along an axis; the maximum is subtracted first. */
export const softmaxOp: Op<AxisAttrs> = along(
  "softmax",
  [largest, sumOfExps],
  ([x], [max, sum]) => `(exp_neg_(${x} - ${max}) / ${sum})`,
  ({ output, attrs }, g) => [g.graph.add(softmaxGrad, [output, g], attrs)],
);

/** y (g - sum of y g) from the softmax y. */
export const softmaxGrad = along(
  "softmaxGrad",
  [{ combine: "sum", term: ([y, g]) => `(${y} * ${g})` }],
  ([y, g], [sum]) => `(${y} * (${g} - ${sum}))`,
);

/** log softmax(x) along an axis, computed without the softmax, whose small values may underflow. */
export const logSoftmaxOp: Op<AxisAttrs> = along(
  "logSoftmax",
  [largest, sumOfExps],
  ([x], [max, sum]) => `((${x} - ${max}) - log_(${sum}))`,
  ({ output, attrs }, g) => [g.graph.add(logSoftmaxGrad, [output, g], attrs)],
);

/** g - exp(y) * (sum of g) from the log softmax y. */
export const logSoftmaxGrad = along(
  "logSoftmaxGrad",
  [{ combine: "sum", term: ([, g]) => g! }],
  ([y, g], [sum]) => `(${g} - exp_(${y}) * ${sum})`,
);

/** Softmax along an axis; -1 is the last. @throws ActigradError "shape" for an axis that does not exist */
export const softmax = (x: Node, axis = -1): Node =>
  x.graph.add(softmaxOp, [x], { axis: checkAxis("softmax", x, axis) });

/** Logarithm of the softmax along an axis. @throws ActigradError "shape" for an axis that does not exist */
export const logSoftmax = (x: Node, axis = -1): Node =>
  x.graph.add(logSoftmaxOp, [x], { axis: checkAxis("logSoftmax", x, axis) });

/** Softmax of -x along an axis. @throws ActigradError "shape" for an axis that does not exist */
export const softmin = (x: Node, axis = -1): Node =>
  x.graph.add(softmaxOp, [neg(x)], { axis: checkAxis("softmin", x, axis) });

/** Applies `f` to the values along the axis, line by line, with one array per input. */
/* @__NO_SIDE_EFFECTS__ */
function eachLine(f: (...lines: Float64Array[]) => Float64Array): Reference<AxisAttrs> {
  return {
    evaluate(inputs, { shape, attrs: { axis } }) {
      const data = new Float64Array(elements(shape));
      const [count, inner] = [shape[axis]!, elements(shape.slice(axis + 1))];
      const index = inputs.map((t) => broadcastIndex(t.shape, shape));
      const line = (t: RefTensor, k: number, start: number): Float64Array =>
        Float64Array.from({ length: count }, (_, i) => t.data[index[k]!(start + i * inner)]!);
      for (let l = 0; l < data.length / count; l++) {
        const start = Math.floor(l / inner) * count * inner + (l % inner);
        const result = f(...inputs.map((t, k) => line(t, k, start)));
        for (const [i, value] of result.entries()) data[start + i * inner] = value;
      }
      return { shape, data };
    },
  };
}

const total = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);

/** x - log sum exp x */
function logOfSoftmax(x: Float64Array): Float64Array {
  const max = x.reduce((a, b) => Math.max(a, b), -Infinity);
  const log = Math.log(total(x.map((v) => Math.exp(v - max))));
  return x.map((v) => v - max - log);
}

export const softmaxReference = defineReference(
  softmaxOp,
  eachLine((x) => logOfSoftmax(x).map(Math.exp)),
);
export const logSoftmaxReference = defineReference(logSoftmaxOp, eachLine(logOfSoftmax));
export const softmaxGradReference = defineReference(
  softmaxGrad,
  eachLine((y, g) => {
    const mean = total(y.map((v, i) => v * g![i]!));
    return y.map((v, i) => v * (g![i]! - mean));
  }),
);
export const logSoftmaxGradReference = defineReference(
  logSoftmaxGrad,
  eachLine((y, g) => {
    const sum = total(g!);
    return g!.map((v, i) => v - Math.exp(y[i]!) * sum);
  }),
);
