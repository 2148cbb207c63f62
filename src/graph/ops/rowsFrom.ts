import type { Graph, Node, Op } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";

/** The number of rows, and the first that is 1. */
export interface RowsFromAttrs {
  readonly rows: number;
  readonly from: number;
}

/** 1 in the rows from `from` on, 0 before: f32 [1, rows, 1]. */
export const rowsFromOp: Op<RowsFromAttrs> = engineOp({
  name: "rowsFrom",
  shape: (_, { rows }) => ({ shape: [1, rows, 1], dtype: "f32" }),
  flops: () => 0,
  kernel: {
    kind: "pointwise",
    uses: "row",
    wgsl: (_, { from }, at) => `T(select(0.0, 1.0, ${at.row} >= ${at.dim(`from${from}`, from)}))`,
  },
});

export const rowsFromReference = defineReference(rowsFromOp, {
  evaluate: (_, { shape, attrs: { rows, from } }) => ({
    shape,
    data: Float64Array.from({ length: rows }, (_unused, row) => (row >= from ? 1 : 0)),
  }),
});

/** 1 in the rows from `from` on, 0 before: f32[1, rows, 1]. */
export const rowsFrom = (graph: Graph, rows: number, from: number): Node =>
  graph.add(rowsFromOp, [], { rows, from });
