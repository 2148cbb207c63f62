import { elements } from "../core/shape.ts";
import { type Graph, type Node, type Saved, type Segment, savedOf } from "./graph.ts";

/** A segment of this name, for `Graph.segment`. */
export const segmentOf = (name: string): Segment => ({ name, saved: recomputed });

/** So many times smaller than what it is computed from, a value is dear to compute and cheap to keep. */
const SMALL = 8;

/**
 * What the backward pass from `loss` reads of a node: in a segment, values that are recomputed, from what comes into the segment.
 * Kept are values that leave a segment, and those far smaller than their operands: sums, statistics. A value that is kept is read
 * as it is, its operands as they are recomputed.
 * @returns for a node of the forward pass what its `vjp` reads; appends the copies that this needs, each segment's from the first
 * call that asks for one of its values on
 */
function recomputed(graph: Graph, loss: Node): (node: Node) => Saved {
  const forward = graph.nodes.slice(0, loss.id + 1);
  const outputs = new Set<Node>(graph.outputs.values());
  const leaves = new Set<Node>(
    forward.flatMap(({ segment, inputs }) => inputs.filter((input) => input.segment !== segment)),
  );
  const kept = (node: Node): boolean =>
    node.segment === "" ||
    node.inputs.length === 0 ||
    leaves.has(node) ||
    outputs.has(node) ||
    elements(node.shape) * SMALL <= Math.max(...node.inputs.map((input) => elements(input.shape)));
  // Each segment from a point of its own: when the first of its values is needed.
  const starts = new Map<string, number>();
  const copies = new Map<Node, Node>();
  const copyOf = (node: Node): Node => {
    const known = copies.get(node);
    if (known !== undefined || kept(node)) return known ?? node;
    const after = starts.get(node.segment) ?? graph.nodes.length;
    starts.set(node.segment, after);
    const inputs = node.inputs.map(copyOf);
    const add = (): Node => graph.add(node.op, inputs, node.attrs, node.label);
    const copy = graph.segment(segmentOf(node.segment), () => graph.again(after, add));
    copies.set(node, copy);
    return copy;
  };
  return (node) => {
    if (node.segment === "") return savedOf(node);
    const inputs = node.inputs.map(copyOf);
    return { attrs: node.attrs, inputs, output: copyOf(node) };
  };
}
