/** An activation's WGSL as functions, and the op for learned parameters. */
import { broadcast } from "../core/shape.ts";
import { type WgslFunction, functionsOf } from "../core/wgsl.ts";
import type { Activation } from "./activation.ts";
import type { RecordOp } from "./record-op.ts";

/** Names of a record's parameters, in the order of an op's inputs. */
export const names = (record: Activation): string[] => Object.keys(record.params);

/** One WGSL function per activation and role, `fn act_silu(x: T) -> T { ... }`, and the functions that it may call. */
export function wgslFunctions(
  name: string,
  record: Activation,
  variable: "x" | "y",
  text: string,
): WgslFunction[] {
  const body = /\breturn\b/.test(text) ? text : `return ${text};`;
  const parameters = [variable, ...names(record)].map((p) => `${p}: T`);
  const own = { name, text: `fn ${name}(${parameters.join(", ")}) -> T {\n  ${body}\n}` };
  return [own, ...functionsOf(record.wgsl.library ?? "")];
}
export const call = (name: string, args: readonly string[]): string => `${name}(${args.join(", ")})`;

/** A parameter of a record. */
export interface ParamAttrs {
  readonly record: Activation;
  readonly param: string;
}

/** df/dp(x, ...params) for a learnable parameter p. */
export const activationParamGrad: RecordOp<ParamAttrs> = {
  name: "activationParamGrad",
  shape: (inputs) => ({ shape: broadcast("activationParamGrad", ...inputs), dtype: "f32" }),
  key: ({ record, param }) => `${record.name}.${param}`,
  kernel: {
    kind: "pointwise",
    wgsl: (args, { record, param }) => call(`dact_${record.name}_${param}`, args),
    functions: ({ record, param }) =>
      wgslFunctions(`dact_${record.name}_${param}`, record, "x", record.wgsl.dfdp![param]!),
  },
};
