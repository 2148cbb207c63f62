import type { MatmulForm, MatmulSizes } from "../ops/matmul.ts";
import type { KernelTarget, MatmulTile } from "./spec.ts";

/**
 * A tile by shape and adapter; never by a timing, and never with a say in the order of a sum. Large blocks save loads
 * where there is work enough to keep the adapter busy; small ones spread small products.
 */
export function matmulTile(_form: MatmulForm, { z, m, n }: MatmulSizes, target: KernelTarget): MatmulTile {
  if (target.tile !== undefined) return target.tile;
  const blocks = (rows: number, slots: number): number =>
    z * Math.ceil(m / rows) * Math.ceil(n / (4 * slots));
  // A software adapter runs a handful of lanes on few cores; a GPU wants thousands of invocations.
  const wanted = target.software ? 16 : 8192;
  const [rows, slots] = (
    [
      [8, 2],
      [4, 2],
      [4, 1],
    ] as const
  ).find(([r, s]) => blocks(r, s) >= wanted) ?? [4, 1];
  const count = blocks(rows, slots);
  const workgroup = target.software ? (count >= 64 ? 16 : 4) : 64;
  return { rows, slots, workgroup };
}
