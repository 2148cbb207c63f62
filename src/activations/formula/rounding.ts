import { type Expr, type InnerOp, type Program, type Rules, isCondition } from "./expr.ts";
import { type Point, real } from "./real.ts";

/** A value, and how far rounding may have moved it: infinite where that cannot be said. */
export interface Rounded {
  readonly value: number;
  readonly error: number;
}

/** An arithmetic: the relative rounding of one operation, the largest number, the smallest that is not denormal. */
export interface Precision {
  readonly unit: number;
  readonly most: number;
  readonly least: number;
  /** Whether sums may be computed in another order, as WGSL's compilers do. */
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

/** Operations that only choose, or change a sign. */
const exact: ReadonlySet<string> = new Set("neg abs relu where min max lt le gt ge eq ne".split(" "));
/** How many units the others may be off by on a GPU: division 2.5 ulp, the prelude's functions 4. */
const units: Readonly<Partial<Record<InnerOp, number>>> = {
  add: 1,
  sub: 1,
  mul: 1,
  div: 5,
  sqrt: 6,
  call: 20,
  slope: 20,
};

/** What an operation adds of its own. */
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
  // From where the prelude loses digits.
  if ((op === "sin" || op === "cos") && Math.abs(a) > 1e4) error += Math.abs(a) * unit;
  // Inside of a function e^-|a| may be flushed to zero, before it is multiplied by a.
  if (op === "call" || op === "slope") error += 2 * least * (2 + Math.abs(a));
  // Denormals may be flushed to zero.
  return Math.abs(value) < least ? error + Math.abs(value) : error;
}

/** Every operation with its error: its own, and the largest change that the arguments' errors make. */
function roundingRules(precision: Precision): Rules<Rounded> {
  const rules = Object.entries(real).map(([op, rule]) => {
    const rounded = (a: Rounded, b: Rounded | undefined, c: Rounded | undefined, node: Expr): Rounded => {
      const [u, v, w] = [a.value, b?.value ?? 0, c?.value ?? 0];
      const value = rule(u, v, w, node);
      // What a GPU makes of a comparison with NaN is its own affair: either.
      if (isCondition(node) && Number.isNaN(u + v)) return { value, error: 1 };
      if (op !== "where" && isOpen(op, node, a, b)) return { value, error: Infinity };
      let carried = 0;
      if (op === "sin" || op === "cos") carried = Math.min(a.error, 2);
      else
        // A condition of 0 ± 1 may be 0 as well.
        for (const u of op === "where" ? [a.value, ...ends(a)] : ends(a)) {
          for (const v of ends(b)) {
            for (const w of ends(c)) carried = Math.max(carried, Math.abs(rule(u, v, w, node) - value));
          }
        }
      // Where arguments move a result, its own rounding grows with it.
      if (!exact.has(op)) carried *= 1 + 64 * precision.unit;
      const error = ownError(op as InnerOp, u, v, value, precision) + carried;
      const known = Math.abs(value) <= precision.most && Number.isFinite(error);
      return { value, error: known ? error : Infinity };
    };
    return [op, rounded];
  });
  return Object.fromEntries(rules) as unknown as Rules<Rounded>;
}

/** Whether arguments that are not known, or a divisor that may be 0, leave the result open. */
function isOpen(op: string, { args }: Expr, a: Rounded, b: Rounded | undefined): boolean {
  if (a.error === Infinity || b?.error === Infinity) return true;
  const divisor = op === "div" ? b : op === "powi" && args[1]!.value < 0 ? a : undefined;
  return divisor !== undefined && divisor.error > 0 && divisor.error >= Math.abs(divisor.value);
}

const ends = (rounded: Rounded | undefined): readonly number[] => {
  if (rounded === undefined) return [0];
  const { value, error } = rounded;
  return error === 0 ? [value] : [value - error, value + error];
};

const rules = new Map([float64, float32].map((precision) => [precision, roundingRules(precision)]));

/** All nodes' values in float64, with what they may be off by when computed in some precision. */
export function roundedAt(program: Program, { x, params }: Point, precision: Precision): Rounded[] {
  return program.evaluate(rules.get(precision)!, ({ op, value, name }) => {
    if (op === "x") return { value: x, error: 0 };
    const given = op === "number" ? value : params[name]!;
    return { value: given, error: precision === float32 ? Math.abs(Math.fround(given) - given) : 0 };
  });
}
