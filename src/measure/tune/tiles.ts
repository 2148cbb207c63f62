import { ActigradError } from "../../core/errors.ts";
import type { AdapterInfo } from "../../core/adapter.ts";
import type { MatmulTile, TileChoice } from "../../compile/kernels/target.ts";
import type { MatmulForm, MatmulSizes } from "../../graph/ops/matmul.ts";

/** Tiles by adapter and product. Plain JSON, for a file or a browser's storage. */
export type Tiles = Readonly<Record<string, MatmulTile>>;

/** `google swiftshader: atb 1x785x256x128`: replicas, rows, columns, terms per sum. */
export const tileKey = (
  { vendor, architecture, description }: AdapterInfo,
  form: MatmulForm,
  { z, m, n, k }: MatmulSizes,
): string => `${[vendor, architecture, description].filter(Boolean).join(" ")}: ${form} ${z}x${m}x${n}x${k}`;

/** The choice by stored tiles for an adapter; the engine decides for other products. */
export const choiceOf =
  (adapter: AdapterInfo, tiles: Tiles): TileChoice =>
  (form, sizes) => {
    const key = tileKey(adapter, form, sizes);
    return Object.hasOwn(tiles, key) ? tiles[key] : undefined;
  };

const isCount = (value: unknown, most: number, of = 1): boolean =>
  Number.isInteger(value) &&
  (value as number) >= 1 &&
  (value as number) <= most &&
  (value as number) % of === 0;

/** Whether a block's invocations and terms are ones that kernels support. */
const isShared = (value: unknown, workgroup: number): boolean => {
  const { across, depth } = (value ?? {}) as Partial<Required<MatmulTile>["shared"]>;
  return isCount(across, 64) && isCount(depth, 16, 4) && workgroup % (across as number) === 0;
};

/**
 * Checks tiles from a file.
 * @param quads whether the adapter exchanges values in quads
 * @throws ActigradError "file" for anything but a table of tiles that kernels support
 */
export function checkTiles(value: unknown, { quads }: { readonly quads: boolean }): Tiles {
  const refuse = (what: string): never => {
    throw new ActigradError("file", `tiles: ${what}`, { hint: "remove the file to measure again" });
  };
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return refuse("expected an object");
  for (const [key, tile] of Object.entries(value as Record<string, Partial<MatmulTile> | null>)) {
    const { rows, slots, workgroup, quad = false, shared } = tile ?? {};
    const fits = isCount(rows, 64, 4) && isCount(slots, 8) && isCount(workgroup, 256, 4);
    const whole = fits && (shared === undefined || isShared(shared, workgroup as number));
    if (whole && (quad === false || (quad === true && quads))) continue;
    refuse(
      `"${key}" has ${JSON.stringify(tile)}; expected rows (4, 8, ... 64), slots (1 to 8), workgroup (4, 8, ... 256)` +
        `${quads ? ", quad (true or false)" : "; this adapter has no quad"}`,
    );
  }
  return value as Tiles;
}
