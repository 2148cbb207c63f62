import type { Activation } from "../activation.ts";
import { resolveParams } from "../params.ts";
import { ActigradError } from "../../core/errors.ts";
import { derive } from "./derive.ts";
import { dualsAt } from "./dual.ts";
import { type Expr, Program } from "./expr.ts";
import { type FormulaParts, partsOf } from "./formula.ts";
import { findEdges } from "./kinks.ts";
import { bisect, gridOf } from "./points.ts";
import { printExpr } from "./print.ts";
import { type Point, single, valuesAt } from "./real.ts";
import { type Precision, type Rounded, float32, float64, roundedAt } from "./rounding.ts";

/** The largest difference of two ways to one number, relative to 1 + its magnitude. */
export interface Disagreement {
  readonly value: number;
  readonly x: number;
  /** "f", "f'" or "df/dbeta". */
  readonly of: string;
}

/** A stretch of x, its ends included, on which something is NaN or infinite in float32. */
export interface NotFinite {
  readonly of: string;
  readonly from: number;
  readonly to: number;
  /** NaN if it is NaN somewhere there, else the value at `from`. */
  readonly value: number;
}

/** What is known of a formula before anything is trained with it. */
export interface FormulaCheck {
  /** The formula as it is computed, and its derivative. */
  readonly formula: string;
  readonly derivative: string;
  /** How many x were looked at. */
  readonly points: number;
  /** The simplified formula and its symbolic derivatives, which the GPU computes, against the formula as written and dual numbers over it. */
  readonly symbolic: Disagreement;
  /** Dual numbers against difference quotients of the formula as written, where those are good to 1e-4. */
  readonly differences: Disagreement;
  /** Whether rounding explains both. */
  readonly agrees: boolean;
  /** What float32 rounding of each operation may add up to, at worst. */
  readonly rounding: Disagreement;
  readonly kinks: readonly number[];
  readonly notFinite: readonly NotFinite[];
}

/**
 * Checks a formula's functions against each other on 2,000 points of |x| <= 10 and some out to 1e4.
 * @param params other values than the default ones
 * @throws ActigradError "option" when the record was not made by `formula`, or for parameters out of range
 */
export function checkFormula(
  record: Activation,
  params: Readonly<Partial<Record<string, number>>> = {},
): FormulaCheck {
  const parts = partsOf(record);
  if (parts === undefined) {
    throw new ActigradError(
      "option",
      `${record.name} was not made by formula(), so there is no formula to check`,
    );
  }
  const values = resolveParams(record, params);
  const kinks = record.kinks(values);
  const grid = [...new Set([...gridOf(2000), ...kinks])].toSorted((a, b) => a - b);
  const [symbolic, differences] = [new Worst(), new Worst()];
  for (const compare of comparisons(parts, values, kinks)) {
    for (const x of grid) compare(x, symbolic, differences);
  }
  const functions: [string, Expr][] = [["f", parts.f]];
  for (const [variable, slope] of parts.slopes) functions.push([nameOf(variable), slope]);
  const rounding = new Worst();
  for (const [of, root] of functions) {
    const at = bounded(root, values, float32);
    for (const x of grid) if (!isNear(kinks, x)) rounding.addBound(of, x, at(x));
  }
  return {
    formula: printExpr(parts.f),
    derivative: printExpr(parts.slopes.get("x")!),
    points: grid.length,
    symbolic: symbolic.found,
    differences: differences.found,
    agrees: symbolic.explained && differences.explained,
    rounding: rounding.found,
    kinks,
    notFinite: functions.flatMap(([of, root]) => notFiniteStretches(of, root, grid, values)),
  };
}

const nameOf = (variable: string): string => (variable === "x" ? "f'" : `df/d${variable}`);

class Worst {
  found: Disagreement = { value: 0, x: 0, of: "f'" };
  explained = true;

  /** @param allowed what rounding explains */
  add(of: string, x: number, got: number, want: number, allowed: number): void {
    const off = Math.abs(got - want);
    if (!Number.isFinite(off) || !Number.isFinite(allowed)) return;
    // Far below what float32 holds, float64 underflows too.
    if (off > allowed + 1e-60) this.explained = false;
    this.#keep(of, x, off / (1 + Math.abs(want)));
  }

  addBound(of: string, x: number, { value, error }: Rounded): void {
    if (Number.isFinite(error)) this.#keep(of, x, error / (1 + Math.abs(value)));
  }

  #keep(of: string, x: number, value: number): void {
    if (value > this.found.value) this.found = { value, x, of };
  }
}

/** A function's value in float64, and what it may be off by in some precision. */
function bounded(expr: Expr, params: Point["params"], precision: Precision): (x: number) => Rounded {
  const program = new Program(expr);
  const place = program.place(expr);
  return (x) => roundedAt(program, { x, params }, precision)[place]!;
}

const isNear = (kinks: readonly number[], x: number): boolean =>
  kinks.some((kink) => Math.abs(kink - x) <= 2 * STEP);

