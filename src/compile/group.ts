import type { Node } from "../graph/graph.ts";

/** What one dispatch computes: the nodes that are fused into one kernel, in the order of evaluation. */
export interface Group {
  readonly kind:
    | "pointwise"
    | "matmul"
    | "reduce"
    | "rows"
    | "along"
    | "conv"
    | "pool"
    | "search"
    | "scatter"
    | "custom";
  /** The nodes that the family itself computes; none for pointwise. */
  readonly anchors: Node[];
  /** Nodes evaluated before the sum: a reduction's terms, a row's values, the rows of a product's first operand. */
  readonly inner: Node[];
  /** Sums over the rows of a `rows` kernel. */
  readonly sums: Node[];
  /** Pointwise and assign nodes evaluated on the result. */
  readonly outer: Node[];
}

export const groupNodes = (g: Group): Node[] => [...g.anchors, ...g.inner, ...g.sums, ...g.outer];
