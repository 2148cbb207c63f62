import { elements } from "../core/shape.ts";
import type { Node, Saved } from "./graph.ts";
import { bfloat16 } from "./ops/bfloat16.ts";

/** How a step keeps values of its forward pass for backward. */
export interface Precision {
  readonly name: string;
  /** What `vjp`s read of the nodes up to `loss`, of those that the parameters move. */
  keep(loss: Node, moved: ReadonlySet<Node>): (node: Node, saved: Saved) => Saved;
}

/** So many times smaller than what it is computed from, a value is a statistic: cheap to keep, and much depends on it. */
const SMALL = 8;

const isSmall = ({ shape, inputs }: Node): boolean =>
  inputs.some(
    (input) => input.op.kernel.kind !== "storage" && elements(shape) * SMALL <= elements(input.shape),
  );

/** Kinds of ops whose backward pass reads rounded values as well as exact ones. */
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
 * Mixed precision: what backward keeps of the forward pass is rounded to bfloat16 and takes half the bytes. The forward pass
 * itself, gradients, sums and weights stay float32, so losses and predictions of given weights are the same bits, nothing
 * overflows, and no loss needs to be scaled. Exact stay data, weights, statistics (which are small), and what attention,
 * recurrence, embeddings, losses and ops of your own read.
 */
export const mixed: Precision = {
  name: "mixed",
  keep(loss, moved) {
    const exact = new Set<Node>();
    for (const node of loss.graph.nodes.slice(0, loss.id + 1)) {
      if (node.op.vjp === undefined || rounds.has(node.op.kernel.kind)) continue;
      for (const one of [node, ...node.inputs]) exact.add(one);
    }
    // By the value that it is, for what is read may be a copy, computed again.
    const rounded = (node: Node, read: Node): Node => {
      if (!moved.has(node) || exact.has(node) || node.inputs.length === 0 || isSmall(node)) return read;
      if (node.op.kernel.kind !== "view") return bfloat16(read);
      // A view is seen of what is kept.
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
