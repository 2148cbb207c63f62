import type { Activation } from "../activation.ts";
import { resolveParams } from "../params.ts";
import { ActigradError } from "../../core/errors.ts";
import { derive } from "./derive.ts";
import { slopesOn } from "./dual.ts";
import { type Expr, Program } from "./expr.ts";
import { type FormulaParts, partsOf } from "./formula.ts";
import { findEdges } from "./kinks.ts";
import { bisect, gridOf, isWithin } from "./points.ts";
import { printExpr } from "./print.ts";
import { type Points, single, valuesAt, valuesOn } from "./real.ts";
import { type Rounded, float32, float64, roundedOn } from "./rounding.ts";

/** The largest difference between two computations of the same number, relative to 1 + its magnitude. */
export interface Disagreement {
  readonly value: number;
  readonly x: number;
  /** "f", "f'" or "df/dbeta". */
  readonly of: string;
}

/** An interval of x, ends included, on which something is NaN or infinite in float32. */
export interface NotFinite {
  readonly of: string;
  readonly from: number;
  readonly to: number;
  /** NaN if it is NaN anywhere in it, otherwise the value at `from`. */
  readonly value: number;
}

/** What is known of a formula before anything is trained with it. */
export interface FormulaCheck {
  /** The formula as computed, and its derivative. */
  readonly formula: string;
  readonly derivative: string;
  /** Whether the formula states its own backward factor, which is then `derivative`. */
  readonly surrogate?: true;
  /** Number of points. */
  readonly points: number;
  /**
   * The simplified formula and its symbolic derivatives, which the GPU computes, compared with the formula as written and dual
   * numbers over it.
   */
  readonly symbolic: Disagreement;
  /** Dual numbers compared with difference quotients of the formula as written, where those are good to 1e-4. */
  readonly differences: Disagreement;
  /** Whether rounding explains both differences. */
  readonly agrees: boolean;
  /** The largest possible effect of rounding each operation to float32. */
  readonly rounding: Disagreement;
  readonly kinks: readonly number[];
  readonly notFinite: readonly NotFinite[];
}

/**
 * Checks a formula's functions against each other on 2,000 points of |x| <= 10 and some out to 1e4; on fewer, at least 200, if
 * the formula is large, so that a check takes a fraction of a second.
 * @param params values other than the defaults
 * @throws ActigradError "option" if the record was not made by `formula`, or for parameters out of range
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
  const functions: [string, Expr][] = [["f", parts.f]];
  for (const [variable, slope] of parts.slopes) functions.push([nameOf(variable), slope]);
  const found = { symbolic: new Worst(), differences: new Worst(), rounding: new Worst() };
  const { compare, cost } = comparison(parts, functions, values, kinks);
  const count = Math.min(POINTS, Math.max(LEAST_POINTS, 2 * Math.floor(WORK / cost / 2)));
  const every = Math.ceil(kinks.length / (count / 10));
  const some = kinks.filter((_, i) => i % every === 0);
  const grid = [...new Set([...gridOf(count), ...some])].toSorted((a, b) => a - b);
  for (let i = 0; i < grid.length; i += BLOCK) compare(grid.slice(i, i + BLOCK), found);
  const { symbolic, differences, rounding } = found;
  return {
    formula: printExpr(parts.f),
    derivative: printExpr(parts.slopes.get("x")!),
    ...(parts.backward !== undefined && { surrogate: true as const }),
    points: grid.length,
    symbolic: symbolic.found,
    differences: differences.found,
    agrees: symbolic.explained && differences.explained,
    rounding: rounding.found,
    kinks,
    notFinite: notFiniteStretches(functions, grid, values),
  };
}

/** Points of |x| <= 10: fewer for a large formula, so that a check takes a fraction of a second. */
const POINTS = 2000;
const LEAST_POINTS = 200;
/** Limit on a check's values, each with its rounding. */
const WORK = 6e5;
/** Points per batch: as many as keep a formula's columns within a few megabytes. */
const BLOCK = 256;

