import angles from "../../../shaders/angles.wgsl?raw";
import special from "../../../shaders/special.wgsl?raw";
import type { Activation, ActivationParam } from "../activation.ts";
import { checkedRecord } from "../define.ts";
import { ActigradError } from "../../core/errors.ts";
import { derive } from "./derive.ts";
import { dualsAt } from "./dual.ts";
import { noiseOp } from "../drawn.ts";
import { emitWgsl } from "./emit.ts";
import { type Expr, type Pool, Program, isCondition } from "./expr.ts";
import { findKinks } from "./kinks.ts";
import { wrongParamName } from "./names.ts";
import { type Drawn, type Parsed, parseFormula } from "./parse.ts";
import { valuesAt } from "./real.ts";
import { Builder, Simplifier } from "./simplify.ts";
import { excerpt, formulaError } from "./tokens.ts";
import { refuseZeroByZero } from "./zero.ts";

/** A parameter of a formula: its value, or a full description. */
export type FormulaParam = number | (Partial<ActivationParam> & Pick<ActivationParam, "default">);

/** The expressions of a formula's record. */
export interface FormulaParts {
  /** As written, and simplified. */
  readonly raw: Expr;
  readonly f: Expr;
  /**
   * Symbolic derivatives of `f`: by x, and by each learned parameter. If a backward factor is stated, it replaces the one by x.
   */
  readonly slopes: ReadonlyMap<string, Expr>;
  /** The backward factor that replaces the derivative by x, as written. */
  readonly backward?: Expr;
  /** Makes further nodes, unsimplified. */
  readonly builder: Builder;
  readonly pool: Pool;
}

const parts = new WeakMap<Activation, FormulaParts>();

/** The expressions of a record made by `formula`; undefined for others. */
export const partsOf = (record: Activation): FormulaParts | undefined => parts.get(record);

/** Whether `formula` made a record. */
export const isFormula = (record: Activation): boolean => parts.has(record);

/**
 * An activation from a formula in x, usable wherever a catalogue activation is.
 *
 *     formula("x * tanh(softplus(x))")
 *     formula("x * sigmoid(beta * x)", { beta: { default: 1, learnable: true } })
 *     formula("x * sigmoid(beta * x); beta = 1 learned")
 *
 * A learned parameter is trained, starting at its default; `formula(...)({ learn: false })` fixes it.
 *
 *     formula("sign(x); backward abs(x) <= 1")
 *
 * `learned per channel`, or `per unit`, gives each its own value. `backward` is the factor of the gradient instead of the
 * derivative; a comparison counts as 1 or 0 there.
 *
 *     formula("x > 0 ? x * drawn(low, high) : 0; low = 0.8, high = 1.2")
 *
 * In training `drawn` is a random number between the two, a new one for each element and step; otherwise it is their mean.
 *
 * Syntax: numbers, pi, tau, e, sqrt2, ln2, x, parameters; + - * / ^ (a^b with a < 0 is defined only for whole b), pow(a, b); < <=
 * > >= == != as the condition of where(condition, a, b) or condition ? a : b, where(c, a, d, b, ..., z) for several; clamp(u,
 * low, high), sign, floor, round (ties to even), min, max, abs, exp, expm1, log, log1p, sqrt, sin, cos, tanh, sigmoid, softplus,
 * relu, erf; and the catalogue's activations with their default parameters. Derivatives at kinks are PyTorch's: 0 for abs and
 * relu at 0, half for each argument of min or max if they are equal, and for where that of the branch taken. The text is parsed
 * and never evaluated as code.
 * @throws ActigradError "formula" with the column
 */
export function formula(text: string, params: Readonly<Record<string, FormulaParam>> = {}): Activation {
  const beside = Object.entries(params).map(([name, param]) => [name, checkedParam(name, param)] as const);
  const parsed = parseFormula(text, Object.keys(params));
  const specs: Record<string, ActivationParam> = Object.fromEntries(beside);
  for (const [name, param] of parsed.params) specs[name] = paramSpec(name, param);
  const { pool, root, backward, drawn } = parsed;
  const program = new Program(root, ...(backward ? [backward] : []));
  const used = new Set(program.nodes.map(({ op, name }) => (op === "x" ? "x" : name)));
  if (!used.has("x")) throw formulaError(1, "the formula does not depend on x");
  for (const name of Object.keys(specs))
    if (!used.has(name)) throw formulaError(1, `the parameter "${name}" does not occur in the formula`);
  const defaults = Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, spec.default]));
  refuseBadConstants(program, parsed);
  refuseZeroByZero(parsed, defaults);
  if (drawn !== undefined) refuseOtherUses(drawn, program, specs);

  return recordFrom(parsed.body, specs, root, pool, { backward, drawn });
}

/** The record of an expression; `specs` has all of its parameters. */
export function recordFrom(
  body: string,
  specs: Readonly<Record<string, ActivationParam>>,
  raw: Expr,
  pool: Pool,
  { backward, drawn }: { readonly backward?: Expr | undefined; readonly drawn?: Drawn | undefined } = {},
): Activation {
  const simplifier = new Simplifier(pool);
  const f = simplifier.simplify(raw);
  const learned = Object.keys(specs).filter((name) => specs[name]!.learnable === true);
  const slopes = new Map(["x", ...learned].map((name) => [name, derive(simplifier, f, name)]));
  if (backward !== undefined) slopes.set("x", simplifier.simplify(backward));
  const all = { raw, f, slopes, builder: new Builder(pool), pool, ...(backward && { backward }) };
  const record = recordOf(body, specs, all, drawn);
  parts.set(record, all);
  return record;
}

