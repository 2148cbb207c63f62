/** B-splines on evenly spaced knots, as kernel text and in float64. De Boor 1978: A practical guide to splines. */
import { ActigradError } from "../../core/errors.ts";

/** Which B-splines: those of an order that are non-zero somewhere in [min, max], which the grid divides into equal pieces. */
export interface SplineGrid {
  /** Pieces of [min, max]. */
  readonly grid: number;
  /** Degree of the polynomials: 3 is cubic, with two continuous derivatives. */
  readonly order: number;
  readonly min: number;
  readonly max: number;
}

/** Number of B-splines: knots extend by `order` pieces on both sides. */
export const splineCount = ({ grid, order }: SplineGrid): number => grid + order;

/** The highest order: float32 has no use for more. */
const HIGHEST = 5;

/** @throws ActigradError "option" for sizes that make no grid */
export function checkGrid(what: string, { grid, order, min, max }: SplineGrid): void {
  const refuse = (problem: string): never => {
    throw new ActigradError("option", `${what}: ${problem}`);
  };
  if (!Number.isSafeInteger(grid) || grid < 1 || grid > 256)
    refuse(`grid must be a whole number from 1 to 256, got ${grid}`);
  if (!Number.isSafeInteger(order) || order < 1 || order > HIGHEST)
    refuse(`order must be a whole number from 1 to ${HIGHEST}, got ${order}`);
  if (![min, max].every((v) => Number.isFinite(Math.fround(v))) || !(Math.fround(max) > Math.fround(min)))
    refuse(`the range must go from one number to a greater one, got ${min} to ${max}`);
  const [low, high] = [Math.fround(min), Math.fround(max)];
  const piece = (high - low) / grid;
  // What the kernel multiplies by must be a number, and neighbouring pieces must differ in a float32.
  const apart = Math.fround(low + piece) > low && Math.fround(high - piece) < high;
  if (!apart || piece < 1e-30 || piece * grid > 1e30)
    refuse(`${grid} pieces of ${min} to ${max} are too ${piece > 1 ? "long" : "short"} for float32`);
}

const float = (v: number): string => {
  const text = String(Math.fround(v));
  return /[.e]/.test(text) ? text : `${text}.0`;
};

/**
 * WGSL that finds the B-splines that are non-zero at `x: vec4f`: `cell: vec4u`, and `n_0` to `n_order`, where n_r belongs to
 * B-spline number cell + r - order, if it exists. Far outside of the range they are 0. With `slope` also their derivatives, `d_0`
 * to `d_order`.
 */
export function basisText({ grid, order, min, max }: SplineGrid, slope: boolean): string {
  const perPiece = grid / (max - min);
  const pieces = grid + 2 * order;
  const lines = [
    `let u = (x - vec4f(${float(min)})) * ${float(perPiece)} + vec4f(${float(order)});`,
    `let cell = vec4u(clamp(floor(u), vec4f(0.0), vec4f(${float(pieces - 1)})));`,
    `let t = u - vec4f(cell);`,
    `var n_0 = select(vec4f(0.0), vec4f(1.0), (u >= vec4f(0.0)) & (u < vec4f(${float(pieces)})));`,
  ];
  for (let degree = 1; degree <= order; degree++) {
    if (degree === order && slope)
      for (let r = 0; r <= order; r++) {
        const terms = [...(r > 0 ? [`n_${r - 1}`] : []), ...(r < order ? [`- n_${r}`] : [])].join(" ");
        lines.push(`let d_${r} = (${terms}) * ${float(perPiece)};`);
      }
    lines.push(`var left_${degree} = vec4f(0.0);`, `var n_${degree}: vec4f;`);
    for (let r = 0; r < degree; r++)
      lines.push(
        `let p_${degree}_${r} = n_${r} * ${float(1 / degree)};`,
        `n_${r} = left_${degree} + (${float(r + 1)} - t) * p_${degree}_${r};`,
        `left_${degree} = (t + ${float(degree - 1 - r)}) * p_${degree}_${r};`,
      );
    lines.push(`n_${degree} = left_${degree};`);
  }
  return lines.join("\n");
}

/**
 * B-spline `k` at x by its definition: a piece of order 0 is 1 in [knot, next knot), each further order combines two of the one
 * below.
 */
export function basisAt(spline: SplineGrid, k: number, x: number, order = spline.order): number {
  const step = (spline.max - spline.min) / spline.grid;
  const knot = (m: number): number => spline.min + step * (m - spline.order);
  if (order === 0) return knot(k) <= x && x < knot(k + 1) ? 1 : 0;
  const width = order * step;
  return (
    ((x - knot(k)) / width) * basisAt(spline, k, x, order - 1) +
    ((knot(k + order + 1) - x) / width) * basisAt(spline, k + 1, x, order - 1)
  );
}

/** The derivative of B-spline `k` at x. */
export function basisSlope(spline: SplineGrid, k: number, x: number): number {
  const step = (spline.max - spline.min) / spline.grid;
  const below = spline.order - 1;
  return (basisAt(spline, k, x, below) - basisAt(spline, k + 1, x, below)) / step;
}
