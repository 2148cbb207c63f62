import { ActigradError } from "../core/errors.ts";
import { elements, formatType } from "../core/shape.ts";
import { type Higher, type Node, savedOf } from "./graph.ts";
import type { Precision } from "./mixed.ts";
import { add } from "./ops/pointwise.ts";
import { expand } from "./ops/reduce.ts";
import { constant, isHeld } from "./ops/source.ts";

/**
 * Reverse-mode differentiation: appends the nodes of d(sum of loss)/d(each of wrt) to the graph. The loss may hold one value per
 * replica; replicas are independent, so each gets its own gradient.
 * @param higher makes gradients of activations and products that can be differentiated again
 * @param precision rounds what backward keeps. Default: values are kept as they are
 * @returns one node for each of `wrt`, with its shape; undefined if the loss does not depend on it, and for held values
 * @throws ActigradError "option" if an op in between has no derivative
 */
export function grad(
  loss: Node,
  wrt: readonly Node[],
  higher?: Higher,
  precision?: Precision,
): (Node | undefined)[] {
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
  const keep = precision?.keep(loss, onTheWay);
  const cotangents = new Map<Node, Node>([[loss, expand(constant(graph, 1), loss.shape)]]);
  for (const node of graph.nodes.slice(0, loss.id + 1).toReversed()) {
    const cotangent = cotangents.get(node);
    // The inputs of a node of `wrt` are not in between.
    if (cotangent === undefined || !node.inputs.some((n) => onTheWay.has(n))) continue;
    if (node.op.vjp === undefined) {
      throw new ActigradError(
        "option",
        `grad: ${node.op.name} (node %${node.id} ${node.label}) has no derivative`,
      );
    }
    graph.scope(node.label, () => {
      const read = keep?.(node, saved(node)) ?? saved(node);
      for (const [i, contribution] of node.op.vjp!(read, cotangent, higher).entries()) {
        const input = node.inputs[i]!;
        if (contribution === undefined || !onTheWay.has(input)) continue;
        const known = cotangents.get(input);
        cotangents.set(input, known === undefined ? contribution : add(known, contribution));
      }
    });
  }
  return wrt.map((node) => cotangents.get(node));
}