/** A parameter given separately from the text. */
function checkedParam(name: string, param: FormulaParam): ActivationParam {
  const fail = (what: string, hint?: string): never => {
    throw new ActigradError("formula", `formula: ${what}`, hint === undefined ? {} : { hint });
  };
  const given = typeof param === "number" ? { default: param } : param;
  const wrong = wrongParamName(name);
  if (wrong !== undefined) fail(`a parameter cannot be called "${name}"`, `expected ${wrong}`);
  if (typeof given.default !== "number" || !Number.isFinite(Math.fround(given.default)))
    fail(`the default of "${name}" is ${String(given.default)}; expected a finite float32`);
  const range = given.check?.(given.default);
  if (range !== undefined) fail(`the default ${name} = ${given.default} is out of range`, range);
  return paramSpec(name, given);
}

/** A parameter declared as learned is trained by default. */
const paramSpec = (name: string, given: Exclude<FormulaParam, number>): ActivationParam => ({
  doc: "a parameter of the formula",
  ...(given.learnable === true ? { learnedAs: name } : {}),
  ...given,
});

/** In training neither end has a value of its own, so nothing else may use it. */
function refuseOtherUses(
  drawn: Drawn,
  { nodes }: Program,
  specs: Readonly<Record<string, ActivationParam>>,
): void {
  for (const end of drawn) {
    if (specs[end]!.learnable === true) throw formulaError(1, `"${end}" is drawn from and cannot be learned`);
    if (nodes.filter(({ args }) => args.some(({ name }) => name === end)).length > 1)
      throw formulaError(1, `"${end}" is drawn from and cannot be used otherwise`);
  }
}

/** Parts without x and parameters must be float32 numbers. */
function refuseBadConstants(program: Program, { places, text }: Parsed): void {
  const constant = new Set<Expr>();
  const values = valuesAt(program, { x: NaN, params: {} });
  for (const [i, node] of program.nodes.entries()) {
    if (node.op === "x" || node.op === "param" || !node.args.every((arg) => constant.has(arg))) continue;
    constant.add(node);
    const value = values[i]!;
    if (isCondition(node) || Number.isFinite(Math.fround(value))) continue;
    const place = places.get(node)!;
    throw formulaError(place[0], `${excerpt(text, place)} = ${value} is not a finite float32`);
  }
}

function recordOf(
  body: string,
  params: Readonly<Record<string, ActivationParam>>,
  { f, slopes, backward }: FormulaParts,
  drawn: Drawn | undefined,
): Activation {
  const of = new Map([...slopes].map(([variable, slope]) => [variable, emitWgsl(slope)]));
  const learned = [...slopes.keys()].filter((name) => name !== "x");
  const wgsl = {
    library: special + angles,
    f: emitWgsl(f),
    dfdx: of.get("x")!,
    dfdp: Object.fromEntries(learned.map((name) => [name, of.get(name)!])),
  };
  const program = new Program(f);
  const last = program.place(f);
  const slope =
    (variable: string) =>
    (x: number, p: Readonly<Record<string, number>>): number =>
      dualsAt(program, { x, params: p }, variable)[last]!.slope ?? 0;
  const back = slopes.get("x")!;
  const kinksOf = (p: Readonly<Record<string, number>>): readonly number[] => {
    const own = findKinks(f, back, p);
    return backward === undefined ? own : [...new Set([...own, ...findKinks(back, back, p)])];
  };
  const kinks = new Map<string, readonly number[]>();
  const valueOf = (expr: Expr): Activation["f"] => {
    const own = new Program(expr);
    const place = own.place(expr);
    return (x, p) => valuesAt(own, { x, params: p })[place]!;
  };
  const value = valueOf(f);
  return checkedRecord<string>({
    name: `formula_${digest([wgsl.f, wgsl.dfdx, ...Object.values(wgsl.dfdp)].join("\n"))}`,
    formula: body,
    params,
    saves: "x",
    wgsl,
    f: value,
    dfdx: backward === undefined ? slope("x") : valueOf(backward),
    ...(backward !== undefined && { surrogate: true }),
    ...(drawn !== undefined && {
      drawn: { between: drawn, noise: noiseOp },
      check: (p) => (p[drawn[0]]! <= p[drawn[1]]! ? undefined : `expected ${drawn.join(" <= ")}`),
    }),
    dfdp: Object.fromEntries(learned.map((name) => [name, slope(name)])),
    kinks: (p) => {
      const key = JSON.stringify(p);
      const known = kinks.get(key) ?? kinksOf(p);
      kinks.set(key, known);
      return known;
    },
    transcendentals: countTranscendentals(program),
    init: saturates(value, params) ? "glorot" : "he",
  });
}

/** Plain arithmetic and branches; everything else costs as much as exp. */
const cheap = new Set<string>(
  "number x param neg add sub mul div powi lt le gt ge eq ne where min max abs relu sqrt".split(" "),
);

function countTranscendentals({ nodes }: Program): 0 | 1 | 2 {
  const count = nodes
    .map(({ op, record }) => (op === "call" ? record!.transcendentals : cheap.has(op) ? 0 : 1))
    .reduce<number>((a, b) => a + b, 0);
  return count === 0 ? 0 : count === 1 ? 1 : 2;
}

/** Whether a function is bounded on both sides, like tanh. */
function saturates(f: Activation["f"], specs: Readonly<Record<string, ActivationParam>>): boolean {
  const p = Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, spec.default]));
  return [-1, 1].every((side) => Math.abs(f(side * 60, p) - f(side * 30, p)) < 3);
}

/** 64 bits of a text in letters and digits (two runs of FNV-1a), so that different functions have different names. */
function digest(text: string): string {
  const run = (seed: number): string => {
    let hash = seed;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    return (hash >>> 0).toString(36).padStart(7, "0");
  };
  return run(0x811c9dc5) + run(0x9e3779b9);
}