type Compare = (x: number, symbolic: Worst, differences: Worst) => void;

function comparisons(
  { raw, f, slopes, builder }: FormulaParts,
  params: Point["params"],
  kinks: readonly number[],
): Compare[] {
  const written = new Program(raw);
  const root = written.place(raw);
  const [asWritten, simplified] = [bounded(raw, params, float64), bounded(f, params, float64)];
  const breaks = [...kinks, ...findEdges(raw, params)];
  const sameValue: Compare = (x, symbolic) => {
    const [got, want] = [simplified(x), asWritten(x)];
    symbolic.add("f", x, got.value, want.value, 16 * (got.error + want.error));
  };
  const sameSlope = [...slopes].map(([variable, slope]): Compare => {
    const of = nameOf(variable);
    const bySymbols = bounded(slope, params, float64);
    // Of the same structure as the dual numbers' arithmetic, so it rounds alike.
    const likeDuals = bounded(derive(builder, raw, variable), params, float64);
    return (x, symbolic, differences) => {
      const dual = dualsAt(written, { x, params }, variable)[root]!.slope ?? 0;
      const got = bySymbols(x);
      symbolic.add(of, x, got.value, dual, 16 * (got.error + likeDuals(x).error));
      if (variable !== "x" || isNear(breaks, x)) return;
      const { value, error } = quotient(asWritten, x);
      if (error < 1e-4 * (1 + Math.abs(dual)))
        differences.add(of, x, dual, value, error + likeDuals(x).error);
    };
  });
  return [sameValue, ...sameSlope];
}

const STEP = 2 ** -9;

/** The central difference at x, extrapolated from two steps; the second step's change bounds its error. */
function quotient(
  f: (x: number) => { value: number; error: number },
  x: number,
): { value: number; error: number } {
  const central = (h: number): { value: number; noise: number } => {
    const [a, b] = [f(x - h), f(x + h)];
    return { value: (b.value - a.value) / (2 * h), noise: (a.error + b.error) / (2 * h) };
  };
  const [far, near] = [central(STEP), central(STEP / 2)];
  const value = (4 * near.value - far.value) / 3;
  return { value, error: Math.abs(near.value - far.value) + 16 * (near.noise + far.noise) };
}

/** Where a function is not finite, computed in float32 as the GPU does it, with the ends of each stretch. */
function notFiniteStretches(
  of: string,
  root: Expr,
  grid: readonly number[],
  params: Point["params"],
): NotFinite[] {
  const program = new Program(root);
  const place = program.place(root);
  const value = (x: number): number => valuesAt(program, { x, params }, single)[place]!;
  const bad = (x: number): boolean => !Number.isFinite(value(x));
  const points = [...new Set([...grid, ...findEdges(root, params)])].toSorted((a, b) => a - b);
  const stretches: NotFinite[] = [];
  let before: number | undefined;
  let open = false;
  for (const x of points) {
    const [now, last] = [bad(x), stretches.at(-1)];
    const rather = (known: number): number => (Number.isNaN(value(x)) ? NaN : known);
    if (now && open) stretches[stretches.length - 1] = { ...last!, to: x, value: rather(last!.value) };
    else if (now) {
      const from = before === undefined ? x : bisect(bad, x, before)[0];
      stretches.push({ of, from, to: x, value: rather(value(from)) });
    } else if (open) stretches[stretches.length - 1] = { ...last!, to: bisect(bad, last!.to, x)[0] };
    [before, open] = [x, now];
  }
  return stretches;
}

/** A check as lines for people. */
export function describeCheck(check: FormulaCheck): string[] {
  const { formula, derivative, points, symbolic, differences, rounding, kinks, notFinite } = check;
  const show = ({ value, of, x }: Disagreement): string =>
    value === 0 ? "none" : `${value.toExponential(1)} (${of} at x = ${short(x)})`;
  const stretch = ({ of, from, to, value }: NotFinite): string => {
    const middle = (from + to) / 2;
    const where =
      to - from > 1e-6 * Math.max(1, Math.abs(from))
        ? `from x = ${short(from)} to ${short(to)}`
        : `at x = ${short(middle)}${from === to ? "" : ` (within ${((to - from) / 2).toExponential(1)})`}`;
    return `${of} is ${Number.isNaN(value) ? "NaN" : "infinite"} ${where}`;
  };
  const more = kinks.length > 12 ? `, ... (${kinks.length})` : "";
  return [
    `f(x) = ${formula}`,
    `f'(x) = ${derivative}`,
    `largest disagreement on ${points} points: symbolic and dual numbers ${show(symbolic)}, ` +
      `dual numbers and differences ${show(differences)}`,
    `float32 rounding: at most ${show(rounding)}`,
    `kinks: ${kinks.slice(0, 12).map(short).join(", ") || "none"}${more}`,
    `not finite: ${notFinite.map(stretch).join("; ") || "nowhere for |x| <= 10000"}`,
  ];
}

const short = (x: number): string => String(Number(x.toPrecision(7)));
