import { as3d } from "../../core/shape.ts";
import type { Node } from "../../graph/graph.ts";
import { regroup } from "../../graph/ops/regroup.ts";
import type { Loss } from "../loss.ts";

/**
 * A loss at every place of a sequence: predictions f32[R, batch, time, C] are taken as rows, with targets u32[1, batch * time,
 * 1]. `crossEntropy` without class weights and smoothing takes such predictions directly.
 */
export function everyPlace(loss: Loss): Loss {
  const rows = (x: Node): Node => (x.shape.length === 3 ? x : regroup(x, [as3d(x.shape)[1]]));
  const { counts } = loss;
  return {
    ...loss,
    each: (x, target, site) => loss.each(rows(x), target, site),
    ...(counts && { counts: (x: Node, target: Node) => counts(rows(x), target) }),
  };
}
