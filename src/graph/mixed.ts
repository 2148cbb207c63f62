import { elements } from "../core/shape.ts";
import type { Node, Saved } from "./graph.ts";
import { bfloat16 } from "./ops/bfloat16.ts";

/** How a step stores the forward values that backward reads. */
export interface Precision {
  readonly name: string;
  /** What each `vjp` reads, for the nodes up to `loss`. `moved`: nodes that depend on parameters. */
  keep(loss: Node, moved: ReadonlySet<Node>): (node: Node, saved: Saved) => Saved;
}

/** A value this many times smaller than its input is a statistic: cheap to keep exactly, and much depends on it. */
const SMALL = 8;

const isSmall = ({ shape, inputs }: Node): boolean =>
  inputs.some(
    (input) => input.op.kernel.kind !== "storage" && elements(shape) * SMALL <= elements(input.shape),
  );

/** Kinds of ops whose backward pass can read rounded values. */
const rounds: ReadonlySet<string> = new Set([
  "pointwise",
  "matmul",
  "conv",
  "pool",
  "along",
  "view",
  "reduce",
]);

/**
 * Mixed precision: forward values kept for backward are rounded to bfloat16, in half the bytes. The forward pass itself,
 * gradients, sums and weights stay float32. So losses and predictions of given weights keep the same bits, nothing overflows,
 * and no loss scaling is needed. Data, weights, statistics (which are small), and what attention, recurrence, embeddings, losses
 * and custom ops read are kept exactly.
 */
export const mixed: Precision = {
  name: "mixed",
  keep(loss, moved) {
    const exact = new Set<Node>();
    for (const node of loss.graph.nodes.slice(0, loss.id + 1)) {
      if (node.op.vjp === undefined || rounds.has(node.op.kernel.kind)) continue;
      for (const one of [node, ...node.inputs]) exact.add(one);
    }
    // Decides by the original node, because `read` may be a copy that is recomputed.
    const rounded = (node: Node, read: Node): Node => {
      if (!moved.has(node) || exact.has(node) || node.inputs.length === 0 || isSmall(node)) return read;
      if (node.op.kernel.kind !== "view") return bfloat16(read);
      // Rounds what the view shows, then takes the same view of it.
      const [seen, ...others] = read.inputs as [Node, ...Node[]];
      return read.graph.add(read.op, [rounded(node.inputs[0]!, seen), ...others], read.attrs, read.label);
    };
    return (node, saved) =>
      rounds.has(node.op.kernel.kind)
        ? {
            ...saved,
            inputs: saved.inputs.map((input, i) => rounded(node.inputs[i]!, input)),
            output: rounded(node, saved.output),
          }
        : saved;
  },
};
