/** Checks numeric options, for all of the engine. */
import { ActigradError } from "./errors.ts";

/** The smallest float32 that every adapter distinguishes from 0 (2^-126). */
const SMALLEST = 2 ** -126;

/** A number as kernels see it: a float32, which may become 0 below 2^-126. */
const asFloat32 = (value: number): number => (Math.abs(value) < SMALLEST ? 0 : Math.fround(value));

/** What kernels would turn a number into if that changes it, or undefined: `it is 0 as a float32`. */
export function float32Fault(value: number): string | undefined {
  const seen = asFloat32(value);
  const lost = (seen === 0) !== (value === 0) || Number.isFinite(seen) !== Number.isFinite(value);
  return lost ? `it is ${seen} as a float32` : undefined;
}

/** The range of a number: "at least `from`" or "above `above`", and "at most `to`" or "below `below`". */
export interface Range {
  readonly from?: number;
  readonly above?: number;
  readonly to?: number;
  readonly below?: number;
}

/** Whether a value is a finite number within the range, before any rounding. */
export function isWithin(value: unknown, range: Range): value is number {
  const { from = -Infinity, above = -Infinity, to = Infinity, below = Infinity } = range;
  const v = value as number; // only numbers are finite
  return (
    Number.isFinite(value) &&
    v >= from &&
    v <= to &&
    (v > above || above === -Infinity) &&
    (v < below || below === Infinity)
  );
}

/**
 * @throws ActigradError "option" unless the value is finite and within the range, both in float64 and as the float32 that kernels
 * see: a positive number that becomes 0 is refused
 */
export function checkNumber(name: string, value: number, range: Range = {}): void {
  const { from = -Infinity, above = -Infinity, to = Infinity, below = Infinity } = range;
  const within = (v: number): boolean => isWithin(v, range);
  const fault = typeof value === "number" ? float32Fault(value) : undefined;
  if (within(value) && within(asFloat32(value)) && fault === undefined) return;
  const bounds = [
    ...(from === -Infinity ? [] : [`of at least ${from}`]),
    ...(above === -Infinity ? [] : [`above ${above}`]),
    ...(to === Infinity ? [] : [`of at most ${to}`]),
    ...(below === Infinity ? [] : [`below ${below}`]),
  ];
  const why = fault ?? (within(value) ? `it is ${asFloat32(value)} as a float32` : undefined);
  throw new ActigradError(
    "option",
    `${name} must be a finite number${bounds.length === 0 ? "" : ` ${bounds.join(" and ")}`}, got ${String(value)}`,
    { ...(why !== undefined && { hint: why }), name, value },
  );
}

/** @throws ActigradError "option" unless the value is a whole number of at least `from` */
export function checkCount(name: string, value: number, from = 1): void {
  if (Number.isSafeInteger(value) && value >= from) return;
  throw new ActigradError("option", `${name} must be a whole number of at least ${from}, got ${value}`, {
    name,
    value,
  });
}
