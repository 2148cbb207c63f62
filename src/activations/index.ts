import { unknownName } from "../core/errors.ts";
import type { Activation } from "./activation.ts";
import { elu } from "./elu.ts";
import { gelu } from "./gelu.ts";
import { geluTanh } from "./gelu_tanh.ts";
import { identity } from "./identity.ts";
import { leakyRelu } from "./leaky_relu.ts";
import { relu } from "./relu.ts";
import { sigmoid } from "./sigmoid.ts";
import { silu } from "./silu.ts";
import { tanh } from "./tanh.ts";

export { defineActivation, resolveParams } from "./activation.ts";
export type { Activation, ActivationForms, ActivationParam, ActivationSpec, ParamValues } from "./activation.ts";

/** All activations by name. A network that names its activations by import carries only those. */
export const activations = {
  identity,
  relu,
  leaky_relu: leakyRelu,
  elu,
  sigmoid,
  tanh,
  gelu,
  gelu_tanh: geluTanh,
  silu,
} as const satisfies Record<string, Activation>;

/** A name in the table. */
export type ActivationName = keyof typeof activations;

/**
 * The record with this name or alias.
 * @throws ActigradError "option" with the nearest name when there is none
 */
export function findActivation(name: string): Activation {
  const records: readonly Activation[] = Object.values(activations);
  const found = records.find((record) => record.name === name) ?? records.find((r) => r.aliases.includes(name));
  if (found === undefined) throw unknownName("activation", name, Object.keys(activations));
  return found;
}
