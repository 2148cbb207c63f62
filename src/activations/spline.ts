/** Cubic splines through control points as activations: C1, with a line beyond the ends. Fritsch, Butland 1984 if monotone. */
import { float32Fault } from "../core/check.ts";
import { ActigradError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import type { ActivationLayer, ActivationParam, ParamValues } from "./activation.ts";
import { activationLayer } from "./layer.ts";
import { learning } from "./learning.ts";
import { type ActivationSpec, record } from "./record.ts";
import { type SplineForm, derivativeText, splineWgsl } from "./spline-text.ts";

/** Options of `spline`. */
export interface SplineOptions {
  /** From left to right: pairs [x, y], or the same numbers in one list. Default: near silu, 5 points. */
  readonly points?: readonly (readonly [x: number, y: number])[] | readonly number[];
  /** Whether the curve stays between the heights of neighbouring points, so that it rises where they rise. Default false. */
  readonly monotone?: boolean;
  /** Trains the heights. Default false. */
  readonly learn?: boolean;
  /** Separate heights for each feature, or for each channel of images. */
  readonly perChannel?: boolean;
  /** Separate heights for each number of a sample. */
  readonly perUnit?: boolean;
}

/** More points would be a long chain of comparisons for every number. */
export const MOST_POINTS = 32;

/** A spline in texts and files. */
export const splineOptions = {
  points: { kind: "numbers", most: 2 * MOST_POINTS },
  monotone: { kind: "flag" },
  learn: { kind: "flag" },
  perChannel: { kind: "flag" },
  perUnit: { kind: "flag" },
} as const;

/**
 * Control points as a spline's parameters by name, x0, y0, x1, ... (see `setParams`).
 * @throws ActigradError "option" for fewer than 2 points or too many, numbers that are not float32, or an x that is not above the
 * previous one
 */
export function pointValues(given: NonNullable<SplineOptions["points"]>): Record<string, number> {
  const refuse = (problem: string, hint?: string): never => {
    throw new ActigradError("option", `spline: ${problem}`, hint === undefined ? {} : { hint });
  };
  const points = (given as readonly (number | readonly number[])[]).flat();
  const count = points.length / 2;
  if (!Number.isInteger(count) || count < 2 || count > MOST_POINTS)
    refuse(
      `expected 2 to ${MOST_POINTS} points of two numbers each, got ${points.length} numbers`,
      "x and y of each point from left to right: -1/0/0/0/1/1",
    );
  for (const value of points) {
    const wrong = Number.isFinite(value) ? float32Fault(value) : "expected finite numbers";
    if (wrong !== undefined) refuse(`${String(value)} is out of range`, wrong);
  }
  const p = Object.fromEntries(points.map((v, i) => [`${i % 2 === 0 ? "x" : "y"}${i >> 1}`, v]));
  const wrong = unordered(count, p);
  if (wrong !== undefined) refuse("points out of order", wrong);
  return p;
}

/** The squared width between closer points is not a float32. */
const LEAST_WIDTH = 2 ** -60;

/** Distances as float32 has them. */
function unordered(count: number, p: ParamValues): string | undefined {
  for (let i = 1; i < count; i++) {
    const [before, x] = [Math.fround(p[`x${i - 1}`]!), Math.fround(p[`x${i}`]!)];
    if (!(x > before)) return `expected each x above the one before, got ${x} after ${before}`;
    if (x - before < LEAST_WIDTH) return `expected points 1e-18 apart, got ${x} after ${before}`;
  }
  return undefined;
}

const forms = new Map<string, ReturnType<typeof record<string>>>();

/** The record of a form, shared by all splines with it: their points are data. */
function recordOf(form: SplineForm): ReturnType<typeof record<string>> {
  const name = `spline_${form.count}${form.monotone ? "_monotone" : ""}`;
  const known = forms.get(name);
  if (known !== undefined) return known;
  const line = Array.from({ length: form.count }, (_, i) => [i, i]).flat();
  const made = record({ ...splineSpec(form, line), name });
  forms.set(name, made);
  return made;
}

/** The layer of a spline. @throws ActigradError "option" for invalid points */
export function splineLayer(
  given: Readonly<Record<string, unknown>>,
  usual: readonly number[],
): ActivationLayer {
  const flat = Array.isArray(given["points"])
    ? { ...given, points: given["points"].flat() as unknown[] }
    : given;
  const {
    points = usual,
    monotone = false,
    learn,
    perChannel,
    perUnit,
  } = checkOptions("spline", splineOptions, flat);
  const trained = {
    ...(learn !== undefined && { learn }),
    ...(perChannel !== undefined && { perChannel }),
    ...(perUnit !== undefined && { perUnit }),
  };
  const values = pointValues(points);
  const layer = activationLayer(recordOf({ count: points.length / 2, monotone }), { ...values, ...trained });
  const about = [
    `points=${points.map(String).join("/")}`,
    ...(monotone ? ["monotone"] : []),
    ...(learn === true ? ["learned"] : []),
    ...(perUnit === true ? ["one per unit"] : perChannel === true ? ["one per channel"] : []),
  ];
  const asked = { points, ...(monotone && { monotone }), ...trained };
  return { ...layer, title: `spline(${about.join(", ")})`, recipe: ["spline", asked] };
}

const read = new WeakMap<ParamValues, readonly [xs: readonly number[], ys: readonly number[]]>();

/** Names of the points' coordinates, made once and not for every x. */
function coordinates(count: number, p: ParamValues): readonly [xs: readonly number[], ys: readonly number[]] {
  const known = read.get(p);
  if (known !== undefined) return known;
  const all = (axis: string): number[] => Array.from({ length: count }, (_, k) => p[`${axis}${k}`]!);
  const found = [all("x"), all("y")] as const;
  read.set(p, found);
  return found;
}

/** The piece that contains x, and its neighbours; beyond the ends, the nearest piece. */
function pieceOf({ count, monotone }: SplineForm, x: number, p: ParamValues) {
  const [xs, ys] = coordinates(count, p);
  let i = 0;
  while (i < count - 2 && x >= xs[i + 1]!) i++;
  const width = (k: number): number => xs[k + 1]! - xs[k]!;
  const slope = (k: number): number => (ys[k + 1]! - ys[k]!) / width(k);
  /** The tangent at point k, and its derivatives by the slopes before and after. */
  const tangent = (k: number): { value: number; size: number; before: number; after: number } => {
    if (k === 0) return { value: slope(0), size: Math.abs(slope(0)), before: 0, after: 1 };
    if (k === count - 1) return { value: slope(k - 1), size: Math.abs(slope(k - 1)), before: 1, after: 0 };
    const [a, b, u, v] = [width(k - 1), width(k), slope(k - 1), slope(k)];
    if (!monotone) {
      const [before, after] = [b / (a + b), a / (a + b)];
      return {
        value: before * u + after * v,
        size: before * Math.abs(u) + after * Math.abs(v),
        before,
        after,
      };
    }
    if (Math.sign(u) * Math.sign(v) !== 1) return { value: 0, size: 0, before: 0, after: 0 };
    // The harmonic mean, weighted by the widths.
    const [m, n] = [(2 * b + a) / (3 * (a + b)), (2 * a + b) / (3 * (a + b))];
    const value = 1 / (m / u + n / v);
    return { value, size: Math.abs(value), before: m * (value / u) ** 2, after: n * (value / v) ** 2 };
  };
  const [low, high] = [xs[i]!, xs[i + 1]!];
  const inside = Math.min(Math.max(x, low), high);
  return {
    i,
    h: high - low,
    t: (inside - low) / (high - low),
    // 1 - t is inexact close to the piece's end.
    s: (high - inside) / (high - low),
    beyond: x - inside,
    from: ys[i]!,
    to: ys[i + 1]!,
    d: slope(i),
    left: tangent(i),
    right: tangent(i + 1),
    width,
  };
}

type Piece = ReturnType<typeof pieceOf>;

/** The terms of df/dy_k: through the heights at the piece's ends, and through the slopes of the pieces that meet at the point. */
function termsOf({ i, h, t, s, beyond, left, right, width }: Piece, k: number): number[] {
  const ends = k === i ? s * s * (1 + 2 * t) : k === i + 1 ? t * t * (1 + 2 * s) : 0;
  const [p, q] = [h * t * s * s, -h * t * t * s];
  const slopes = [[p * left.before], [p * left.after, q * right.before, beyond], [q * right.after]];
  const through = slopes.flatMap((terms, j) => {
    const own = i + j - 1;
    const sign = k === own ? -1 : k === own + 1 ? 1 : 0;
    return terms.map((term) => (sign === 0 || term === 0 ? 0 : (sign * term) / width(own)));
  });
  return [ends, ...through];
}
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** The fields of a spline's record besides its name and points. */
/* @__NO_SIDE_EFFECTS__ */
export function splineSpec(form: SplineForm, points: readonly number[]): ActivationSpec<string> {
  const { count } = form;
  const heights = Array.from({ length: count }, (_, k) => `y${k}`);
  const each = (of: (piece: Piece, k: number) => number) =>
    Object.fromEntries(
      heights.map((name, k) => [name, (x: number, p: ParamValues): number => of(pieceOf(form, x, p), k)]),
    );
  const params = points.map((value, i): [string, ActivationParam] => {
    const [axis, k] = [i % 2 === 0 ? "x" : "y", i >> 1];
    const doc = `${axis === "x" ? "where" : "the height of"} point ${k}${axis === "x" ? " lies" : ""}`;
    return [`${axis}${k}`, { default: value, doc, held: true, ...(axis === "y" && { learnable: true }) }];
  });
  return {
    name: "",
    formula: `a cubic spline through ${count} points${form.monotone ? ", monotone between them" : ""}`,
    source: form.monotone
      ? "Fritsch, Butland 1984: A method for constructing local monotone piecewise cubic interpolants"
      : "Catmull, Rom 1974: A class of local interpolating splines",
    params: Object.fromEntries(params),
    learning,
    check: (p) => unordered(count, p),
    saves: "x",
    wgsl: splineWgsl(form),
    derivative: derivativeText(form),
    f: (x, p) => {
      const { h, t, s, beyond, from, to, d, left, right } = pieceOf(form, x, p);
      const ends = from * (3 * s ** 2 - 2 * s ** 3) + to * (3 * t ** 2 - 2 * t ** 3);
      return ends + h * (left.value * t * s ** 2 - right.value * t ** 2 * s) + d * beyond;
    },
    dfdx: (x, p) => {
      const { t, s, d, left, right } = pieceOf(form, x, p);
      return 6 * t * s * d + s * (1 - 3 * t) * left.value + t * (1 - 3 * s) * right.value;
    },
    dfdp: each((piece, k) => sum(termsOf(piece, k))),
    condition: {
      f: (x, p) => {
        const { h, t, s, beyond, from, to, d, left, right } = pieceOf(form, x, p);
        const heights = s * s * (1 + 2 * t) * Math.abs(from) + t * t * (1 + 2 * s) * Math.abs(to);
        const slopes = h * t * s * (s * left.size + t * right.size);
        // Each term has three factors t or 1 - t, which are themselves rounded.
        return 2 * (heights + slopes) + Math.abs(d * beyond);
      },
      dfdx: (x, p) => {
        const { t, s, d, left, right } = pieceOf(form, x, p);
        const ends = s * (s + 2 * t) * left.size + t * (t + 2 * s) * right.size;
        return 6 * t * s * Math.abs(d) + ends;
      },
      dfdp: each((piece, k) => sum(termsOf(piece, k).map(Math.abs))),
    },
  };
}
