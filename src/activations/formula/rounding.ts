import { type Expr, type InnerOp, type Program, type Rule, isCondition } from "./expr.ts";
import { type Points, filled, real } from "./real.ts";

/** An arithmetic: the relative rounding of one operation, the largest number, the smallest normal number. */
export interface Precision {
  readonly unit: number;
  readonly most: number;
  readonly least: number;
  /** Whether sums may be reordered, as WGSL's compilers do. */
  readonly reorders: boolean;
}
export const float64: Precision = {
  unit: 2 ** -53,
  most: Number.MAX_VALUE,
  least: 2 ** -1022,
  reorders: false,
};
export const float32: Precision = {
  unit: 2 ** -24,
  most: 3.4028234663852886e38,
  least: 2 ** -126,
  reorders: true,
};

/** Operations that only select, or change a sign. */
const exact: ReadonlySet<string> = new Set(
  "neg abs relu sign floor round where min max lt le gt ge eq ne".split(" "),
);
/** Errors of the other operations on a GPU in ulp: division 2.5, the prelude's functions 4. */
const units: Readonly<Partial<Record<InnerOp, number>>> = {
  add: 1,
  sub: 1,
  mul: 1,
  div: 5,
  sqrt: 6,
  call: 20,
  slope: 20,
};

/** Values of many points, and how far rounding may have moved them: infinite if unknown. */
export interface Rounded {
  readonly values: Float64Array;
  readonly errors: Float64Array;
}

/** All nodes' values in float64 at many points, with the possible errors of a computation in some precision. */
export function roundedOn(program: Program, { xs, params }: Points, precision: Precision): Rounded[] {
  const count = xs.length;
  const zeros = filled(count, 0);
  const none: Rounded = { values: zeros, errors: zeros };
  const leaf = ({ op, value, name }: Expr): Rounded => {
    if (op === "x") return { values: Float64Array.from(xs), errors: zeros };
    const given = op === "number" ? value : params[name]!;
    const error = precision === float32 ? Math.abs(Math.fround(given) - given) : 0;
    return { values: filled(count, given), errors: filled(count, error) };
  };
  return program.fold(leaf, (node, [a, b = none, c = none]) => operation(node, [a!, b, c], precision));
}

/** An operation with its error: its own, plus the largest change by the arguments' errors. */
function operation(
  node: Expr,
  [a, b, c]: readonly [Rounded, Rounded, Rounded],
  precision: Precision,
): Rounded {
  const op = node.op as InnerOp;
  const rule = real[op];
  const { most, unit } = precision;
  const [condition, periodic, rounds] = [isCondition(node), op === "sin" || op === "cos", !exact.has(op)];
  const divisor = op === "div" ? b : op === "powi" && node.args[1]!.value < 0 ? a : undefined;
  const values = new Float64Array(a.values.length);
  const errors = new Float64Array(a.values.length);
  for (let i = 0; i < values.length; i++) {
    const u = a.values[i]!;
    const du = a.errors[i]!;
    const v = b.values[i]!;
    const dv = b.errors[i]!;
    const w = c.values[i]!;
    const dw = c.errors[i]!;
    const value = rule(u, v, w, node);
    values[i] = value;
    errors[i] = Infinity;
    // A GPU may give either result for a comparison with NaN.
    if (condition && Number.isNaN(u + v)) errors[i] = 1;
    else if (op !== "where" && (du === Infinity || dv === Infinity || mayBeZero(divisor, i))) continue;
    else {
      let carried = 0;
      if (periodic) carried = Math.min(du, 2);
      else if (du > 0 || dv > 0 || dw > 0) carried = largestChange(rule, node, value, u, du, v, dv, w, dw);
      // If arguments move a result, its own rounding grows with it.
      if (rounds) carried *= 1 + 64 * unit;
      const error = ownError(op, u, v, value, precision) + carried;
      if (Math.abs(value) <= most && Number.isFinite(error)) errors[i] = error;
    }
  }
  return { values, errors };
}

/** Whether a divisor may be 0, which leaves the result undetermined. */
function mayBeZero(divisor: Rounded | undefined, i: number): boolean {
  if (divisor === undefined) return false;
  const error = divisor.errors[i]!;
  return error > 0 && error >= Math.abs(divisor.values[i]!);
}

/** How far a result moves when its arguments go to the ends of their intervals; a condition of 0 ± 1 may also be 0. */
function largestChange(
  rule: Rule<number>,
  node: Expr,
  value: number,
  u: number,
  du: number,
  v: number,
  dv: number,
  w: number,
  dw: number,
): number {
  let most = 0;
  const step = node.op === "where" ? 1 : 2;
  for (let i = du === 0 ? 1 : -1; i <= 1; i += step)
    for (let j = dv === 0 ? 1 : -1; j <= 1; j += 2)
      for (let k = dw === 0 ? 1 : -1; k <= 1; k += 2)
        most = Math.max(most, Math.abs(rule(i === 0 ? u : u + i * du, v + j * dv, w + k * dw, node) - value));
  return most;
}

/** An operation's own error. */
function ownError(
  op: InnerOp,
  a: number,
  b: number,
  value: number,
  { unit, least, reorders }: Precision,
): number {
  let error = (exact.has(op) ? 0 : (units[op] ?? 8)) * unit * Math.abs(value);
  if (reorders && (op === "add" || op === "sub")) error = unit * (Math.abs(a) + Math.abs(b));
  // A power is a chain of products, or e^(b ln a) with a rounded exponent.
  if (op === "powi") error = (2 * Math.abs(b) + 5) * unit * Math.abs(value);
  if (op === "pow" && a > 0) error *= 1 + Math.abs(b * Math.log(a));
  // From here on the prelude loses digits.
  if ((op === "sin" || op === "cos") && Math.abs(a) > 1e4) error += Math.abs(a) * unit;
  // Within a function, e^-|a| may be flushed to zero before it is multiplied by a.
  if (op === "call" || op === "slope") error += 2 * least * (2 + Math.abs(a));
  // Denormals may be flushed to zero.
  return Math.abs(value) < least ? error + Math.abs(value) : error;
}
