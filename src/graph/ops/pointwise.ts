import { broadcast } from "../../core/shape.ts";
import type { Node, Op } from "../graph.ts";
import { engineOp } from "../op.ts";
import { constant, constantOp } from "./source.ts";
import { expand, expandOp, sumTo } from "./reduce.ts";

/** A pointwise op, and its function of numbers: constants are computed when the graph is built. */
interface Pointwise {
  readonly op: Op<null>;
  readonly f: (...args: number[]) => number;
}

/** A pointwise op as one line: its WGSL over lanes, its float64 meaning, and the cotangents of its inputs. */
/* @__NO_SIDE_EFFECTS__ */
function pointwise(
  name: string,
  wgsl: (...args: string[]) => string,
  f: (...args: number[]) => number,
  vjp?: (g: Node, inputs: readonly Node[], y: Node) => readonly (Node | undefined)[],
): Pointwise {
  const op = engineOp<null>({
    name,
    shape: (inputs) => ({ shape: broadcast(name, ...inputs), dtype: "f32" }),
    ...(vjp && {
      // A broadcast operand gets the sum over the axes along which it was repeated.
      vjp: ({ inputs, output }, g) => vjp(g, inputs, output).map((c, i) => c && sumTo(c, inputs[i]!.shape)),
    }),
    kernel: { kind: "pointwise", wgsl: (args) => wgsl(...args) },
    reference: (args) => f(...args),
  });
  return { op, f };
}

const addOp = pointwise(
  "add",
  (a, b) => `(${a} + ${b})`,
  (a, b) => a! + b!,
  (g) => [g, g],
);
const subOp = pointwise(
  "sub",
  (a, b) => `(${a} - ${b})`,
  (a, b) => a! - b!,
  (g) => [g, neg(g)],
);
const mulOp = pointwise(
  "mul",
  (a, b) => `(${a} * ${b})`,
  (a, b) => a! * b!,
  (g, [a, b]) => [mul(g, b!), mul(g, a!)],
);
const divOp = pointwise(
  "div",
  (a, b) => `(${a} / ${b})`,
  (a, b) => a! / b!,
  (g, [, b], y) => [div(g, b!), neg(div(mul(g, y), b!))],
);
const negOp = pointwise(
  "neg",
  (a) => `(-${a})`,
  (a) => -a!,
  (g) => [neg(g)],
);
const sqrtOp = pointwise(
  "sqrt",
  (a) => `sqrt(${a})`,
  (a) => Math.sqrt(a!),
  (g, _, y) => [div(g, mul(y, 2))],
);
const absOp = pointwise(
  "abs",
  (a) => `abs(${a})`,
  (a) => Math.abs(a!),
  (g, [a]) => [mul(g, sign(a!))],
);
/** -1, 0 or 1. */
const signOp = pointwise(
  "sign",
  (a) => `sign(${a})`,
  (a) => Math.sign(a!),
  () => [undefined],
);
const logOp = pointwise(
  "log",
  (a) => `log_(${a})`,
  (a) => Math.log(a!),
  (g, [a]) => [div(g, a!)],
);
/** The larger of two; where they are equal, a gets the gradient. NaN where either is NaN. */
const maximumOp = pointwise(
  "maximum",
  (a, b) => `select(${a}, ${b}, (${b} > ${a}) | is_nan_(${b}))`,
  (a, b) => (b! > a! || Number.isNaN(b) ? b! : a!),
  (g, [a, b]) => [where(greater(b!, a!), 0, g), where(greater(b!, a!), g, 0)],
);
/** The smaller of two; where they are equal, a gets the gradient. NaN where either is NaN. */
const minimumOp = pointwise(
  "minimum",
  (a, b) => `select(${a}, ${b}, (${b} < ${a}) | is_nan_(${b}))`,
  (a, b) => (b! < a! || Number.isNaN(b) ? b! : a!),
  (g, [a, b]) => [where(greater(a!, b!), 0, g), where(greater(a!, b!), g, 0)],
);
/** 1 where a > b, else 0. */
const greaterOp = pointwise(
  "greater",
  (a, b) => `select(T(0), T(1), ${a} > ${b})`,
  (a, b) => (a! > b! ? 1 : 0),
);
/** 1 where a >= b, else 0. */
const atLeastOp = pointwise(
  "atLeast",
  (a, b) => `select(T(0), T(1), ${a} >= ${b})`,
  (a, b) => (a! >= b! ? 1 : 0),
);
/** a where the condition is not 0, otherwise b. Branch-free: the other value never leaks, even NaN. */
const whereOp = pointwise(
  "where",
  (c, a, b) => `select(${b}, ${a}, ${c} != T(0))`,
  (c, a, b) => (c !== 0 ? a! : b!),
  (g, [c]) => [undefined, where(c!, g, 0), where(c!, 0, g)],
);
/** 1 where the value is finite, otherwise 0; detected by its bits, because WGSL may assume that NaN does not exist. */
const finiteOp = pointwise(
  "finite",
  (a) => `select(T(0), T(1), is_finite_(${a}))`,
  (a) => (Number.isFinite(a) ? 1 : 0),
);

