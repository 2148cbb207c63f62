import { ActigradError } from "../../core/errors.ts";
import { type Shape, as3d, elements, formatType, rowSlots } from "../../core/shape.ts";
import type { Node, Op } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";

/** The axes between the first and the last. */
export interface RegroupAttrs {
  readonly places: Shape;
}

/** The same rows with other axes between the first and the last: [Z, batch, time, C] as [Z, batch * time, C]. A view. */
export const regroupOp: Op<RegroupAttrs> = engineOp({
  name: "regroup",
  shape([x], { places }) {
    const [z, rows, columns] = as3d(x!.shape);
    if (elements(places) !== rows)
      throw new ActigradError(
        "shape",
        `regroup: ${formatType(x!)} does not have the rows of [${places.join(",")}]`,
      );
    return { shape: [z, ...places, columns], dtype: "f32" };
  },
  vjp: ({ inputs: [x] }, g) => [regroup(g, x!.shape.slice(1, -1))],
  flops: () => 0,
  kernel: {
    kind: "view",
    read: ({ input, buffer, dim }) => ({
      lines: [],
      value: `${buffer}[(z * ${dim("m", as3d(input.shape)[1])} + row) * ${dim("n4", rowSlots(input.shape))} + c]`,
    }),
  },
});

/** The rows of x with these axes between the first and the last. */
export const regroup = (x: Node, places: Shape): Node => x.graph.add(regroupOp, [x], { places });

export const regroupReference = defineReference(regroupOp, {
  evaluate: ([x], { shape }) => ({ shape, data: Float64Array.from(x!.data) }),
});
