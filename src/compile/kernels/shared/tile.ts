import type { MatmulForm, MatmulSizes } from "../../../graph/ops/matmul.ts";
import type { KernelTarget, MatmulTile } from "../target.ts";

/** A tile whose workgroup shares what it loads. */
export type SharedTile = MatmulTile & Required<Pick<MatmulTile, "shared">>;

/** Rows and slots of a workgroup's block, and the invocations that have one each of its parts. */
export function blockOf({ rows, slots, workgroup, shared: { across } }: SharedTile, parts: number) {
  const lanes = workgroup / parts;
  const down = lanes / across;
  return { lanes, down, rows: rows * down, slots: slots * across };
}

/** Workgroups that a product takes. */
export function sharedBlocks({ z, m, n }: Omit<MatmulSizes, "k">, tile: SharedTile, parts: number): number {
  const { rows, slots } = blockOf(tile, parts);
  return z * Math.ceil(m / rows) * Math.ceil(Math.ceil(n / 4) / slots);
}

const tile = (rows: number, slots: number, workgroup: number, across: number, depth: number): SharedTile => ({
  rows,
  slots,
  workgroup,
  shared: { across, depth },
});

/** Tiles by the parts that terms are cut into, the safe choice first. Of terms in parts, a tile's depth goes to each in turn. */
const tiles: Readonly<Record<Parts, readonly [SharedTile, ...SharedTile[]]>> = {
  1: [tile(4, 2, 64, 8, 16), tile(4, 2, 128, 8, 16), tile(4, 1, 64, 8, 16)],
  4: [tile(4, 2, 128, 4, 8)],
  16: [tile(4, 1, 256, 4, 4)],
};

/** Parts into which the terms of a product are cut, summed side by side in a workgroup and then added in order. */
export type Parts = 1 | 4 | 16;

/** Subgroups that keep a GPU busy, at 64 invocations each. */
const ENOUGH = 360;

/** Parts by shape and nothing else, for they decide the order of the sums. */
export function partsOf(sizes: MatmulSizes): Parts {
  const waves = (parts: Parts): number => {
    const [usual] = tiles[parts];
    return (sharedBlocks(sizes, usual, parts) * usual.workgroup) / 64;
  };
  if (sizes.k < 64 || waves(1) >= ENOUGH) return 1;
  return waves(4) >= ENOUGH / 3 ? 4 : 16;
}

/** The tile of a product: a pinned one that sums in its order, or the engine's choice; nothing for one that shares nothing. */
export function sharedTile(
  form: MatmulForm,
  sizes: MatmulSizes,
  { tile: pin }: KernelTarget,
): SharedTile | undefined {
  const parts = partsOf(sizes);
  const pinned = typeof pin === "function" ? pin(form, sizes) : pin;
  if (pinned === undefined) return tiles[parts][0];
  if (pinned.shared === undefined) return parts === 1 ? undefined : tiles[parts][0];
  return fits(pinned, pinned.shared, parts) ? { ...pinned, shared: pinned.shared } : tiles[parts][0];
}

/** Whether a tile sums in the order of these parts. */
function fits(
  { rows, workgroup }: MatmulTile,
  { across, depth }: SharedTile["shared"],
  parts: Parts,
): boolean {
  const whole = (workgroup / parts / across) % 1 === 0 && rows % 4 === 0;
  return whole && (parts === 1 || depth === tiles[parts][0].shared.depth);
}
