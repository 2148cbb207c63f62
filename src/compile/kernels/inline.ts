import { type Shape, as3d, sameShape, withRank } from "../../core/shape.ts";
import { type Node, isFree } from "../../graph/graph.ts";

/** What a node reads of its position. */
export const usesOf = (node: Node): "row" | "slot" | undefined =>
  node.op.kernel.kind === "pointwise" ? node.op.kernel.uses : undefined;

/**
 * A node that is computed where it is read, over this domain, instead of stored and loaded: a free one, or a view, whose input is
 * read at another place.
 */
export function isInline(node: Node, domain: Shape): boolean {
  // For a table that all replicas share, rows are the same for all z.
  if (isPickedRows(node)) return sameShape(node.shape.slice(1), domain.slice(1));
  if (isView(node)) return sameShape(node.shape, domain) || isRepeated(node, domain);
  const [, rows, columns] = as3d(domain);
  const fits = (n: Node): boolean => {
    const [, m, width] = as3d(n.shape);
    const uses = usesOf(n);
    return (
      (uses === undefined || (m === rows && (uses === "row" || width === columns))) && n.inputs.every(fits)
    );
  };
  return isFree(node) && fits(node);
}

/** A view of a single row, seen at every row of the domain; of a single number, at every column. */
function isRepeated({ shape, op: { kernel }, attrs }: Node, domain: Shape): boolean {
  if (kernel.kind !== "view" || shape.length < 3 || shape.length > domain.length) return false;
  const [z, m, n] = as3d(withRank(shape, domain.length));
  const [dz, , dn] = as3d(domain);
  return kernel.repeats?.(attrs, shape) === true && m === 1 && (n === dn || n === 1) && (z === dz || z === 1);
}

export const isView = (node: Node): boolean => node.op.kernel.kind === "view";

/** Rows of a table, picked by index. */
export const isPickedRows = ({ op: { kernel } }: Node): boolean =>
  kernel.kind === "view" && kernel.uses === "row";

/** Whether a kernel that computes `node` can compute this input of it in place. Others read it from memory. */
export function readsInPlace(node: Node, input: Node): boolean {
  switch (node.op.kernel.kind) {
    case "pointwise":
    case "along":
      return isInline(input, node.shape) || isFree(node);
    case "assign":
      return isInline(input, node.inputs[1]!.shape);
    case "reduce":
    case "beside":
      return isInline(input, input.shape);
    case "scatter":
      return input === node.inputs[0] && isInline(input, input.shape);
    case "rows":
      return (input === node.inputs[1] && isView(input)) || (input === node.inputs[2] && isFree(input));
    case "view":
      return isFree(input);
    default:
      return false;
  }
}

/** The tensors that `node` needs in memory or from its own kernel; looks through views that it reads in place. */
export const operandsOf = (node: Node): readonly Node[] =>
  node.inputs.flatMap((n) => (isView(n) && readsInPlace(node, n) ? n.inputs : [n]));

/** The inputs of views that `node` reads: they must be in memory, because they are read at other places. */
export const viewedBy = (node: Node): readonly Node[] =>
  isView(node)
    ? node.inputs
    : node.inputs.flatMap((n) => (isView(n) && readsInPlace(node, n) ? n.inputs : []));
