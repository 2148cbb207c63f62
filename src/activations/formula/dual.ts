import type { Expr, InnerOp, Program, Rules } from "./expr.ts";
import { type Point, defaultsOf, filled, power, real } from "./real.ts";
import { sigmoid } from "../float64.ts";
import { tanh } from "../records/tanh.ts";

/** How fast a result grows with each argument; undefined if it does not depend on it at all. */
type Partials = (a: number, b: number, c: number, node: Expr) => readonly (number | undefined)[];

const not: Partials = () => [];
const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

/**
 * The partial derivatives of every operation as numbers, written independently of the symbolic rules in derive.ts, so that the
 * two check each other. The conventions at kinks are the same.
 */
export const partials: Readonly<Record<InnerOp, Partials>> = {
  neg: () => [-1],
  add: () => [1, 1],
  sub: () => [1, -1],
  mul: (a, b) => [b, a],
  div: (a, b) => [1 / b, -a / b / b],
  powi: (a, n) => [n === 0 ? undefined : n * a ** (n - 1)],
  pow: (a, b) => [b === 0 ? 0 : b * power(a, b - 1), a === 0 ? undefined : power(a, b) * Math.log(a)],
  lt: not,
  le: not,
  gt: not,
  ge: not,
  eq: not,
  ne: not,
  where: (c) => (c === 0 ? [undefined, undefined, 1] : [undefined, 1]),
  min: (a, b) => (a === b ? [0.5, 0.5] : a < b ? [1] : [undefined, 1]),
  max: (a, b) => (a === b ? [0.5, 0.5] : a > b ? [1] : [undefined, 1]),
  abs: (a) => [a === 0 ? undefined : Math.sign(a)],
  exp: (a) => [Math.exp(a)],
  expm1: (a) => [Math.exp(a)],
  log: (a) => [1 / a],
  log1p: (a) => [1 / (1 + a)],
  sqrt: (a) => [0.5 / Math.sqrt(a)],
  sin: (a) => [Math.cos(a)],
  cos: (a) => [-Math.sin(a)],
  tanh: (a) => [1 / Math.cosh(a) ** 2],
  sigmoid: (a) => [sigmoid(a) * sigmoid(-a)],
  softplus: (a) => [sigmoid(a)],
  relu: (a) => [a > 0 ? 1 : undefined],
  sign: not,
  floor: not,
  round: not,
  erf: (a) => [TWO_OVER_ROOT_PI * Math.exp(-a * a)],
  call: (a, _b, _c, { record }) => [record!.dfdx(a, defaultsOf(record!))],
  slope: (a, _b, _c, { record }) => [
    record === tanh
      ? (-2 * Math.tanh(a)) / Math.cosh(a) ** 2
      : sigmoid(a) * sigmoid(-a) * (sigmoid(-a) - sigmoid(a)),
  ],
};

/** A value and its derivative; undefined if it does not depend on the variable. */
export interface Dual {
  readonly value: number;
  readonly slope: number | undefined;
}

const rules = Object.fromEntries(
  Object.entries(real).map(([op, rule]) => [
    op,
    (a: Dual, b: Dual | undefined, c: Dual | undefined, node: Expr): Dual => {
      const [u, v = 0, w = 0] = [a.value, b?.value, c?.value];
      let slope: number | undefined;
      for (const [i, partial] of partials[op as InnerOp](u, v, w, node).entries()) {
        const inner = [a, b, c][i]?.slope;
        if (partial !== undefined && inner !== undefined) slope = (slope ?? 0) + partial * inner;
      }
      return { value: rule(u, v, w, node), slope };
    },
  ]),
) as unknown as Rules<Dual>;

/** All nodes' values and derivatives by x or a parameter, using dual numbers. */
export function dualsAt(program: Program, { x, params }: Point, variable: string): Dual[] {
  return program.evaluate(rules, ({ op, value, name }) => {
    if (op === "number") return { value, slope: undefined };
    const of = op === "x" ? "x" : name;
    return { value: op === "x" ? x : params[name]!, slope: of === variable ? 1 : undefined };
  });
}

/** Derivatives of a node at many points; `moves` is 1 if it depends on the variable at all. */
export interface Slopes {
  readonly slopes: Float64Array;
  readonly moves: Uint8Array;
}

/**
 * All nodes' derivatives at many points, as in `dualsAt`; undefined for a node that does not depend on the variable.
 * @param values of all nodes there, see `valuesOn`
 */
export function slopesOn(
  program: Program,
  values: readonly Float64Array[],
  variable: string,
): (Slopes | undefined)[] {
  const count = values[0]!.length;
  const own = { slopes: filled(count, 1), moves: new Uint8Array(count).fill(1) };
  return program.fold<Slopes | undefined>(
    ({ op, name }) => (op !== "number" && (op === "x" ? "x" : name) === variable ? own : undefined),
    (node, inner) => {
      if (inner.every((of) => of === undefined)) return undefined;
      const [a, b = a!, c = a!] = node.args.map((arg) => values[program.place(arg)]!);
      const rule = partials[node.op as InnerOp];
      const made = { slopes: new Float64Array(count), moves: new Uint8Array(count) };
      for (let i = 0; i < count; i++)
        for (const [k, partial] of rule(a![i]!, b[i]!, c[i]!, node).entries()) {
          const of = inner[k];
          if (partial === undefined || of === undefined || of.moves[i] === 0) continue;
          made.slopes[i]! += partial * of.slopes[i]!;
          made.moves[i] = 1;
        }
      return made;
    },
  );
}
