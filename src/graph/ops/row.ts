import { type Shape, elements, rowSlots } from "../../core/shape.ts";
import type { Node, Op } from "../graph.ts";
import { defineReference, engineOp } from "../op.ts";

/** Which row, and of how many. */
export interface RowAttrs {
  readonly row: number;
  readonly rows: number;
}

/** Places in a row of [Z, rows, ...places, C]. */
const placesOf = (shape: Shape): number => elements(shape.slice(2, -1));

/** A row of [Z, rows, 1, ..., C]: [Z, 1, ..., C]. A view, read at every row of a tensor that it broadcasts to. */
export const rowOp: Op<RowAttrs> = engineOp({
  name: "row",
  shape: ([x]) => ({ shape: [x!.shape[0]!, 1, ...x!.shape.slice(2)], dtype: "f32" }),
  // A cotangent of all rows at once is already that of the tensor.
  vjp: ({ attrs }, g) => [
    attrs.rows > 1 && g.shape[1] === attrs.rows ? g : g.graph.add(placeRowOp, [g], attrs),
  ],
  flops: () => 0,
  kernel: {
    kind: "view",
    read({ input, output, domain, buffer, dim }, { row, rows }) {
      const own = dim("row", row);
      const places = placesOf(output.shape);
      const first = output.shape[0] === domain[0] ? `(z * ${dim("rows", rows)} + ${own})` : own;
      const at = places === 1 ? first : `(${first} * ${dim("places", places)} + row)`;
      // Of one number, at every column.
      const spread = output.shape.at(-1) !== domain.at(-1);
      const value = spread
        ? `T(${buffer}[${at}].x)`
        : `${buffer}[${at} * ${dim("n4", rowSlots(input.shape))} + c]`;
      return { lines: [], value };
    },
    repeats: () => true,
  },
});

/** The gradient: 0 in the other rows. */
export const placeRowOp: Op<RowAttrs> = engineOp({
  name: "placeRow",
  shape: ([x], { rows }) => ({ shape: [x!.shape[0]!, rows, ...x!.shape.slice(2)], dtype: "f32" }),
  vjp: ({ attrs }, g) => [g.graph.add(rowOp, [g], attrs)],
  flops: () => 0,
  kernel: {
    kind: "view",
    read({ input, buffer, dim }, { row }) {
      const places = placesOf(input.shape);
      const n = places === 1 ? "" : dim("places", places);
      const [at, mine] = places === 1 ? ["z", "row"] : [`(z * ${n} + row % ${n})`, `row / ${n}`];
      const value = `${buffer}[${at} * ${dim("n4", rowSlots(input.shape))} + c]`;
      return { lines: [], value: `select(T(0.0), ${value}, ${mine} == ${dim("row", row)})` };
    },
  },
});

export const rowOf = (x: Node, row: number): Node => x.graph.add(rowOp, [x], { row, rows: x.shape[1]! });

export const rowReference = defineReference(rowOp, {
  evaluate([x], { shape, attrs: { row, rows } }) {
    const each = elements(shape.slice(1));
    const data = Float64Array.from({ length: elements(shape) }, (_, i) => {
      const z = Math.floor(i / each);
      return x!.data[(z * rows + row) * each + (i % each)]!;
    });
    return { shape, data };
  },
});
export const placeRowReference = defineReference(placeRowOp, {
  evaluate([x], { shape, attrs: { row, rows } }) {
    const each = elements(shape.slice(2));
    const data = new Float64Array(elements(shape));
    for (let z = 0; z < shape[0]!; z++)
      data.set(x!.data.subarray(z * each, (z + 1) * each), (z * rows + row) * each);
    return { shape, data };
  },
});
