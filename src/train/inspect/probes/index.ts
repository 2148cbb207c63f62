/** Probes by name, for `inspect`. */
import { cka, jacobian, linearProbe } from "./space.ts";
import { dead, linearFit, sameSign, saturated, signal, spread, zeros } from "./units.ts";
import { updates } from "./update.ts";

export { type Probe, type ProbeContext, type ProbedLayer, defineProbe } from "./probe.ts";
export { type OtherActivity } from "./space.ts";

/** What `inspect` can measure; each entry makes a probe from its options. */
export const probes = {
  signal,
  dead,
  saturated,
  /** Share of outputs that are 0. */
  zeros,
  spread,
  linearFit,
  sameSign,
  updates,
  /** How well a linear model reads the classes out of each layer. */
  linearProbe,
  jacobian,
  cka,
} as const;
