import type { MatmulForm, MatmulSizes } from "../../../graph/ops/matmul.ts";
import type { KernelTarget, MatmulTile } from "../target.ts";

/** A tile whose workgroup shares its loads. */
export type SharedTile = MatmulTile & Required<Pick<MatmulTile, "shared">>;

/** Rows and slots of a workgroup's block, and the invocations that each have one of its parts. */
export function blockOf({ rows, slots, workgroup, shared: { across } }: SharedTile, parts: number) {
  const lanes = workgroup / parts;
  const down = lanes / across;
  return { lanes, down, rows: rows * down, slots: slots * across };
}

/** Number of workgroups for a product. */
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

/** Parts into which the terms of a product are split, summed in parallel within a workgroup and then added in order. */
export type Parts = 1 | 4 | 16;

/** If terms are split, this many consecutive ones go to each part: a tile's depth, because it decides the order of the sums. */
const grain = { 4: 8, 16: 4 } as const;

/** Blocks of 64, 32 and 16 columns whose invocations sum all terms. */
const whole = [tile(4, 2, 64, 8, 16), tile(8, 1, 64, 8, 16), tile(4, 1, 64, 4, 16)] as const;
/** A block twice as high loads half as much of B; used if there are enough of them. */
const high = tile(4, 2, 128, 8, 16);
const quarters = tile(4, 2, 128, 4, 8);
const sixteenths = tile(4, 1, 256, 4, 4);

/** Subgroups of 64 invocations that keep a GPU busy. */
const ENOUGH = 360;

const subgroups = (sizes: MatmulSizes, of: SharedTile, parts: Parts): number =>
  (sharedBlocks(sizes, of, parts) * of.workgroup) / 64;

/** Cost per column in such a block, relative to one of 64: narrower blocks load rows more often. */
const columnCosts = [1, 1.05, 1.3] as const;

/** The cheapest block that sums all terms, counting what reaches past the edge. */
function widest({ n }: MatmulSizes): SharedTile {
  const cost = (i: number): number => {
    const width = 4 * blockOf(whole[i]!, 1).slots;
    return Math.ceil(n / width) * width * columnCosts[i]!;
  };
  return whole[[0, 1, 2].reduce((best, i) => (cost(i) < cost(best) ? i : best))]!;
}

/** Parts by shape only, because they decide the order of the sums. */
export function partsOf(sizes: MatmulSizes): Parts {
  if (sizes.k < 64 || subgroups(sizes, widest(sizes), 1) >= ENOUGH) return 1;
  return subgroups(sizes, quarters, 4) >= ENOUGH / 3 ? 4 : 16;
}

/** The tiles worth trying for a product, all with the same order of sums: the one suggested by its shape first. */
export function sharedCandidates(sizes: MatmulSizes): readonly [SharedTile, ...SharedTile[]] {
  const parts = partsOf(sizes);
  if (parts > 1) return [parts === 4 ? quarters : sixteenths];
  const safe = widest(sizes);
  if (safe !== whole[0]) return [safe];
  return subgroups(sizes, high, 1) >= 4 * ENOUGH ? [high, safe, whole[1]] : [safe, high, whole[1]];
}

/**
 * The tile of a product: a fixed one with the same order of sums, or the engine's choice; undefined for a tile that shares
 * nothing.
 */
export function sharedTile(
  form: MatmulForm,
  sizes: MatmulSizes,
  { tile: pin }: KernelTarget,
): SharedTile | undefined {
  const pinned = typeof pin === "function" ? pin(form, sizes) : pin;
  const parts = partsOf(sizes);
  if (pinned !== undefined && pinned.shared === undefined && parts === 1) return undefined;
  return isShared(pinned) && fits(pinned, parts) ? pinned : sharedCandidates(sizes)[0];
}

const isShared = (of: MatmulTile | undefined): of is SharedTile => of?.shared !== undefined;

/** Slots of workgroup memory that every adapter has. */
const MEMORY = 1024;

/** Whether a tile sums in the order of these parts, and its invocations share the loads evenly within the available memory. */
function fits(of: SharedTile, parts: Parts): boolean {
  const { depth } = of.shared;
  const { lanes, down, rows, slots } = blockOf(of, parts);
  const each = [
    down,
    lanes / (depth / 4),
    lanes / (rows / 4),
    lanes / slots,
    (rows * depth) / 4 / lanes,
    (slots * depth) / lanes,
    Math.max(1, (slots * depth) / 4 / lanes),
    (of.rows * of.slots) / Math.min(parts, of.rows * of.slots),
  ];
  const memory = parts * (rows * (depth / 4 + 1) + depth * (slots + 1));
  const even = of.rows % 4 === 0 && of.slots <= 2 && each.every(Number.isInteger);
  return even && memory <= MEMORY && (parts === 1 || depth === grain[parts]);
}
