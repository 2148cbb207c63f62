import { elements } from "../core/shape.ts";
import { type Graph, type Node, type Saved, type Segment, savedOf } from "./graph.ts";

/** A segment with this name, for `Graph.segment`. */
export const segmentOf = (name: string): Segment => ({ name, saved: recomputed });

/** A value this many times smaller than its operands is expensive to recompute and cheap to keep. */
const SMALL = 8;

/**
 * What the backward pass from `loss` reads of a node: in a segment, values recomputed from the segment's inputs. Values that
 * leave a segment are kept, and so are those far smaller than their operands: sums, statistics. A kept value is read directly,
 * its operands as recomputed.
 * @returns for a node of the forward pass, what its `vjp` reads; appends the copies that this needs, starting at the first call
 * that asks for a value of the segment
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
  // Each segment starts when the first of its values is needed.
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
