/** Numbers of a certificate as text for people. */

/** Beyond this, a number only says that it is very wrong. */
export const ULP_CAP = 1e6;

/** 0, 0.50, 12.3, 1,234, >1M; NaN or infinity are "not finite". */
export function ulpText(value: number): string {
  if (!Number.isFinite(value)) return "not finite";
  if (value > ULP_CAP) return ">1M";
  if (value === 0) return "0";
  // Upwards: what is printed is never less than what was measured.
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  const up = Math.ceil(value * 10 ** digits - 1e-9) / 10 ** digits;
  return up.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** The same for whole steps. */
export const stepsText = (steps: number): string =>
  steps <= ULP_CAP ? steps.toLocaleString("en") : ulpText(steps);

/** A float32 in the fewest digits that tell it from its neighbours; a float64 in as many. */
export function floatText(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

/** An x for a narrow column: -5.123, 3.1e-17. */
export const xText = (x: number): string =>
  x !== 0 && Math.abs(x) < 1e-3 ? x.toExponential(1) : String(Number(x.toPrecision(4)));

/** An absolute error: 1.2e-7. */
export function absoluteText(value: number): string {
  if (!Number.isFinite(value)) return "not finite";
  return value === 0 ? "0" : value.toExponential(1);
}

/** A true value with enough digits to show fractions of a float32 step. */
export const preciseText = (value: number): string => String(Number(value.toPrecision(11)));
