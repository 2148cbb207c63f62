import { as3d } from "../core/shape.ts";
import type { Node } from "../graph/graph.ts";
import type { ConvSizes } from "../ops/conv.ts";
import type { KernelTarget, MatmulTile } from "./spec.ts";
import { matmulTile } from "./tune.ts";

const forms = { forward: "ab", input: "abt", weight: "atb" } as const;

/** The largest number up to `most` of which so many pieces waste the least of `n`; one that divides it, if it must. */
function piece(n: number, most: number, divides: boolean): number {
  let best = 1;
  for (let size = 2; size <= most; size++) {
    if (divides ? n % size === 0 : Math.ceil(n / size) * size <= Math.ceil(n / best) * best) best = size;
  }
  return best;
}

/**
 * The block of a convolution's product: that of a matrix product of the same sizes, cut so that it stays in one group of
 * channels and, for the weight's gradient, in one tap.
 */
export function convTile(
  form: keyof typeof forms,
  node: Node,
  { channels, features, k }: ConvSizes,
  grouped: boolean,
  target: KernelTarget,
): MatmulTile {
  const [z, m, n] = as3d(node.shape);
  const terms = form === "forward" ? k : form === "input" ? (k / channels) * features : 1024;
  const tile = matmulTile(forms[form], { z, m, n, k: terms }, target);
  const columns = Math.ceil((form === "input" ? channels : features) / 4);
  const slots = piece(grouped ? columns : Math.ceil(n / 4), tile.slots, grouped);
  const rows = form === "weight" ? 4 * piece(Math.ceil(channels / 4), tile.rows / 4, false) : tile.rows;
  return { rows, slots, workgroup: tile.workgroup };
}
