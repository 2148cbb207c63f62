import type { MatmulForm, MatmulSizes } from "../ops/matmul.ts";
import type { KernelTarget, MatmulTile } from "./spec.ts";

/**
 * A tile by shape and adapter; never by a timing, and never with a say in the order of a sum. Large blocks save loads
 * where there is work enough to keep the adapter busy; small ones spread small products.
 */
export function matmulTile(_form: MatmulForm, { z, m, n, k }: MatmulSizes, target: KernelTarget): MatmulTile {
  if (target.tile !== undefined) return target.tile;
  const blocks = (rows: number, slots: number): number =>
    z * Math.ceil(m / rows) * Math.ceil(n / (4 * slots));
  // A software adapter runs a handful of lanes on few cores and spills registers cheaply; a GPU wants thousands of
  // invocations that keep their sums in registers.
  // The largest block takes half a second to compile there, which only a large product repays.
  const tiles = target.software ? SOFTWARE_TILES.slice(z * m * n * k < 4e6 ? 1 : 0) : GPU_TILES;
  const wanted = target.software ? 32 : 8192;
  const [rows, slots] = tiles.find(([r, s]) => blocks(r, s) >= wanted) ?? tiles.at(-1)!;
  const count = blocks(rows, slots);
  const workgroup = target.software ? (count >= 64 ? 16 : 4) : 64;
  return { rows, slots, workgroup };
}

const SOFTWARE_TILES = [
  [16, 4],
  [8, 4],
  [8, 2],
  [4, 2],
  [4, 1],
] as const;
const GPU_TILES = [
  [8, 2],
  [4, 2],
  [4, 1],
] as const;
