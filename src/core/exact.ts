/**
 * Logarithm, sine and cosine with the same bits in every JavaScript engine. ECMAScript leaves the last digits of Math.log,
 * Math.sin and Math.cos to the engine (V8's have changed between versions), so random numbers and synthetic data made with them
 * would differ between Node and a browser. This module uses only + - * /, whose results IEEE 754 fixes to the bit. Errors are a
 * few float64 ulp, which suits values that end as float32.
 */

/**
 * Natural logarithm of a positive normal number, absolute error about 1e-16 near 1. Splits off the power of two, then
 * log m = 2 atanh((m - 1) / (m + 1)) as a series for m in [sqrt(1/2), sqrt(2)].
 */
export function exactLog(x: number): number {
  let m = x;
  let exponent = 0;
  // Halving and doubling are exact. The generator's 32-bit fractions need at most 32 turns.
  while (m > Math.SQRT2) {
    m /= 2;
    exponent++;
  }
  while (m < Math.SQRT1_2) {
    m *= 2;
    exponent--;
  }
  const s = (m - 1) / (m + 1);
  const s2 = s * s; // at most 0.0295: twelve terms reach 1e-19
  let sum = 0;
  for (let k = 23; k >= 1; k -= 2) sum = sum * s2 + 1 / k;
  return 2 * s * sum + exponent * Math.LN2;
}

/**
 * Sine and cosine of `turns` full turns (1 is 2 pi; any finite number), absolute error below 1e-15. In turns, the reduction to an
 * eighth of a circle is exact.
 */
export function exactSinCos(turns: number): [sin: number, cos: number] {
  const quarters = (turns - Math.floor(turns)) * 4;
  const quadrant = Math.round(quarters);
  const r = (quarters - quadrant) * (Math.PI / 2); // [-pi/4, pi/4]
  const r2 = r * r;
  let sin = 0;
  let cos = 0;
  // Taylor series by Horner's rule, up to r^17 / 17! and r^18 / 18!: below 1e-17 of the value.
  for (let k = 8; k >= 0; k--) {
    sin = 1 - (r2 / ((2 * k + 2) * (2 * k + 3))) * sin;
    cos = 1 - (r2 / ((2 * k + 1) * (2 * k + 2))) * cos;
  }
  sin *= r;
  switch (quadrant & 3) {
    case 0:
      return [sin, cos];
    case 1:
      return [cos, -sin];
    case 2:
      return [-sin, -cos];
    default:
      return [-cos, sin];
  }
}
