/** Probes by name, for `Trainer.inspect`. */
import { cka, jacobian, linearProbe } from "./space.ts";
import { dead, linearFit, sameSign, signal, spread, zeros } from "./units.ts";
import { updates } from "./update.ts";

export { type Probe, type ProbeContext, type ProbedLayer } from "./probe.ts";
export { type OtherActivity } from "./space.ts";

export const probes = {
  signal,
  dead,
  zeros,
  spread,
  linearFit,
  sameSign,
  updates,
  linearProbe,
  jacobian,
  cka,
} as const;
