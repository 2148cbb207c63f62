import { operationsIn } from "../graph/ops/flops.ts";
import { groupNodes } from "./group.ts";
import type { Dispatch } from "./plan.ts";

/** Floating-point operations of a dispatch for people, with those of activations counted in their WGSL. */
export const flopsIn = ({ group }: Dispatch): number =>
  groupNodes(group).reduce((total, node) => total + operationsIn(node), 0);
