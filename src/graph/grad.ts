import { ActigradError } from "../core/errors.ts";
import { elements, formatType } from "../core/shape.ts";
import type { Graph, Node } from "./graph.ts";
import { add } from "./ops/pointwise.ts";
import { expand } from "./ops/reduce.ts";
import { constant } from "./ops/source.ts";

/**
 * Reverse-mode differentiation: appends the nodes of d(sum of loss)/d(each of wrt) to the graph. The loss may hold one
 * value a replica; replicas do not see each other, so each gets its own gradient.
 * @returns one node for each of `wrt`, of its shape; undefined where the loss does not depend on it.
 * @throws ActigradError "option" when an op on the way has no derivative.
 */
export function grad(loss: Node, wrt: readonly Node[]): (Node | undefined)[] {
  const { graph } = loss;
  if (elements(loss.shape) !== loss.shape[0]) {
    throw new ActigradError(
      "shape",
      `grad: the loss must be one value a replica, f32[R,1,1], got ${formatType(loss)}`,
      {
        hint: "reduce it over the other axes first",
      },
    );
  }
  // Nodes between wrt and loss: nothing else needs a cotangent.
  const onTheWay = new Set<Node>(wrt);
  for (const node of graph.nodes) if (node.inputs.some((n) => onTheWay.has(n))) onTheWay.add(node);

  const again = recomputation(graph, loss);
  const cotangents = new Map<Node, Node>([[loss, expand(constant(graph, 1), loss.shape)]]);
  for (const node of graph.nodes.slice(0, loss.id + 1).toReversed()) {
    const cotangent = cotangents.get(node);
    if (cotangent === undefined || !onTheWay.has(node) || node.inputs.length === 0) continue;
    if (node.op.vjp === undefined) {
      throw new ActigradError(
        "option",
        `grad: ${node.op.name} (node %${node.id} ${node.label}) has no derivative`,
      );
    }
    graph.scope(node.label, () => {
      for (const [i, contribution] of node.op.vjp!(again(node), cotangent).entries()) {
        const input = node.inputs[i]!;
        if (contribution === undefined || !onTheWay.has(input)) continue;
        const known = cotangents.get(input);
        cotangents.set(input, known === undefined ? contribution : add(known, contribution));
      }
    });
  }
  return wrt.map((node) => cotangents.get(node));
}

/** So many times smaller than what it is computed from, a value is dear to compute and cheap to keep. */
const SMALL = 8;

/**
 * What backward reads of a node: in a segment, values that are computed again there, from what comes into the segment.
 * Kept are values that leave a segment, and those far smaller than their operands: sums, statistics.
 */
function recomputation(graph: Graph, loss: Node): (node: Node) => Node {
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
    const copy = graph.segment(node.segment, () => graph.again(after, add));
    copies.set(node, copy);
    return copy;
  };
  return (node) => {
    if (node.segment === "") return node;
    // A value that is kept is read as it is, and its operands as they are computed again.
    return kept(node) ? { ...node, inputs: node.inputs.map(copyOf) } : copyOf(node);
  };
}
