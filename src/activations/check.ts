/**
 * Checks in float64 that a record's derivatives are those of its function. For its WGSL on a GPU, see `certify` of
 * actigrad/reference.
 */
import { ActigradError } from "../core/errors.ts";
import { type Activation, type ParamValues, savedDerivative } from "./activation.ts";
import { resolveParams } from "./params.ts";

/** Result of `checkActivation`. */
export interface ActivationCheck {
  /** Number of points: those where a difference quotient of f is good to 1e-4, away from kinks. */
  readonly points: number;
  /** The largest difference between a derivative and its quotient, relative to 1 + its magnitude. */
  readonly worst: number;
}

const POINTS = 800;
const REACH = 10;
/** Between quotients of two widths, and between a quotient and the derivative. */
const GOOD = 1e-4;

/**
 * Checks f', the derivative from a saved y, and the derivatives by learnable parameters against difference quotients of f at 800
 * points of |x| <= 10. `defineActivation` does so, except in a production build.
 * @param params values other than the defaults
 * @throws ActigradError "option" with the x where a derivative is not that of f, unless the record says `surrogate: true`; for
 * parameters out of range
 */
export function checkActivation(
  record: Activation,
  params: Readonly<Partial<Record<string, number>>> = {},
): ActivationCheck {
  const p: ParamValues = resolveParams(record, params);
  const kinks = record.kinks(p);
  let [points, worst] = [0, 0];
  const compare = (what: string, x: number, got: number, at: (offset: number) => number): void => {
    const step = 1e-4 * Math.max(1, Math.abs(x));
    const [wide, want] = [quotient(at, step), quotient(at, step / 2)];
    const scale = 1 + Math.abs(want);
    if (!(Math.abs(wide - want) <= GOOD * scale)) return; // a jump, a steep place, or f is undefined
    points++;
    const off = Math.abs(got - want) / scale;
    worst = Math.max(worst, off);
    if (off <= 10 * GOOD) return;
    throw new ActigradError(
      "option",
      `activation "${record.name}": ${what} is not the derivative of f: at x = ${round(x)} it is ${round(got)}, f changes by ${round(want)}`,
      { hint: "correct it, or set surrogate: true if it differs on purpose", x, got, want },
    );
  };
  for (let i = 0; i < POINTS; i++) {
    // Avoids round numbers, where kinks lie.
    const x = -REACH + (2 * REACH * (i + 1 / Math.PI)) / POINTS;
    if (kinks.some((kink) => Math.abs(kink - x) < 2e-3)) continue;
    const f = (offset: number): number => record.f(x + offset, p);
    if (record.surrogate !== true) {
      compare("dfdx", x, record.dfdx(x, p), f);
      if (record.saves === "y")
        compare(record.dfdy === undefined ? "dfdx of y" : "dfdy", x, savedDerivative(record, f(0), p), f);
    }
    for (const [name, dfdp] of Object.entries(record.dfdp ?? {}))
      compare(`dfdp.${name}`, x, dfdp!(x, p), (offset) => record.f(x, { ...p, [name]: p[name]! + offset }));
  }
  return { points, worst };
}

const quotient = (at: (offset: number) => number, step: number): number =>
  (at(step) - at(-step)) / (2 * step);
const round = (value: number): string => String(Number(value.toPrecision(6)));
