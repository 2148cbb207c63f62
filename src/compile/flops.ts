import { operationsIn } from "../graph/ops/flops.ts";
import { groupNodes } from "./group.ts";
import type { Dispatch } from "./plan.ts";

/** Floating-point operations of a dispatch, those of activations counted in their WGSL: what people are told. */
export const flopsIn = ({ group }: Dispatch): number =>
  groupNodes(group).reduce((total, node) => total + operationsIn(node), 0);
