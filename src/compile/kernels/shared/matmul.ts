import load from "../../../../shaders/shared-matmul-load.wgsl?raw";
import place from "../../../../shaders/shared-matmul-place.wgsl?raw";
import type { SharedKernels } from "../target.ts";
import { renderShared } from "./product.ts";
import { sharedTile } from "./tile.ts";

/** Matrix products. */
export const matmul: SharedKernels["matmul"] = ({ form, sizes, values, lines }, target) => {
  const tile = sharedTile(form, sizes, target);
  if (tile === undefined) return undefined;
  const across = { a: form !== "atb", b: form === "abt" };
  return renderShared({ place, load, across }, { sizes, values, lines, tile });
};
