import { grad } from "../graph/grad.ts";
import type { Node } from "../graph/graph.ts";
import type { Precision } from "../graph/mixed.ts";

/** Searches the nodes of a backward pass for the first one that is not finite, by `isBad`, and names it. */
type Search = (isBad: (node: Node) => Promise<boolean>) => Promise<string | undefined>;

/** How to search for gradients that are not finite. */
export interface GradientSearch {
  /** Advice for the user. */
  readonly hint: string;
  /** Appends the gradients of a loss to its graph, with every node of the backward pass as an output. */
  readonly record: (loss: Node, parameters: readonly Node[], precision?: Precision) => Search;
}

/** Names the parameter whose gradient is not finite, and where in the backward pass that began. */
export const gradientSearch: GradientSearch = {
  hint:
    "the loss is finite, its derivative is not: keep that op's input away from points without a derivative (sqrt or log at 0: " +
    "add a small number); if it is a product or a sum, scale data and targets so that it does not overflow",
  record(loss, parameters, precision) {
    const { graph } = loss;
    const gradients = grad(loss, parameters, undefined, precision);
    for (const [i, gradient] of gradients.entries())
      if (gradient !== undefined) graph.output(`${parameters[i]!.label}/gradient`, gradient);
    const nodes = graph.live().filter(({ id, dtype }) => id > loss.id && dtype === "f32");
    for (const node of nodes) graph.output(`back/${node.id}`, node);
    return async (isBad) => {
      const find = async <T>(list: readonly T[], nodeOf: (item: T, i: number) => Node | undefined) => {
        for (const [i, item] of list.entries()) {
          const node = nodeOf(item, i);
          if (node !== undefined && (await isBad(node))) return item;
        }
        return undefined;
      };
      const parameter = await find(parameters, (_, i) => gradients[i]);
      if (parameter === undefined) return undefined;
      const op = await find(nodes, (node) => node);
      const began = op === undefined ? "" : `; in backward it began with ${op.op.name} of ${op.label}`;
      return `the gradient of ${parameter.label}${began}`;
    };
  },
};