const nameOf = (variable: string): string => (variable === "x" ? "f'" : `df/d${variable}`);

class Worst {
  found: Disagreement = { value: 0, x: 0, of: "f'" };
  explained = true;

  /** @param allowed the error explained by rounding */
  add(of: string, x: number, got: number, want: number, allowed: number): void {
    const off = Math.abs(got - want);
    if (!Number.isFinite(off) || !Number.isFinite(allowed)) return;
    // Far below the float32 range, float64 underflows too.
    if (off > allowed + 1e-60) this.explained = false;
    this.#keep(of, x, off / (1 + Math.abs(want)));
  }

  addBound(of: string, x: number, value: number, error: number): void {
    if (Number.isFinite(error)) this.#keep(of, x, error / (1 + Math.abs(value)));
  }

  #keep(of: string, x: number, value: number): void {
    if (value > this.found.value) this.found = { value, x, of };
  }
}

interface Found {
  readonly symbolic: Worst;
  readonly differences: Worst;
  readonly rounding: Worst;
}

/**
 * Compares the computations of each function on points; all functions are parts of one program, because they share most nodes.
 * `cost` is the number of values per point.
 */
function comparison(
  { raw, f, slopes, builder, backward }: FormulaParts,
  functions: readonly (readonly [of: string, root: Expr])[],
  params: Points["params"],
  kinks: readonly number[],
): { compare: (xs: readonly number[], found: Found) => void; cost: number } {
  const written = new Program(raw);
  // Structured like the dual numbers' arithmetic, so that it rounds alike.
  const likeDuals = new Map([...slopes.keys()].map((name) => [name, derive(builder, raw, name)]));
  // A stated backward factor is compared with itself as written, not with the derivative.
  if (backward !== undefined) likeDuals.set("x", backward);
  const exact = new Program(raw, f, ...slopes.values(), ...likeDuals.values());
  const computed = new Program(f, ...slopes.values());
  const breaks = [...kinks, ...findEdges([raw], params)].toSorted((a, b) => a - b);
  const compare = (xs: readonly number[], { symbolic, differences, rounding }: Found): void => {
    const columns = roundedOn(exact, { xs, params }, float64);
    const at = (root: Expr): Rounded => columns[exact.place(root)]!;
    const [simplified, asWritten] = [at(f), at(raw)];
    for (const [i, x] of xs.entries()) {
      const allowed = 16 * (simplified.errors[i]! + asWritten.errors[i]!);
      symbolic.add("f", x, simplified.values[i]!, asWritten.values[i]!, allowed);
    }
    const values = valuesOn(written, { xs, params });
    for (const [variable, slope] of slopes) {
      const of = nameOf(variable);
      const [got, like] = [at(slope), at(likeDuals.get(variable)!)];
      const own = variable === "x" && backward !== undefined;
      const duals = own ? { slopes: like.values } : slopesOn(written, values, variable)[written.place(raw)];
      const quotients = variable === "x" && !own ? quotientsOf(written, raw, { xs, params }) : undefined;
      for (const [i, x] of xs.entries()) {
        const dual = duals?.slopes[i] ?? 0;
        symbolic.add(of, x, got.values[i]!, dual, 16 * (got.errors[i]! + like.errors[i]!));
        if (quotients === undefined || isWithin(2 * STEP, breaks, x)) continue;
        const [value, error] = [quotients.values[i]!, quotients.errors[i]!];
        if (error < 1e-4 * (1 + Math.abs(dual))) differences.add(of, x, dual, value, error + like.errors[i]!);
      }
    }
    const rounded = roundedOn(computed, { xs, params }, float32);
    for (const [of, root] of functions) {
      const { values, errors } = rounded[computed.place(root)]!;
      for (const [i, x] of xs.entries())
        if (!isWithin(2 * STEP, kinks, x)) rounding.addBound(of, x, values[i]!, errors[i]!);
    }
  };
  const cost = exact.nodes.length + computed.nodes.length + (4 + slopes.size) * written.nodes.length;
  return { compare, cost };
}

