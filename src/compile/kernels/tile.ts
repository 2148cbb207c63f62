import type { MatmulForm, MatmulSizes } from "../../graph/ops/matmul.ts";
import type { KernelTarget, MatmulTile } from "./target.ts";

/** Pieces of a length, including those of quads (four invocations along the length) that reach past the edge. */
export const pieces = (length: number, of: number, quads: boolean): number =>
  quads ? Math.ceil(length / (4 * of)) * 4 : Math.ceil(length / of);

/** Invocations that a tile needs for a product, including those of quads that reach past the edge. */
export function blocksOf(
  { z, m, n }: MatmulSizes,
  { rows, slots, quad = false }: Omit<MatmulTile, "workgroup">,
): number {
  return z * Math.ceil(m / rows) * pieces(Math.ceil(n / 4), slots, quad);
}

/**
 * A tile by shape and adapter, never by a timing, and without influence on the order of a sum. Large blocks save loads if there
 * is enough work to keep the adapter busy; small ones spread small products.
 */
export function matmulTile(form: MatmulForm, sizes: MatmulSizes, target: KernelTarget): MatmulTile {
  const { tile } = target;
  if (typeof tile === "object") return tile;
  // One small tile for all products of a draft: they share pipelines, and each compiles in about 40 ms.
  if (isDraft(target)) return { rows: 8, slots: 1, workgroup: 16, quad: target.quads === true };
  return tile?.(form, sizes) ?? tileCandidates(sizes, target)[0]!;
}

/** The tiles worth trying for a product: the one suggested by shape and adapter, the next smaller, the next larger. */
export function tileCandidates(
  sizes: MatmulSizes,
  target: KernelTarget,
): readonly [MatmulTile, ...MatmulTile[]] {
  const { z, m, n, k } = sizes;
  // A software adapter runs a handful of lanes on few cores and spills registers cheaply; a GPU needs thousands of invocations
  // that keep their sums in registers.
  const tiles = !target.software
    ? GPU_TILES
    : target.quads === true && n > 8
      ? QUAD_TILES.filter(([, slots]) => slots === 1 || n >= 16 * slots)
      : SOFTWARE_TILES;
  // A large block takes long to compile there (a second for the largest), which pays off only for a large product.
  const repaid = ([rows, slots, from = rows * slots <= 16 ? 0 : rows * slots * 6e4]: Block): boolean =>
    !target.software || z * m * n * k >= from;
  const allowed = tiles.filter(repaid);
  const quad = tiles === GPU_TILES || tiles === SOFTWARE_TILES ? {} : { quad: true };
  const wanted = target.software ? 32 : 8192;
  const blocks = ([rows, slots]: Block): number => blocksOf(sizes, { rows, slots, ...quad });
  const tileOf = ([rows, slots]: Block): MatmulTile => {
    const workgroup = target.software ? (blocks([rows, slots]) >= 64 ? 16 : 4) : 64;
    return { rows, slots, workgroup, ...quad };
  };
  const enough = allowed.findIndex((tile) => blocks(tile) >= wanted);
  const chosen = enough < 0 ? allowed.length - 1 : enough;
  const others = [allowed[chosen + 1], allowed[chosen - 1]].filter((tile) => tile !== undefined);
  return [tileOf(allowed[chosen]!), ...others.map(tileOf)];
}

/** A tile for people: "8x16 tile in quads, 16 a workgroup". */
export const variantOf = ({ rows, slots, workgroup, quad = false }: MatmulTile): string =>
  `${rows}x${4 * slots} tile${quad ? " in quads" : ""}, ${workgroup} a workgroup`;

/** Compiling is slow on software adapters only, so a draft gains nothing elsewhere. */
export const isDraft = ({ draft = false, software }: KernelTarget): boolean => draft && software;

/** `from`: the number of multiplications from which it repays its compilation, where that is slow. */
type Block = readonly [rows: number, slots: number, from?: number];

const QUAD_TILES: readonly Block[] = [
  [64, 4, 1e8],
  [24, 4],
  [32, 2],
  [16, 4],
  [16, 2],
  [8, 4],
  [8, 2],
  [4, 2],
  [16, 1],
  [8, 1],
  [4, 1],
];
const SOFTWARE_TILES: readonly Block[] = [
  [16, 4],
  [8, 4],
  [8, 2],
  [4, 2],
  [4, 1],
];
const GPU_TILES: readonly Block[] = [
  [4, 2],
  [4, 1],
];
