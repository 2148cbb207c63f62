import type { Family } from "../family.ts";

/** WGSL of a user's own: its op's record renders it (see `customKernel`). */
export const custom: Family = (builder, { anchors }, _stores, target) => {
  const { kernel } = anchors[0]!.op;
  if (kernel.kind !== "custom") throw new Error("no kernel of its own");
  return kernel.render(builder, anchors[0]!, target);
};
