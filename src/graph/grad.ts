import { ActigradError } from "../core/errors.ts";
import { elements, formatType } from "../core/shape.ts";
import { type Higher, type Node, savedOf } from "./graph.ts";
import { add } from "./ops/pointwise.ts";
import { expand } from "./ops/reduce.ts";
import { constant, isHeld } from "./ops/source.ts";

/**
 * Reverse-mode differentiation: appends the nodes of d(sum of loss)/d(each of wrt) to the graph. The loss may hold one value per
 * replica; replicas do not see each other, so each gets its own gradient.
 * @param higher makes the gradients of activations and products ones that have a derivative in turn
 * @returns one node for each of `wrt`, of its shape; undefined where the loss does not depend on it, and for what is held.
 * @throws ActigradError "option" when an op on the way has no derivative.
 */
export function grad(loss: Node, wrt: readonly Node[], higher?: Higher): (Node | undefined)[] {
  const { graph } = loss;
  if (elements(loss.shape) !== loss.shape[0]) {
    throw new ActigradError(
      "shape",
      `grad: the loss must be one value per replica, f32[R,1,1], got ${formatType(loss)}`,
      {
        hint: "reduce it over the other axes first",
      },
    );
  }
  // Nodes between wrt and loss: nothing else needs a cotangent.
  const onTheWay = new Set<Node>(wrt.filter((node) => !isHeld(node)));
  for (const node of graph.nodes) if (node.inputs.some((n) => onTheWay.has(n))) onTheWay.add(node);

  const saved = graph.saved?.(graph, loss) ?? savedOf;
  const cotangents = new Map<Node, Node>([[loss, expand(constant(graph, 1), loss.shape)]]);
  for (const node of graph.nodes.slice(0, loss.id + 1).toReversed()) {
    const cotangent = cotangents.get(node);
    // What a node of `wrt` was made of is not on the way.
    if (cotangent === undefined || !node.inputs.some((n) => onTheWay.has(n))) continue;
    if (node.op.vjp === undefined) {
      throw new ActigradError(
        "option",
        `grad: ${node.op.name} (node %${node.id} ${node.label}) has no derivative`,
      );
    }
    graph.scope(node.label, () => {
      for (const [i, contribution] of node.op.vjp!(saved(node), cotangent, higher).entries()) {
        const input = node.inputs[i]!;
        if (contribution === undefined || !onTheWay.has(input)) continue;
        const known = cotangents.get(input);
        cotangents.set(input, known === undefined ? contribution : add(known, contribution));
      }
    });
  }
  return wrt.map((node) => cotangents.get(node));
}
