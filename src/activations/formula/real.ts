import type { Activation } from "../activation.ts";
import { resolveParams } from "../params.ts";
import { erf, sigmoid, softplus } from "../float64.ts";
import type { Expr, InnerOp, Program, Rules } from "./expr.ts";

/** Values of x and of the parameters. */
export interface Point {
  readonly x: number;
  readonly params: Readonly<Record<string, number>>;
}

/** a^b for real numbers: e^(b ln a), 1 for b = 0; so NaN for a negative a. */
export const power = (a: number, b: number): number => (a < 0 && b !== 0 ? NaN : a ** b);

/** The nearest whole number; of two, the even one. */
function nearest(a: number): number {
  const below = Math.floor(a);
  const rest = a - below;
  return rest < 0.5 || (rest === 0.5 && below % 2 === 0) ? below : below + 1;
}

const defaults = new Map<Activation, Readonly<Record<string, number>>>();

/** The values of a catalogue activation's parameters in a formula. */
export function defaultsOf(record: Activation): Readonly<Record<string, number>> {
  let known = defaults.get(record);
  if (known === undefined) defaults.set(record, (known = resolveParams(record)));
  return known;
}

/** Every operation in float64; a condition is 1 or 0. */
export const real: Rules<number> = {
  neg: (a) => -a,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  powi: (a, n) => a ** n,
  pow: power,
  lt: (a, b) => Number(a < b),
  le: (a, b) => Number(a <= b),
  gt: (a, b) => Number(a > b),
  ge: (a, b) => Number(a >= b),
  eq: (a, b) => Number(a === b),
  ne: (a, b) => Number(a !== b),
  where: (c, a, b) => (c === 0 ? b : a),
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  abs: (a) => Math.abs(a),
  exp: (a) => Math.exp(a),
  expm1: (a) => Math.expm1(a),
  log: (a) => Math.log(a),
  log1p: (a) => Math.log1p(a),
  sqrt: (a) => Math.sqrt(a),
  sin: (a) => Math.sin(a),
  cos: (a) => Math.cos(a),
  tanh: (a) => Math.tanh(a),
  sigmoid,
  softplus,
  relu: (a) => (a < 0 ? 0 : a),
  erf,
  sign: (a) => Math.sign(a),
  floor: (a) => Math.floor(a),
  round: nearest,
  call: (a, _b, _c, { record }) => record!.f(a, defaultsOf(record!)),
  slope: (a, _b, _c, { record }) => record!.dfdx(a, defaultsOf(record!)),
};

/** The same rounded to float32 after each operation, roughly as on a GPU: it overflows where a GPU does. */
export const single = Object.fromEntries(
  Object.entries(real).map(([op, rule]) => [op, (a, b, c, node) => Math.fround(rule(a, b, c, node))]),
) as Record<InnerOp, Rules<number>[InnerOp]>;

/** Values of all nodes at a point. */
export function valuesAt(program: Program, { x, params }: Point, rules: Rules<number> = real): number[] {
  return program.evaluate(rules, ({ op, value, name }) => {
    const exact = op === "number" ? value : op === "x" ? x : params[name]!;
    return rules === single ? Math.fround(exact) : exact;
  });
}

/** Many points: each x with the same parameters. */
export interface Points {
  readonly xs: ArrayLike<number>;
  readonly params: Point["params"];
}

/** Values of all nodes at many points, a column per node: each operation is looked up once, not once per point. */
export function valuesOn(
  program: Program,
  { xs, params }: Points,
  rules: Rules<number> = real,
): Float64Array[] {
  const count = xs.length;
  const leaf = ({ op, value, name }: Expr): Float64Array => {
    const column =
      op === "x" ? Float64Array.from(xs) : filled(count, op === "number" ? value : params[name]!);
    return rules === single ? column.map(Math.fround) : column;
  };
  return program.fold(leaf, (node, [a, b = a!, c = a!]) => {
    const rule = rules[node.op as InnerOp];
    const column = new Float64Array(count);
    for (let i = 0; i < count; i++) column[i] = rule(a![i]!, b[i]!, c[i]!, node);
    return column;
  });
}

export const filled = (count: number, value: number): Float64Array => new Float64Array(count).fill(value);