/** A tensor, or a number that becomes a constant. */
export type Operand = Node | number;

/** The number that a node is in every element, if it is one: a constant, or a repeated constant. */
function constantValue(x: Operand): number | undefined {
  if (typeof x === "number") return x;
  if (x.op === constantOp) return (x.attrs as { value: number }).value;
  return x.op === expandOp ? constantValue(x.inputs[0]!) : undefined;
}

function apply(entry: Pointwise, ...operands: readonly Operand[]): Node {
  const graph = (operands.find((x) => typeof x !== "number") as Node).graph;
  const inputs = operands.map((x) => (typeof x === "number" ? constant(graph, x) : x));
  const values = inputs.map(constantValue);
  if (values.every((v) => v !== undefined)) {
    return expand(constant(graph, entry.f(...values)), broadcast(entry.op.name, ...inputs));
  }
  return graph.add(entry.op, inputs, null);
}

/** a + b, shapes broadcast. */
export const add = (a: Node, b: Operand): Node => (b === 0 ? a : apply(addOp, a, b));
/** a - b, shapes broadcast. */
export const sub = (a: Operand, b: Operand): Node => apply(subOp, a, b);
/** a * b, shapes broadcast. */
export const mul = (a: Node, b: Operand): Node => (b === 1 ? a : apply(mulOp, a, b));
/** a / b, shapes broadcast. */
export const div = (a: Operand, b: Operand): Node => apply(divOp, a, b);
/** -a */
export const neg = (a: Node): Node => apply(negOp, a);
/** Square root; its gradient at 0 is infinite, as in IEEE division. */
export const sqrt = (a: Node): Node => apply(sqrtOp, a);
/** |a|, with derivative 0 at 0. */
export const abs = (a: Node): Node => apply(absOp, a);
/** -1, 0 or 1. */
export const sign = (a: Node): Node => apply(signOp, a);
/** Natural logarithm: -infinity at 0, NaN below. */
export const log = (a: Node): Node => apply(logOp, a);
/** The larger of two, shapes broadcast; NaN where either is. */
export const maximum = (a: Node, b: Operand): Node => apply(maximumOp, a, b);
/** The smaller of two, shapes broadcast; NaN where either is. */
export const minimum = (a: Node, b: Operand): Node => apply(minimumOp, a, b);
/** 1 where a >= b, else 0. */
export const atLeast = (a: Operand, b: Operand): Node => apply(atLeastOp, a, b);
/** 1 where a > b, else 0. */
export const greater = (a: Operand, b: Operand): Node => apply(greaterOp, a, b);
/** a where the condition is not 0, else b. */
export const where = (condition: Node, a: Operand, b: Operand): Node => apply(whereOp, condition, a, b);
/** 1 where finite, else 0. */
export const finite = (a: Node): Node => apply(finiteOp, a);

/** Every op above by its name. */
export const pointwiseTable = {
  add: addOp,
  sub: subOp,
  mul: mulOp,
  div: divOp,
  neg: negOp,
  sqrt: sqrtOp,
  abs: absOp,
  sign: signOp,
  log: logOp,
  maximum: maximumOp,
  minimum: minimumOp,
  greater: greaterOp,
  atLeast: atLeastOp,
  where: whereOp,
  finite: finiteOp,
} satisfies Record<string, Pointwise>;
