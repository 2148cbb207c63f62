import file from "../../../../shaders/shared-product.wgsl?raw";
import result from "../../../../shaders/shared-result.wgsl?raw";
import type { SharedKernels } from "../target.ts";
import { type SharedTile, blockOf, partsOf, sharedBlocks, sharedTile } from "./tile.ts";

/** The kernel of a product whose workgroups share the loads of its operands. */
export const product: SharedKernels["product"] = (
  { place, load, across, terms = "D.k" },
  { form, sizes, values, lines },
  target,
) => {
  const tile = sharedTile(form, sizes, target);
  if (tile === undefined) return undefined;
  const parts = partsOf(sizes);
  const { rows, slots, workgroup } = tile;
  const { across: tx, depth } = tile.shared;
  const { lanes, down, rows: blockRows, slots: blockSlots } = blockOf(tile, parts);
  const depthSlots = depth / 4;
  // A row is one slot longer if that avoids bank conflicts between lanes.
  const aPitch = depthSlots + (depthSlots % 2 === 0 ? 1 : 0);
  const bPitch = blockSlots + (across.b ? 1 : 0);
  const aTile = across.a ? blockRows * aPitch : (depth * blockRows) / 4;
  const tiles = aTile + depth * bPitch;
  const squares = (depthSlots * blockSlots) / lanes; // four by four, transposed as they are loaded
  const pairs = rows * slots;
  const per = Math.min(parts, pairs);
  const sums = Array.from({ length: pairs }, (_, t) => `acc_${Math.floor(t / slots)}_${t % slots}`);
  return {
    file,
    parts: { place, load, result },
    values: {
      a_across: across.a,
      b_across: across.b,
      ragged: sizes.k % depth > 0,
      uneven: parts > 1 && sizes.k % (parts * depth) > 0,
      ...values,
      split: parts > 1,
      K: terms,
      SPLIT: parts,
      OTHERS: parts - 1,
      SHARED: Math.max(parts * tiles, parts > 1 ? per * workgroup : 0),
      TILES: tiles,
      A_TILE: aTile,
      WG: workgroup,
      LANES: lanes,
      BM: blockRows,
      BM4: blockRows / 4,
      BN4: blockSlots,
      BK: depth,
      BK4: depthSlots,
      TX: tx,
      TY: down,
      TM: rows,
      TM4: rows / 4,
      TN: slots,
      AP: aPitch,
      BP: bPitch,
      A_LOADS: (blockRows * depthSlots) / lanes,
      A_STEP: lanes / (across.a ? depthSlots : blockRows / 4),
      A_APART: across.a ? (lanes / depthSlots) * aPitch : lanes,
      B_LOADS: across.b ? 4 * Math.ceil(squares) : (blockSlots * depth) / lanes,
      B_STEP: lanes / (across.b ? depthSlots : blockSlots),
      B_TURNS: Math.ceil(squares),
      b_few: across.b && squares < 1,
      B_FEW: depthSlots * blockSlots,
      PER: per,
      ROUNDS: Math.ceil(pairs / per),
      SUMS: sums.join(", "),
      EPILOGUE: lines.join("\n      "),
    },
    workgroups: sharedBlocks(sizes, tile, parts),
    variant: variantOf(tile, parts),
  };
};

/** For people: "32x64 block, 16 terms at a time, 64 a workgroup". */
function variantOf(tile: SharedTile, parts: number): string {
  const { lanes, rows, slots } = blockOf(tile, parts);
  const cut = parts === 1 ? `${lanes}` : `${parts} x ${lanes}`;
  return `${rows}x${4 * slots} block, ${tile.shared.depth} terms at a time, ${cut} a workgroup`;
}
