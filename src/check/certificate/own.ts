import type { Activation } from "../../activations/activation.ts";
import { checkActivation } from "../../activations/check.ts";
import { checkCount } from "../../core/check.ts";
import { checkOptions } from "../../core/errors.ts";
import type { Gpu } from "../../device/context.ts";
import { activationCase } from "./cases.ts";
import { certify } from "./certify.ts";
import type { CaseResult } from "./result.ts";

/** Options of `certifyActivation`. */
export interface CertifyActivationOptions {
  /** Values other than the defaults. */
  readonly params?: Readonly<Record<string, number>>;
  /** Points within |x| <= 10, and over all of float32. Default 65,536 each; the engine's own certificate uses a million. */
  readonly points?: number;
}

/**
 * Measures how exact a custom activation is on a device: compares its WGSL (f, and f' as backward computes it) with its float64
 * functions. `missed` describes errors above 4 ulp (f) or 8 ulp (f') and unexpected NaN or infinity; it is empty if all is well.
 * @throws ActigradError "option" if a derivative is not that of f in float64 (`checkActivation`), for parameters out of range;
 * "kernel" for WGSL that the device rejects; "device-lost"
 */
export async function certifyActivation(
  gpu: Gpu,
  record: Activation,
  options: CertifyActivationOptions = {},
): Promise<CaseResult> {
  checkOptions("certifyActivation", options, ["params", "points"]);
  const { params = {}, points = 1 << 16 } = options;
  checkCount("points", points);
  checkActivation(record, params);
  const asked = { points: { core: points, whole: points } };
  const { cases } = await certify(gpu, [activationCase(record, params)], asked);
  return cases[0]!;
}
