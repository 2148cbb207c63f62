/** How errors of float32 results are counted. */

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
const highWord = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** 2^(e - 23) for e from -126 to 127. */
const steps = Float64Array.from({ length: 254 }, (_, i) => 2 ** (i - 126 - 23));

/** Distance between neighbouring float32 numbers at `value`; for denormals, that at the smallest normal number. */
export function ulp(value: number): number {
  double[0] = value;
  const exponent = ((words[highWord]! >>> 20) & 0x7ff) - 1023;
  return steps[Math.min(Math.max(exponent, -126), 127) + 126]!;
}

/** What a flushed denormal may cost after one or two more operations. */
export const flushed = 2 ** -124;

/** The largest finite float32. */
const MAX = 3.4028234663852886e38;

/**
 * The error of a float32 result in ulp of the true value, or of `size` if that is larger: the size of the terms that are summed
 * (a record's `condition`). NaN and infinities count as infinitely far, unless the true value is NaN or rounds to that infinity
 * (the largest float then counts as correct).
 */
export function ulpsOff(got: number, want: number, size = 0): number {
  if (Number.isNaN(want)) return Number.isNaN(got) ? 0 : Infinity;
  const rounded = Math.fround(want);
  if (!Number.isFinite(rounded)) return got === rounded || got === Math.sign(want) * MAX ? 0 : Infinity;
  if (!Number.isFinite(got)) return Infinity;
  return Math.max(0, Math.abs(got - want) - flushed) / ulp(Math.max(Math.abs(want), Math.min(size, MAX)));
}

/** Whether a result is NaN or infinite although the true value, rounded to float32, is not. */
export const isBroken = (got: number, want: number): boolean =>
  !Number.isFinite(got) && !Object.is(got, Math.fround(want));
