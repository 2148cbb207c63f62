import type { Node } from "../../../graph/graph.ts";
import { emitStage } from "../emit.ts";
import { type Family, at, prefixed, sharedBy } from "../family.ts";

/** WGSL of a user's own: its op's record renders it (see `customKernel`). */
export const custom: Family = (builder, { anchors: [node], inner }, stores, target) => {
  const { kernel } = node!.op;
  if (kernel.kind !== "custom") throw new Error("no kernel of its own");
  const { inputs } = node!;
  const values = new Map<Node, string>();
  return kernel.render(builder, node!, target, {
    before: (shape) =>
      emitStage(prefixed(builder, "row"), [], at(shape, ...sharedBy(inner, shape)), values, stores),
    here: (index) =>
      emitStage(builder, inner, { domain: inputs[0]!.shape, index, needs: inputs }, values, stores),
    name: (operand) => values.get(inputs[operand]!)!,
  });
};
