/**
 * actigrad/testing: for GPU tests, in the page. Tests WGSL functions and kernels, sweeps them over float32, checks derivatives,
 * and compares float32 results.
 */
import { type Allowed, deviceWatch } from "./watch.ts";

export {
  type CheckedGradient,
  type Derivable,
  type GradcheckOptions,
  type GradcheckResult,
  gradcheck,
} from "./gradcheck.ts";
export {
  type CloseOptions,
  type Matched,
  type NanOptions,
  type Numbers,
  matchers,
  ulpsFrom,
} from "./matchers.ts";
export type { Allowed };
export { testDevice } from "./wgsl/device.ts";
export { type SweepOptions, type SweepResult, type Swept, edgeValues, sweep } from "./wgsl/sweep.ts";
export type { WgslValue } from "./wgsl/types.ts";
export {
  type Argument,
  type Result,
  type ResultOf,
  type Values,
  type WgslFunction,
  type WgslKernel,
  type WgslSource,
  wgsl,
} from "./wgsl/wgsl.ts";

/**
 * Allows what the policy of `gpuTests` would fail or report: WebGPU errors with a matching message, losing a device, leaving
 * buffers. Called in a test, it applies to that test; outside, to the file.
 */
export function allow(allowed: Allowed): void {
  deviceWatch().allow(allowed);
}
