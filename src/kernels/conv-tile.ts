import { as3d } from "../core/shape.ts";
import type { Node } from "../graph/graph.ts";
import type { ConvSizes } from "../ops/conv.ts";
import type { KernelTarget, MatmulTile } from "./spec.ts";
import { isDraft, matmulTile } from "./tune.ts";

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
 * channels. The invocations of a quad read the same channels, so that groups have none.
 */
export function convTile(
  form: keyof typeof forms,
  node: Node,
  sizes: ConvSizes & { readonly kernel: readonly [number, number] },
  grouped: boolean,
  target: KernelTarget,
): Required<MatmulTile> {
  const { channels, features, k } = sizes;
  const [z, m, n] = as3d(node.shape);
  const terms = form === "forward" ? k : form === "input" ? (k / channels) * features : 1024;
  const tile = matmulTile(forms[form], { z, m, n, k: terms }, target);
  const quad = tile.quad === true && !grouped;
  const columns = Math.ceil((form === "input" ? channels : features) / 4);
  const slots = piece(grouped ? columns : Math.ceil(n / (quad ? 16 : 4)), tile.slots, grouped);
  const common = { slots, workgroup: tile.workgroup, quad };
  if (form !== "weight") return { ...common, rows: tile.rows, taps: 1 };
  const channelSlots = piece(Math.ceil(channels / 4), tile.rows / 4, false);
  const rows = channelSlots * Math.min(4, channels);
  const taps = tile.taps ?? (target.software && !isDraft(target) ? tapsOf(sizes.kernel, rows * slots) : 1);
  // Large blocks are few: each core takes many small workgroups of them, one after another.
  return { ...common, rows: rows * taps, taps, workgroup: taps > 1 ? 4 : tile.workgroup };
}

/** Sums that an invocation keeps for a weight's gradient, at most. */
const MOST_SUMS = 96;

/**
 * Taps that share what they load of the cotangent: all, those of a row, or one, as there is room for their sums. That
 * pays where loads are dear and invocations need not be many.
 */
const tapsOf = ([height, width]: readonly [number, number], sums: number): number =>
  [height * width, width, 1].find((taps) => taps * sums <= MOST_SUMS) ?? 1;
