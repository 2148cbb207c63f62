import { as3d } from "../../../core/shape.ts";
import type { Node } from "../../../graph/graph.ts";
import type { ConvSizes } from "../../../graph/ops/conv.ts";
import type { KernelTarget, MatmulTile } from "../target.ts";
import { isDraft, matmulTile } from "../tile.ts";

/** The form of a matrix product that a convolution's is like. */
export const productForms = { forward: "ab", input: "abt", weight: "atb" } as const;

/** The largest piece size up to `most` that wastes least when cutting `n`; with `divides`, the largest divisor of `n`. */
function piece(n: number, most: number, divides: boolean): number {
  let best = 1;
  for (let size = 2; size <= most; size++) {
    if (divides ? n % size === 0 : Math.ceil(n / size) * size <= Math.ceil(n / best) * best) best = size;
  }
  return best;
}

/** A tile with nothing left open. */
type ConvTile = Required<Omit<MatmulTile, "shared">>;

type Sizes = ConvSizes & { readonly kernel: readonly [number, number] };

/**
 * The block of a convolution's product: that of a matrix product of the same sizes, cut so that it stays in one group of
 * channels. Quads have one group of channels in common.
 */
export function convTile(
  form: keyof typeof productForms,
  node: Node,
  sizes: Sizes,
  grouped: boolean,
  target: KernelTarget,
): ConvTile {
  const { channels, features, k } = sizes;
  const [z, m, n] = as3d(node.shape);
  const terms = form === "forward" ? k : form === "input" ? (k / channels) * features : 1024;
  const chosen = matmulTile(productForms[form], { z, m, n, k: terms }, target);
  const quads = target.quads === true && !grouped && target.tile === undefined && !isDraft(target);
  const tile = form !== "weight" && quads && target.software ? quadTile(z * m, n, z * m * n * terms) : chosen;
  const quad = tile.quad === true && !grouped;
  const columns = Math.ceil((form === "input" ? channels : features) / 4);
  const across = Math.ceil(n / (quad && form === "weight" ? 16 : 4));
  const slots = piece(grouped ? columns : across, tile.slots, grouped);
  const common = { slots, workgroup: tile.workgroup, quad };
  if (form !== "weight") return { ...common, rows: tile.rows, taps: 1 };
  const channelSlots = piece(Math.ceil(channels / 4), tile.rows / 4, false);
  const rows = channelSlots * Math.min(4, channels);
  // Invocations for one tap: of each part, its channels by its columns.
  const each = z * node.shape[1]! * Math.ceil(channels / 4 / channelSlots) * Math.ceil(across / slots);
  const shared = target.software && !isDraft(target);
  const taps = tile.taps ?? (shared ? tapsOf(sizes, rows * slots, quad ? 4 * each : each) : 1);
  // Large blocks are few: each core takes many small workgroups of them, one after another.
  return { ...common, rows: rows * taps, taps, workgroup: taps > 1 ? 4 : tile.workgroup };
}

/** The tile of quads that share their columns, which are few: all of them, up to 32, and as many rows as there is work for. */
function quadTile(rows: number, columns: number, terms: number): MatmulTile {
  const slots = piece(Math.ceil(columns / 4), 8, false);
  const repaid = Math.max(16, terms / 6e4); // as for matrix products: a large block compiles long
  const quads = (height: number): number => Math.ceil(rows / (4 * height)) * Math.ceil(columns / (4 * slots));
  const height = [16, 8].find((of) => of * slots <= repaid && quads(of) >= 16) ?? 4;
  return { rows: height, slots, workgroup: quads(height) >= 64 ? 16 : 4, quad: true };
}

/** Sums that an invocation keeps for a weight's gradient, at most; and invocations that there should be, at least. */
const [MOST_SUMS, FEWEST] = [96, 16];

/**
 * Taps that share what they load of the cotangent: all, those of a row, or one, as there is room for their sums and work
 * is left to spread. That pays where loads are dear.
 */
const tapsOf = ({ taps, kernel }: Sizes, sums: number, invocations: number): number =>
  [taps, kernel[1], 1].find((of) => of * sums <= MOST_SUMS && (invocations * taps) / of >= FEWEST) ?? 1;
