import { activations } from "../index.ts";
import type { Activation } from "../activation.ts";
import type { InnerOp } from "./expr.ts";

/** The functions that a formula may call, by name. Operations take precedence over the catalogue's names. */
const operations = [
  ...(["where", "min", "max", "abs", "exp", "expm1", "log", "log1p", "sqrt", "sin", "cos"] as const),
  ...(["tanh", "sigmoid", "softplus", "relu", "erf", "sign", "floor", "round"] as const),
] satisfies readonly InnerOp[];

export type Callee = { readonly op: InnerOp; readonly record?: Activation };

/** A Map, so that "constructor" or "__proto__" finds nothing. */
export const callees: ReadonlyMap<string, Callee> = new Map<string, Callee>([
  // An activation with its own backward pass has no derivative for a formula.
  ...Object.values<Activation>(activations).flatMap((record) =>
    record.surrogate === true
      ? []
      : [record.name, ...record.aliases].map((name) => [name, { op: "call", record }] as const),
  ),
  ...operations.map((op) => [op, { op }] as const),
]);

export const constants: ReadonlyMap<string, number> = new Map([
  ["pi", Math.PI],
  ["tau", 2 * Math.PI],
  ["e", Math.E],
  ["sqrt2", Math.SQRT2],
  ["ln2", Math.LN2],
]);

/** Calls that the parser writes out as other operations. */
export const shorthands: readonly string[] = ["clamp", "pow", "drawn"];

/** Keywords and reserved words of WGSL (sections 15.1 and 15.2 of its specification), and names that our WGSL uses. */
const reserved = new Set(
  `alias break case const continue continuing default diagnostic discard else enable false fn for if let loop
  override requires return struct switch true var while
  abstract active alignas alignof as asm async attribute auto await become cast catch class common compile concept
  consteval constexpr constinit crate debugger decltype delete demote do enum explicit export extends extern external
  fallthrough filter final finally friend from fxgroup get goto groupshared highp impl implements import inline
  instanceof interface layout lowp macro match mediump meta mod module move mut mutable namespace new nil noexcept
  noinline nointerpolation noncoherent coherent noperspective null nullptr of operator package packoffset partial pass
  patch pixelfragment precise precision premerge priv protected pub public readonly ref regardless register require
  resource restrict self set shared sizeof smooth snorm static std subroutine super target template this throw trait
  try type typedef typeid typename typeof union unless unorm unsafe unsized use using varying virtual volatile wgsl
  where with writeonly yield
  x y gy backward learned per fixed learn perChannel perUnit select bitcast round clamp sign bool f32 u32 i32 f16 vec4f vec4u vec4i vec4 fma`.split(
    /\s+/,
  ),
);

/** Why a word cannot name a parameter, or undefined. */
export function wrongParamName(name: string): string | undefined {
  if (!/^[a-z][A-Za-z0-9]*$/.test(name)) return "a lower case letter, then letters and digits";
  const taken =
    callees.has(name) ||
    shorthands.includes(name) ||
    constants.has(name) ||
    reserved.has(name) ||
    name in Object.prototype;
  if (taken) return "a name that is not taken";
  return undefined;
}
