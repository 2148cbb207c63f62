import { elements } from "../../core/shape.ts";
import type { Node, Op } from "../graph.ts";
import { defineReference, engineOp } from "../op.ts";
import { add, mul } from "./pointwise.ts";
import { sumTo } from "./reduce.ts";
import { rowOf } from "./row.ts";

/** Every row twice, one below the other; if set, the second consists of ones. */
export const twiceOp: Op<{ readonly ones: boolean }> = engineOp({
  name: "twice",
  shape: ([x]) => ({ shape: [...x!.shape.slice(0, -1), 2, x!.shape.at(-1)!], dtype: "f32" }),
  flops: () => 0,
  kernel: {
    kind: "view",
    read({ input, buffer, dim }, { ones }) {
      const [, ...middle] = input.shape;
      const rows = dim("rows", elements(middle.slice(0, -1)));
      const n4 = dim("n4", Math.ceil(middle.at(-1)! / 4));
      const value = `${buffer}[(z * ${rows} + (row >> 1u)) * ${n4} + c]`;
      return { lines: [], value: ones ? `select(T(1.0), ${value}, (row & 1u) == 0u)` : value };
    },
  },
});

/** The sum of all even rows, and that of all odd ones: [Z, ..., 2, n] to [Z, 2, n]. */
export const pairSumOp: Op<null> = engineOp({
  name: "pairSum",
  shape: ([x]) => ({ shape: [x!.shape[0]!, 2, x!.shape.at(-1)!], dtype: "f32" }),
  flops: ({ inputs: [x] }) => elements(x!.shape),
  kernel: { kind: "reduce", combine: "sum" },
});

/**
 * x scale + shift in a single node, so that the gradients of both, which share a tensor, are one sum. Inputs: x, scale, shift.
 */
export const scaleShiftOp: Op<null> = engineOp({
  name: "scaleShift",
  shape: ([x]) => ({ shape: x!.shape, dtype: "f32" }),
  flops: ({ shape }) => 2 * elements(shape),
  vjp({ inputs }, g, higher) {
    const [x, scale, shift] = inputs as [Node, Node, Node];
    const dx = sumTo(mul(g, scale), x.shape);
    if (higher !== undefined) return [dx, sumTo(mul(g, x), scale.shape), sumTo(g, shift.shape)];
    const twice = (node: Node, ones: boolean): Node => g.graph.add(twiceOp, [node], { ones });
    const both = g.graph.add(pairSumOp, [mul(twice(g, false), twice(x, true))], null);
    return [dx, both, undefined]; // of both rows: see `rowOp`
  },
  kernel: { kind: "pointwise", wgsl: ([x, scale, shift]) => `(${x} * ${scale} + ${shift})` },
});

/** x f32[Z, ..., n] times the first row of f32[Z, 2, n], plus the second. */
export const scaleShift = (x: Node, both: Node): Node =>
  both.shape[0] === x.shape[0]
    ? x.graph.add(scaleShiftOp, [x, rowOf(both, 0), rowOf(both, 1)], null)
    : add(mul(x, rowOf(both, 0)), rowOf(both, 1));

export const scaleShiftReference = defineReference(scaleShiftOp, ([x, scale, shift]) => x! * scale! + shift!);
export const twiceReference = defineReference(twiceOp, {
  evaluate([x], { shape, attrs: { ones } }) {
    const [data, n] = [new Float64Array(elements(shape)), shape.at(-1)!];
    for (let at = 0; at < x!.data.length; at += n) {
      const row = x!.data.subarray(at, at + n);
      data.set(row, 2 * at);
      if (ones) data.fill(1, 2 * at + n, 2 * at + 2 * n);
      else data.set(row, 2 * at + n);
    }
    return { shape, data };
  },
});
export const pairSumReference = defineReference(pairSumOp, {
  evaluate([x], { shape }) {
    const data = new Float64Array(elements(shape));
    const [each, pair] = [x!.data.length / shape[0]!, 2 * shape[2]!];
    for (let i = 0; i < x!.data.length; i++) data[Math.floor(i / each) * pair + (i % pair)]! += x!.data[i]!;
    return { shape, data };
  },
});
