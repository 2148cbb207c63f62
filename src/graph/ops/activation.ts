import { type Activation, savedDerivative } from "../../activations/activation.ts";
import { type ParamAttrs, activationParamGrad, call, names, wgslFunctions } from "../../activations/forms.ts";
import { resolveParams } from "../../activations/params.ts";
import { ActigradError } from "../../core/errors.ts";
import { broadcast } from "../../core/shape.ts";
import type { WgslFunction } from "../../core/wgsl.ts";
import type { Node, Op } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";
import { mul } from "./pointwise.ts";
import { sumTo } from "./reduce.ts";
import { rowOp } from "./row.ts";
import { constant, constantOp, isHeld } from "./source.ts";

export interface ActivationAttrs {
  readonly record: Activation;
}

const values = (record: Activation, args: readonly number[]): Record<string, number> =>
  Object.fromEntries(names(record).map((name, i) => [name, args[i]!]));

/** A call of an activation's function, and the function. */
export const activationCall = {
  wgsl: (args: readonly string[], { record }: ActivationAttrs): string => call(`act_${record.name}`, args),
  functions: ({ record }: ActivationAttrs): WgslFunction[] =>
    wgslFunctions(`act_${record.name}`, record, "x", record.wgsl.f),
};

/** f(x, ...params), pointwise. The parameters are inputs: constants become literals, tensors are loaded (and may be learned). */
export const activationOp: Op<ActivationAttrs> = engineOp({
  name: "activation",
  shape: (inputs) => ({ shape: broadcast("activation", ...inputs), dtype: "f32" }),
  key: ({ record }) => record.name,
  vjp({ inputs, output, attrs: { record } }, g, higher) {
    const [x, ...params] = inputs as [Node, ...Node[]];
    const saved = record.saves === "y" ? output : x;
    const dx =
      higher === undefined
        ? x.graph.add(activationGrad, [saved, g, ...params], { record })
        : higher.timesSlope(g, record, inputs);
    const dparams = record.learning?.cotangents(record, inputs, higher ? undefined : dx, {
      activationOp,
      rowOp,
      isFixed: (n) => n.op === constantOp || isHeld(n),
      sumTo,
      times: (slope) => mul(g, slope),
    });
    return [dx && sumTo(dx, x.shape), ...(dparams ?? [])];
  },
  kernel: { kind: "pointwise", ...activationCall },
});

/** gy * f'(saved, ...params); `saved` is x or y as the record says. */
export const activationGrad: Op<ActivationAttrs> = engineOp({
  name: "activationGrad",
  shape: (inputs) => ({ shape: broadcast("activationGrad", ...inputs), dtype: "f32" }),
  key: ({ record }) => record.name,
  kernel: {
    kind: "pointwise",
    wgsl: ([saved, g, ...params], { record }) =>
      `(${g} * ${call(`dact_${record.name}`, [saved!, ...params])})`,
    functions: ({ record }) => wgslFunctions(`dact_${record.name}`, record, record.saves, record.wgsl.dfdx),
  },
});

export const activationReference = defineReference(activationOp, ([x, ...p], { record }) =>
  record.f(x!, values(record, p)),
);

export const activationParamGradReference = defineReference<ParamAttrs>(
  activationParamGrad,
  ([x, ...p], { record, param }) => record.dfdp![param]!(x!, values(record, p)),
);

export const activationGradReference = defineReference(
  activationGrad,
  ([saved, g, ...p], { record }) => g! * savedDerivative(record, saved!, values(record, p)),
);

/** x and a record's parameters as nodes, in order: the inputs of an op that applies it. */
export function activationInputs(
  record: Activation,
  x: Node,
  params: Readonly<Record<string, Node | number>>,
): Node[] {
  const unknown = Object.keys(params).find((name) => !Object.hasOwn(record.params, name));
  if (unknown !== undefined) {
    throw new ActigradError("option", `${record.name} has no parameter "${unknown}"`, {
      hint: `it has: ${names(record).join(", ") || "none"}`,
    });
  }
  const numbers: Record<string, number> = {};
  for (const [name, value] of Object.entries(params)) if (typeof value === "number") numbers[name] = value;
  // Joint constraints on parameters can only be checked for numbers.
  const { check: _, ...alone } = record;
  const constants = Object.keys(numbers).length === Object.keys(params).length;
  const values = resolveParams(constants ? record : alone, numbers);
  const inputs = names(record).map((name) => {
    const value = params[name] ?? values[name]!;
    return typeof value === "number" ? constant(x.graph, value) : value;
  });
  return [x, ...inputs];
}

/**
 * Applies an activation to every element of x.
 * @param params values by name (constants), or tensors that broadcast to x (learned, or one value per replica)
 * @throws ActigradError "option" for an unknown parameter, and a constant out of range
 */
export const activation = (
  record: Activation,
  x: Node,
  params: Readonly<Record<string, Node | number>> = {},
): Node => x.graph.add(activationOp, activationInputs(record, x, params), { record });
