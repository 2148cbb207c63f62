import type { Shape } from "../core/shape.ts";
import type { Node } from "../graph/graph.ts";

/** What one dispatch computes: the nodes fused into one kernel, in evaluation order. */
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

/** The shape over which a node is evaluated: for an assign, its value's; for values side by side, that of each. */
export const valueShape = ({ op: { kernel }, inputs, shape }: Node): Shape =>
  kernel.kind === "assign" ? inputs[1]!.shape : kernel.kind === "beside" ? inputs[0]!.shape : shape;

/** Whether a node's result is stored elsewhere than at the position of its evaluation. */
export const liesElsewhere = ({ op: { kernel } }: Node): boolean =>
  kernel.kind === "assign" || kernel.kind === "beside";
