import { ActigradError } from "../../core/errors.ts";
import { elements, formatType, sameShape } from "../../core/shape.ts";
import type { Node, Op } from "../graph.ts";
import { defineReference, engineOp } from "../op.ts";
import { type ViewAttrs, pick, pickOp, pickReference } from "./view.ts";

/**
 * Concatenates two tensors of one shape along their features, which fill whole slots. The kernel that computes both writes each
 * to its place, so nothing is copied.
 */
export const besideOp: Op<null> = engineOp({
  name: "beside",
  shape([a, b]) {
    const width = a!.shape.at(-1)!;
    if (!sameShape(a!.shape, b!.shape) || width % 4 !== 0)
      throw new ActigradError(
        "shape",
        `beside: expected one shape with whole slots, got ${formatType(a!)} and ${formatType(b!)}`,
      );
    return { shape: [...a!.shape.slice(0, -1), 2 * width], dtype: "f32" };
  },
  vjp({ inputs: [a] }, g) {
    const size = a!.shape.at(-1)!;
    return [0, size].map((start) => pick(g, { axis: g.shape.length - 1, start, step: 1, size }));
  },
  flops: () => 0,
  kernel: { kind: "beside" },
});
export const beside = (a: Node, b: Node): Node => a.graph.add(besideOp, [a, b], null);

/** A half of the features, one of two that are read together: their reader gives the cotangent of the whole, for one of them. */
export const halfOp: Op<ViewAttrs> = engineOp({ ...pickOp, vjp: (_, g) => [g] });

export const besideReference = defineReference(besideOp, {
  evaluate([a, b], { shape }) {
    const [data, half] = [new Float64Array(elements(shape)), shape.at(-1)! / 2];
    for (let at = 0; at < a!.data.length; at += half) {
      data.set(a!.data.subarray(at, at + half), 2 * at);
      data.set(b!.data.subarray(at, at + half), 2 * at + half);
    }
    return { shape, data };
  },
});
export const halfReference = defineReference(halfOp, pickReference.reference);
