/**
 * Allowed difference between a result and its reference: |got - want| <= atol + rtol * |want| + tiny, with want rounded to
 * float32.
 */
export interface Tolerance {
  readonly atol: number;
  readonly rtol: number;
}

/** Smaller numbers are denormal float32, which WGSL may flush to zero. */
const TINY = 1.2e-38;

/** The worst element of a comparison. */
export interface Comparison {
  readonly pass: boolean;
  readonly index: number;
  readonly got: number;
  readonly want: number;
  /** Distance in float32 steps. */
  readonly ulp: number;
  /** |got - want| as a multiple of the allowed difference; above 1 fails. */
  readonly excess: number;
}

const bits = new Int32Array(1);
const float = new Float32Array(bits.buffer);

/** Index of a float32 in the order of all float32 values: neighbours differ by 1. */
function position(value: number): number {
  float[0] = value;
  return bits[0]! < 0 ? -(bits[0]! & 0x7fff_ffff) : bits[0]!;
}

/** Distance of two numbers in float32 steps, after rounding; infinite between NaN and a number. */
export function ulpDistance(got: number, want: number): number {
  if (Number.isNaN(got) && Number.isNaN(want)) return 0;
  if (Number.isNaN(got) || Number.isNaN(want)) return Infinity;
  return Math.abs(position(got) - position(want));
}

/** The largest finite float32: as good as infinity if the reference overflows. */
const MAX = 3.4028234663852886e38;

function excessOf(got: number, want: number, { atol, rtol }: Tolerance): number {
  const rounded = Math.fround(want);
  if (Object.is(got, rounded) || got === rounded) return 0;
  if (Number.isNaN(rounded)) return Number.isNaN(got) ? 0 : Infinity;
  if (Number.isNaN(got)) return Infinity;
  if (!Number.isFinite(rounded)) return got === Math.sign(rounded) * MAX ? 0 : Infinity;
  if (!Number.isFinite(got)) return Infinity;
  return Math.abs(got - rounded) / (atol + rtol * Math.abs(rounded) + TINY);
}

/**
 * Compares a float32 result with its float64 reference and returns the worst element. NaN passes only against NaN.
 * @param skip elements to leave out (by index)
 */
export function compare(
  got: ArrayLike<number>,
  want: ArrayLike<number>,
  tolerance: Tolerance | ((index: number) => Tolerance),
  skip: (index: number) => boolean = () => false,
): Comparison {
  if (got.length !== want.length)
    return { pass: false, index: -1, got: got.length, want: want.length, ulp: Infinity, excess: Infinity };
  let worst = { index: 0, excess: -1 };
  for (let i = 0; i < want.length; i++) {
    if (skip(i)) continue;
    const excess = excessOf(got[i]!, want[i]!, typeof tolerance === "function" ? tolerance(i) : tolerance);
    if (excess > worst.excess) worst = { index: i, excess };
  }
  const [g, w] = [got[worst.index] ?? 0, want[worst.index] ?? 0];
  const excess = Math.max(0, worst.excess);
  return { pass: excess <= 1, index: worst.index, got: g, want: w, ulp: ulpDistance(g, w), excess };
}

/** A tolerance relative to the tensor's largest value, for sums of products. */
export function relativeToMax(want: ArrayLike<number>, relative: number, atol = 0): Tolerance {
  let max = 0;
  for (let i = 0; i < want.length; i++)
    max = Math.max(max, Number.isFinite(want[i]!) ? Math.abs(want[i]!) : 0);
  return { atol: atol + relative * max, rtol: 0 };
}
