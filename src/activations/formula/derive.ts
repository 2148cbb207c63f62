import { sigmoid } from "../records/sigmoid.ts";
import { tanh } from "../records/tanh.ts";
import { type Expr, type InnerOp, Program, isLeaf } from "./expr.ts";
import type { Builder } from "./simplify.ts";

/** The derivative of a node, given its arguments and their derivatives. */
type DeriveRule = (s: Builder, node: Expr, args: readonly Expr[], slopes: readonly Expr[]) => Expr;

/** f(u)' = f'(u) u'. */
const chain =
  (outer: (s: Builder, u: Expr, node: Expr) => Expr): DeriveRule =>
  (s, node, [u], [du]) =>
    s.mul(outer(s, u!, node), du!);

const none: DeriveRule = (s) => s.number(0);
const isZero = ({ op, value }: Expr): boolean => op === "number" && value === 0;
/** factor * slope; nothing if there is no slope, even if the factor is not finite somewhere. */
const times = (s: Builder, factor: Expr, slope: Expr): Expr => (isZero(slope) ? slope : s.mul(factor, slope));

/** For two arguments: the first's where `a op b` holds, half of both where a = b, otherwise the second's, as in PyTorch. */
const ofTwo =
  (op: InnerOp): DeriveRule =>
  (s, _, [a, b], [da, db]) => {
    const half = s.mul(s.number(0.5), s.add(da!, db!));
    return s.where(s.node(op, [a!, b!]), da!, s.where(s.node("eq", [a!, b!]), half, db!));
  };

/** The rules at kinks are PyTorch's: abs' = 0 and relu' = 0 at 0, where(c, a, b)' = where(c, a', b'). */
const rules: Readonly<Record<InnerOp, DeriveRule>> = {
  neg: (s, _node, _args, [da]) => s.neg(da!),
  add: (s, _node, _args, [da, db]) => s.add(da!, db!),
  sub: (s, _node, _args, [da, db]) => s.sub(da!, db!),
  mul: (s, _, [a, b], [da, db]) => s.add(times(s, b!, da!), times(s, a!, db!)),
  // With the quotient itself: (a' - (a/b) b') / b does not square b.
  div: (s, node, [, b], [da, db]) => s.div(s.sub(da!, times(s, node, db!)), b!),
  powi: (s, _, [a, n], [da]) => {
    const { value } = n!;
    return value === 0 ? s.number(0) : s.mul(s.mul(n!, s.power(a!, value - 1)), da!);
  },
  pow: (s, node, [a, b], [da, db]) => {
    const ofBase = times(s, s.mul(b!, s.node("pow", [a!, s.sub(b!, s.number(1))])), da!);
    if (isZero(db!)) return ofBase;
    // a^b ln a is 0 at a = 0, as its limit.
    const zero = s.number(0);
    const growth = s.where(s.node("eq", [a!, zero]), zero, s.mul(node, s.node("log", [a!])));
    return s.add(ofBase, s.mul(growth, db!));
  },
  lt: none,
  le: none,
  gt: none,
  ge: none,
  eq: none,
  ne: none,
  where: (s, _, [c], [, da, db]) => s.where(c!, da!, db!),
  min: ofTwo("lt"),
  max: ofTwo("gt"),
  abs: (s, _, [a], [da]) => {
    const zero = s.number(0);
    const below = s.where(s.node("lt", [a!, zero]), s.neg(da!), zero);
    return isZero(da!) ? zero : s.where(s.node("gt", [a!, zero]), da!, below);
  },
  exp: chain((_s, _u, node) => node),
  expm1: chain((s, u) => s.node("exp", [u])),
  log: (s, _, [a], [da]) => s.div(da!, a!),
  log1p: (s, _, [a], [da]) => s.div(da!, s.add(s.number(1), a!)),
  sqrt: (s, node, _, [da]) => s.div(s.mul(s.number(0.5), da!), node),
  sin: chain((s, u) => s.node("cos", [u])),
  cos: chain((s, u) => s.neg(s.node("sin", [u]))),
  tanh: chain((s, u) => s.node("slope", [u], tanh)),
  sigmoid: chain((s, u) => s.node("slope", [u], sigmoid)),
  softplus: chain((s, u) => s.node("sigmoid", [u])),
  relu: (s, _, [a], [da]) => s.where(s.node("gt", [a!, s.number(0)]), da!, s.number(0)),
  erf: chain((s, u) => s.mul(s.number(2 / Math.sqrt(Math.PI)), s.node("exp", [s.neg(s.power(u, 2))]))),
  sign: none,
  floor: none,
  round: none,
  call: chain((s, u, { record }) => s.node("slope", [u], record)),
  // Only for tanh and sigmoid: others were written out before (see slope.ts).
  slope: chain((s, u, node) =>
    node.record === tanh
      ? s.mul(s.mul(s.number(-2), s.node("tanh", [u])), node)
      : s.neg(s.mul(s.node("tanh", [s.mul(s.number(0.5), u)]), node)),
  ),
};

/**
 * The derivative of an expression by x or a parameter. Parts that do not depend on it contribute nothing (no 0 * x terms), so
 * they cannot cause NaN.
 */
export function derive(s: Builder, root: Expr, variable: string): Expr {
  const slopes = new Map<Expr, Expr>();
  for (const node of new Program(root).nodes) {
    const { args } = node;
    const of = args.map((arg) => slopes.get(arg)!);
    slopes.set(
      node,
      isLeaf(node)
        ? s.number(node.name === variable || (node.op === "x" && variable === "x") ? 1 : 0)
        : of.every(isZero)
          ? s.number(0)
          : rules[node.op as InnerOp](s, node, args, of),
    );
  }
  return slopes.get(root)!;
}
