import { unknownName } from "../core/errors.ts";
import type { Activation } from "./activation.ts";
import { arctan } from "./arctan.ts";
import { bentIdentity } from "./bent_identity.ts";
import { celu } from "./celu.ts";
import { elish } from "./elish.ts";
import { elu } from "./elu.ts";
import { exp } from "./exp.ts";
import { gaussian } from "./gaussian.ts";
import { gelu } from "./gelu.ts";
import { geluTanh } from "./gelu_tanh.ts";
import { hardshrink } from "./hardshrink.ts";
import { hardsigmoid } from "./hardsigmoid.ts";
import { hardswish } from "./hardswish.ts";
import { hardtanh } from "./hardtanh.ts";
import { identity } from "./identity.ts";
import { isru } from "./isru.ts";
import { leakyRelu } from "./leaky_relu.ts";
import { logish } from "./logish.ts";
import { logsigmoid } from "./logsigmoid.ts";
import { mish } from "./mish.ts";
import { prelu } from "./prelu.ts";
import { relu } from "./relu.ts";
import { relu6 } from "./relu6.ts";
import { rrelu } from "./rrelu.ts";
import { selu } from "./selu.ts";
import { serf } from "./serf.ts";
import { sigmoid } from "./sigmoid.ts";
import { silu } from "./silu.ts";
import { sin } from "./sin.ts";
import { smish } from "./smish.ts";
import { snake } from "./snake.ts";
import { softplus } from "./softplus.ts";
import { softshrink } from "./softshrink.ts";
import { softsign } from "./softsign.ts";
import { squaredRelu } from "./squared_relu.ts";
import { swish } from "./swish.ts";
import { tanh } from "./tanh.ts";
import { tanhshrink } from "./tanhshrink.ts";
import { threshold } from "./threshold.ts";

export { defineActivation, resolveParams, savedDerivative } from "./activation.ts";
export type {
  Activation,
  ActivationForms,
  ActivationParam,
  ActivationSpec,
  ParamValues,
} from "./activation.ts";

/** All activations by name. A network that names its activations by import carries only those. */
export const activations = {
  identity,
  relu,
  relu6,
  leaky_relu: leakyRelu,
  prelu,
  rrelu,
  elu,
  selu,
  celu,
  gelu,
  gelu_tanh: geluTanh,
  silu,
  swish,
  mish,
  softplus,
  softsign,
  tanh,
  sigmoid,
  logsigmoid,
  hardsigmoid,
  hardswish,
  hardtanh,
  hardshrink,
  softshrink,
  tanhshrink,
  threshold,
  squared_relu: squaredRelu,
  exp,
  gaussian,
  sin,
  snake,
  elish,
  logish,
  smish,
  serf,
  arctan,
  isru,
  bent_identity: bentIdentity,
} as const satisfies Record<string, Activation>;

/** A name in the table. */
export type ActivationName = keyof typeof activations;

/**
 * The record with this name or alias.
 * @throws ActigradError "option" with the nearest name when there is none
 */
export function findActivation(name: string): Activation {
  const records: readonly Activation[] = Object.values(activations);
  const found =
    records.find((record) => record.name === name) ?? records.find((r) => r.aliases.includes(name));
  if (found === undefined) throw unknownName("activation", name, Object.keys(activations));
  return found;
}
