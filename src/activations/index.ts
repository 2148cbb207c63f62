import { unknownName } from "../core/errors.ts";
import type { Activation } from "./activation.ts";
import * as records from "./records/index.ts";

export { savedDerivative } from "./activation.ts";
export type {
  Activation,
  ActivationContext,
  ActivationForms,
  ActivationLayer,
  ActivationOptions,
  ActivationParam,
  Conditions,
  Constraint,
  LearnedScope,
  LearnedTensor,
  Learning,
  ParamValues,
} from "./activation.ts";
export { type ActivationCheck, checkActivation } from "./check.ts";
export { defineActivation } from "./define.ts";
export { clamped, fraction, positive } from "./constraints.ts";
export { learning } from "./learning.ts";
export { type ActivationSpec } from "./record.ts";
export { type RationalFit, fitRational, rational } from "./rational-fit.ts";
export { type SplineOptions, pointValues } from "./spline.ts";
export { straightThrough } from "./straight-through.ts";
export { resolveParams } from "./params.ts";
export * from "./records/index.ts";

type Records = typeof records;
/** The records by name, in alphabetical order. */
type Table = { readonly [K in keyof Records as Records[K]["name"]]: Records[K] };

/** All activations by name. A page whose network imports its activations one by one carries only those. */
export const activations = Object.fromEntries(
  Object.values<Activation>(records).map((record) => [record.name, record]),
) as unknown as Table;

/** A name in the table. */
export type ActivationName = keyof typeof activations;

/**
 * The record with this name or alias.
 * @throws ActigradError "option" with the nearest name if there is none
 */
export function findActivation(name: string): Activation {
  const all: readonly Activation[] = Object.values(activations);
  const found = all.find((record) => record.name === name) ?? all.find((r) => r.aliases.includes(name));
  if (found === undefined) throw unknownName("activation", name, Object.keys(activations));
  return found;
}
