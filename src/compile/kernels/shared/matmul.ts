import load from "../../../../shaders/shared-matmul-load.wgsl?raw";
import place from "../../../../shaders/shared-matmul-place.wgsl?raw";
import type { SharedKernels } from "../target.ts";
import { product } from "./product.ts";

/** Matrix products. */
export const matmul: SharedKernels["matmul"] = (parts, target) => {
  const across = { a: parts.form !== "atb", b: parts.form === "abt" };
  return product({ place, load, across }, parts, target);
};
