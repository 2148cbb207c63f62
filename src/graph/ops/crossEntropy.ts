import { ActigradError } from "../../core/errors.ts";
import { type TensorType, as3d, formatType } from "../../core/shape.ts";
import type { Node, Op, Reference } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";
import { broadcastIndex } from "./reference.ts";

/** Checks logits f32 [Z, B, C], or of sequences [Z, batch, time, C], against labels u32 [1 or Z, B, 1]. */
function checkLabels(op: string, logits: TensorType, labels: TensorType): void {
  const [z, b] = as3d(logits.shape);
  const fits =
    labels.dtype === "u32" &&
    (labels.shape[0] === 1 || labels.shape[0] === z) &&
    labels.shape[1] === b &&
    labels.shape[2] === 1;
  if (!fits) {
    throw new ActigradError(
      "shape",
      `${op}: labels do not fit, ${formatType(logits)} with ${formatType(labels)}`,
      {
        hint: "logits are f32[replicas, batch, classes], labels u32[1, batch, 1]",
      },
    );
  }
}

/** One value for each row of logits. */
const rowsOf = ({ shape }: TensorType): number[] => [...as3d(shape).slice(0, 2), 1];

/* @__NO_SIDE_EFFECTS__ */
const perRow = (name: string): Pick<Op<null>, "name" | "shape" | "flops" | "kernel"> => ({
  name,
  shape([logits, labels]) {
    checkLabels(name, logits!, labels!);
    return { shape: rowsOf(logits!), dtype: "f32" };
  },
  flops: ({ inputs: [x] }) => 4 * x!.shape.reduce((a, b) => a * b, 1),
  kernel: { kind: "rows" },
});

/** -log softmax(logits)[label], one value per row: [Z, B, 1]. Stable: the row's maximum is subtracted first. */
export const crossEntropyOp: Op<null> = engineOp({
  ...perRow("crossEntropy"),
  vjp: ({ inputs: [logits, labels] }, g) => [
    g.graph.add(crossEntropyGrad, [logits!, labels!, g], null),
    undefined,
  ],
});

/** (softmax(logits) - onehot(label)) * g, with g [Z, B, 1] or broadcast to it; 0 where g is 0, even without a softmax. */
export const crossEntropyGrad: Op<null> = engineOp({
  ...perRow("crossEntropyGrad"),
  shape([logits, labels]) {
    checkLabels("crossEntropyGrad", logits!, labels!);
    return { shape: logits!.shape, dtype: "f32" };
  },
});

/** 1 where the first largest logit is the label's, otherwise 0; one value per row. */
export const correctOp: Op<null> = engineOp(perRow("correct"));

/** The index of the first largest logit, u32 [Z, B, 1]; C if all are NaN. Only the labels' shape is used. */
export const predictedOp: Op<null> = engineOp({
  ...perRow("predicted"),
  shape([logits, labels]) {
    checkLabels("predicted", logits!, labels!);
    return { shape: rowsOf(logits!), dtype: "u32" };
  },
});

/** One loss per row; labels are class numbers below C. A row with any other label gets some finite loss, to be masked. */
export const crossEntropyRows = (logits: Node, labels: Node): Node =>
  logits.graph.add(crossEntropyOp, [logits, labels], null);

/** 1 where the prediction is right, one value per row. */
export const correct = (logits: Node, labels: Node): Node =>
  logits.graph.add(correctOp, [logits, labels], null);

/** The class with the largest logit of each row, u32. */
export const predicted = (logits: Node, labels: Node): Node =>
  logits.graph.add(predictedOp, [logits, labels], null);

/** A row's value from its logits, its label and its upstream gradient (0 if the op has none). */
type Row = (logits: Float64Array, label: number, upstream: number) => number | Float64Array;

/** Applies `f` to every row and collects what it returns. */
/* @__NO_SIDE_EFFECTS__ */
function eachRow(f: Row): Reference<null> {
  return {
    evaluate([logits, labels, g], { shape }) {
      const [z, b, c] = as3d(logits!.shape);
      const label = broadcastIndex(labels!.shape, [z, b, 1]);
      const upstream = broadcastIndex(g?.shape ?? [1], [z, b, 1]);
      const width = shape.at(-1)!;
      const data = new Float64Array(z * b * width);
      for (let i = 0; i < z * b; i++) {
        const row = Float64Array.from(logits!.data.subarray(i * c, (i + 1) * c));
        const value = f(row, labels!.data[label(i)]!, g?.data[upstream(i)] ?? 0);
        if (typeof value === "number") data[i] = value;
        else data.set(value, i * width);
      }
      return { shape, data };
    },
  };
}

/** log sum exp, shifted by the maximum. */
function logSumExp(x: Float64Array): number {
  const max = x.reduce((a, b) => Math.max(a, b), -Infinity);
  return max + Math.log(x.reduce((total, v) => total + Math.exp(v - max), 0));
}

export const crossEntropyReference = defineReference(
  crossEntropyOp,
  eachRow((x, label) => logSumExp(x) - x[Math.min(label, x.length - 1)]!),
);

export const crossEntropyGradReference = defineReference(
  crossEntropyGrad,
  eachRow((x, label, upstream) => {
    if (upstream === 0) return new Float64Array(x.length);
    const total = logSumExp(x);
    return x.map((v, i) => (Math.exp(v - total) - (i === label ? 1 : 0)) * upstream);
  }),
);

/** The first largest, ignoring NaN; past the end if all are NaN. */
function firstLargest(x: Float64Array): number {
  const at = x.indexOf(x.reduce((a, b) => (b > a ? b : a), -Infinity));
  return at < 0 ? x.length : at;
}

export const correctReference = defineReference(
  correctOp,
  eachRow((x, label) => (firstLargest(x) === label ? 1 : 0)),
);
export const predictedReference = defineReference(predictedOp, eachRow(firstLargest));
