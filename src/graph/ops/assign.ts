import { ActigradError } from "../../core/errors.ts";
import { formatType, sameShape } from "../../core/shape.ts";
import type { Node, Op } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";
import { storage } from "./source.ts";

export interface AssignAttrs {
  /** Replaces only the row along the first axis given by this step scalar (a ring of losses); null replaces everything. */
  readonly slot: string | null;
}

/**
 * Replaces a state by a value, in the same buffer: version n becomes n+1, which is this node. Every reader of version n
 * comes before it; `lower` adds those edges and `verify` checks them.
 */
export const assignOp: Op<AssignAttrs> = engineOp({
  name: "assign",
  shape([target, value], { slot }) {
    const wanted = slot === null ? target!.shape : [1, ...target!.shape.slice(1)];
    const row = slot === null ? value!.shape : [1, value!.shape[0]!, ...value!.shape.slice(2)];
    if (!sameShape(wanted, row)) {
      throw new ActigradError(
        "shape",
        `assign: ${formatType(value!)} does not replace ${formatType(target!)}`,
      );
    }
    return { shape: target!.shape, dtype: target!.dtype };
  },
  flops: () => 0,
  kernel: { kind: "assign" },
});

/** The storage node at the start of a state's chain of versions. */
export function stateOf(node: Node): Node {
  return node.op === assignOp ? stateOf(node.inputs[0]!) : node;
}

/** Replaces `target` (a state, or its newest version) by `value`; returns the new version. */
export function assign(target: Node, value: Node): Node {
  checkState(target);
  return target.graph.add(assignOp, [target, value], { slot: null });
}

/** Writes a value [R, 1, 1] into row `slot` (a step scalar) of a ring [S, R, 1]. */
export function record(ring: Node, value: Node, slot: string): Node {
  checkState(ring);
  return ring.graph.add(assignOp, [ring, value], { slot });
}

function checkState(target: Node): void {
  const origin = stateOf(target);
  if (origin.op !== storage || (origin.attrs as { role: string }).role !== "state") {
    throw new ActigradError(
      "option",
      `assign: ${target.op.name} is not a state; only what state() declares is replaced`,
    );
  }
  const newer = target.graph.nodes.find((n) => n.op === assignOp && n.inputs[0] === target);
  if (newer !== undefined) {
    throw new ActigradError(
      "option",
      `assign: "${origin.label}" was already replaced; assign to its newest version`,
    );
  }
}

export const assignReference = defineReference(assignOp, {
  evaluate([target, value], { attrs: { slot }, shape }, step) {
    if (slot === null) return { shape, data: value!.data.slice() };
    const data = target!.data.slice();
    data.set(value!.data, (step[slot] as number) * value!.data.length);
    return { shape, data };
  },
});
