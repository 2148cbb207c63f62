/** The errors of one function's values compared with float64. */
import { ulpDistance } from "../float64/compare.ts";
import { CORE } from "./goals.ts";
import { CURVE_BINS, type FormResult, type Sample, type Worst } from "./result.ts";
import { isBroken, ulpsOff } from "./ulp.ts";

/** The evaluated values, and the expected ones. */
export interface Wanted {
  readonly xs: Float32Array;
  readonly want: Float64Array;
  /** How many of the xs are within the core domain: they come first. */
  readonly core: number;
  /** For each of these: whether its error is counted absolutely, as close to a zero of f'. */
  readonly nearZero?: Uint8Array;
  /** The size that errors are counted in ulp of, if it exceeds the value's. */
  readonly size?: ((x: number) => number) | undefined;
}

/** Units in which 2^-22 is 8, as the goal in ulp is. */
const ZERO_UNIT = 2 ** -25;

export function measure({ xs, want, core, nearZero, size }: Wanted, got: ArrayLike<number>): FormResult {
  const [ulp, zero, absolute] = [new Largest(), new Largest(), new Largest()];
  const curve = new Float64Array(CURVE_BINS);
  let zones = 0;
  let steps = 0;
  for (let i = 0; i < core; i++) {
    const [g, w] = [got[i]!, want[i]!];
    const ulps = ulpsOff(g, w, size?.(xs[i]!));
    // Exact to the last digit or both infinite: no difference to take.
    const difference = ulps === 0 ? 0 : Number.isFinite(g) ? Math.abs(g - w) : Infinity;
    absolute.see(difference, i);
    const inZone = nearZero?.[i] === 1;
    if (inZone) zero.see(difference, i);
    else ulp.see(ulps, i);
    if (ulps > 0.5) steps = Math.max(steps, ulpDistance(g, w)); // up to there it is the nearest float32
    zones += inZone ? 1 : 0;
    const bin = Math.min(CURVE_BINS - 1, Math.floor(((xs[i]! + CORE) / (2 * CORE)) * CURVE_BINS));
    const off = inZone ? difference / ZERO_UNIT : ulps;
    if (off > curve[bin]!) curve[bin] = off;
  }
  const sample = (i: number): Sample => ({ x: xs[i]!, got: got[i]!, want: want[i]! });
  const worst = ({ error, at }: Largest): Worst => ({
    error,
    at: at < 0 ? null : sample(at),
  });
  return {
    ulp: worst(ulp),
    steps,
    nearZero: zones > 0 ? worst(zero) : null,
    absolute: worst(absolute),
    broken: findBroken(xs, want, got, sample),
    curve: Array.from(curve, (error) => Number(error.toPrecision(3))),
  };
}

/** The largest error so far and its position; -1 as long as all are 0. */
class Largest {
  error = 0;
  at = -1;
  see(error: number, at: number): void {
    if (error <= this.error) return;
    this.error = error;
    this.at = at;
  }
}

function findBroken(
  xs: Float32Array,
  want: Float64Array,
  got: ArrayLike<number>,
  sample: (i: number) => Sample,
): FormResult["broken"] {
  let count = 0;
  let first = -1;
  for (let i = 0; i < xs.length; i++) {
    if (!isBroken(got[i]!, want[i]!)) continue;
    count++;
    if (first < 0 || Math.abs(xs[i]!) < Math.abs(xs[first]!)) first = i;
  }
  return { count, first: first < 0 ? null : sample(first) };
}