const STEP = 2 ** -9;

/** Central differences, extrapolated from two steps; the change by the second step bounds their errors. */
function quotientsOf(program: Program, root: Expr, { xs, params }: Points): Rounded {
  const place = program.place(root);
  const central = (h: number): Rounded => {
    const [a, b] = [-h, h].map(
      (step) => roundedOn(program, { xs: Array.from(xs, (x) => x + step), params }, float64)[place]!,
    ) as [Rounded, Rounded];
    return {
      values: b.values.map((value, i) => (value - a.values[i]!) / (2 * h)),
      errors: b.errors.map((error, i) => (a.errors[i]! + error) / (2 * h)),
    };
  };
  const [far, near] = [central(STEP), central(STEP / 2)];
  return {
    values: near.values.map((value, i) => (4 * value - far.values[i]!) / 3),
    errors: near.values.map(
      (value, i) => Math.abs(value - far.values[i]!) + 16 * (near.errors[i]! + far.errors[i]!),
    ),
  };
}

/** Where functions are not finite, computed in float32 as on the GPU, with the ends of each interval. */
function notFiniteStretches(
  functions: readonly (readonly [of: string, root: Expr])[],
  grid: readonly number[],
  params: Points["params"],
): NotFinite[] {
  const roots = functions.map(([, root]) => root);
  const program = new Program(...roots);
  const xs = [...new Set([...grid, ...findEdges(roots, params)])].toSorted((a, b) => a - b);
  const blocks: Float64Array[][] = [];
  for (let i = 0; i < xs.length; i += BLOCK) {
    const columns = valuesOn(program, { xs: xs.slice(i, i + BLOCK), params }, single);
    blocks.push(roots.map((root) => columns[program.place(root)]!));
  }
  return functions.flatMap(([of, root], f) => {
    const own = new Program(root);
    const valueAt = (x: number): number => valuesAt(own, { x, params }, single)[own.place(root)]!;
    return stretchesOf(
      xs,
      blocks.flatMap((block) => [...block[f]!]),
      valueAt,
    ).map((stretch) => ({ of, ...stretch }));
  });
}

/** The intervals of x on which values are not finite; their ends are searched for between two x. */
function stretchesOf(
  xs: readonly number[],
  values: readonly number[],
  valueAt: (x: number) => number,
): Omit<NotFinite, "of">[] {
  const bad = (x: number): boolean => !Number.isFinite(valueAt(x));
  const stretches: Omit<NotFinite, "of">[] = [];
  let open = false;
  for (const [i, x] of xs.entries()) {
    const [value, last] = [values[i]!, stretches.at(-1)];
    const rather = (known: number): number => (Number.isNaN(value) ? NaN : known);
    const now = !Number.isFinite(value);
    if (now && open) stretches[stretches.length - 1] = { ...last!, to: x, value: rather(last!.value) };
    else if (now) {
      const from = i === 0 ? x : bisect(bad, x, xs[i - 1]!)[0];
      stretches.push({ from, to: x, value: rather(valueAt(from)) });
    } else if (open) stretches[stretches.length - 1] = { ...last!, to: bisect(bad, last!.to, x)[0] };
    open = now;
  }
  return stretches;
}

/** A check as lines for people. */
export function describeCheck(check: FormulaCheck): string[] {
  const { formula, derivative, surrogate, points, symbolic, differences, rounding, kinks, notFinite } = check;
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
    surrogate === true ? `backward ${derivative}, not the derivative` : `f'(x) = ${derivative}`,
    `largest disagreement on ${points} points: symbolic and dual numbers ${show(symbolic)}, ` +
      `dual numbers and differences ${show(differences)}`,
    `float32 rounding: at most ${show(rounding)}`,
    `kinks: ${kinks.slice(0, 12).map(short).join(", ") || "none"}${more}`,
    `not finite: ${notFinite.map(stretch).join("; ") || "nowhere for |x| <= 10000"}`,
  ];
}

const short = (x: number): string => String(Number(x.toPrecision(7)));
