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
  /** Other values than the default ones. */
  readonly params?: Readonly<Record<string, number>>;
  /** Points within |x| <= 10, and over all of float32. Default 65,536 each; the engine's own certificate takes a million. */
  readonly points?: number;
}

/**
 * How exact a custom activation is on a device: its WGSL, f and what a reverse sweep makes of f', against its float64 functions.
 * `missed` says in words what is further off than 4 ulp (f) or 8 ulp (f'), or not finite where it should be; empty when all is
 * well.
 * @throws ActigradError "option" where a derivative is not f's in float64 already (`checkActivation`), for parameters out of
 * range; "kernel" for WGSL that the device rejects; "device-lost"
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
