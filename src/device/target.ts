import type { PlanOptions } from "../compile/lower.ts";
import type { Gpu } from "./context.ts";

/**
 * What a plan for this device may depend on: its limits and kind. By default with fusion as far as they allow, the usual kernels
 * and the engine's choice of tiles; `options` can change that.
 */
export const planTarget = (gpu: Gpu, options: Partial<PlanOptions> = {}): PlanOptions => ({
  ...gpu.limits,
  software: gpu.shared === undefined,
  shared: gpu.shared,
  fuse: true,
  ...options,
});
