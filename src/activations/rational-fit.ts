/** Rational activations of any degrees, and their starting values close to another activation. */
import { ActigradError, checkOptions } from "../core/errors.ts";
import { checkCount } from "../core/check.ts";
import { leastSquares } from "../core/least-squares.ts";
import type { Activation } from "./activation.ts";
import { checkIsActivation, checkedRecord } from "./define.ts";
import { resolveParams } from "./params.ts";
import {
  type Coefficients,
  MAX_DEGREE,
  type RationalForm,
  coefficientNames,
  gradientOf,
  rationalSpec,
} from "./rational.ts";

/** What a rational activation starts close to. */
export interface RationalFit extends Partial<RationalForm> {
  /** The other activation's parameters. */
  readonly params?: Readonly<Record<string, number>>;
  /** Fits on [-reach, reach]. Default 3. */
  readonly reach?: number;
}

const POINTS = 101;
const ROUNDS = 200;

/** Start of a fit that suits anything growing like a network's activation: x / (2 + x^2), nearly even below. Others start small. */
const start: ReadonlyMap<string, number> = new Map([
  ["a1", 0.5],
  ["b2", 0.5],
  ["b4", 0.05],
]);

/**
 * Coefficients of the rational function closest to an activation, by least squares (Levenberg, Marquardt) on 101 points of [-3,
 * 3]: `rationalB(fitRational(gelu))`.
 * @returns values by name, `a0` to `bm`
 * @throws ActigradError "option" for an unknown option or version, or invalid degrees
 */
export function fitRational(target: Activation, options: RationalFit = {}): Record<string, number> {
  checkOptions("fitRational", options, ["version", "degrees", "params", "reach"]);
  checkIsActivation("fitRational", target);
  const form = checkedForm(options);
  const { reach = 3, params } = options;
  const at = resolveParams(target, params);
  const names = coefficientNames(form);
  const xs = Array.from({ length: POINTS }, (_, i) => -reach + (2 * reach * i) / (POINTS - 1));
  const want = xs.map((x) => target.f(x, at));
  const named = (v: readonly number[]) => Object.fromEntries(names.map((name, i) => [name, v[i]!]));
  const look = (v: readonly number[]) => {
    const p = named(v);
    const found = xs.map((x) => gradientOf(form, x, p));
    return { rows: found.map(({ row }) => row), off: found.map(({ f }, i) => f - want[i]!) };
  };
  const values = leastSquares(
    names.map((name) => start.get(name) ?? -0.01),
    look,
    ROUNDS,
  );
  return named(values.map(Math.fround));
}

function checkedForm({ version = "B", degrees = [5, 4] }: Partial<RationalForm>): RationalForm {
  if (version !== "A" && version !== "B")
    throw new ActigradError("option", `version = ${String(version)}`, { hint: 'expected "A" or "B"' });
  if (!Array.isArray(degrees) || degrees.length !== 2)
    throw new ActigradError("option", "degrees: expected two whole numbers, for numerator and denominator");
  for (const degree of degrees) checkCount("degrees", degree);
  if (Math.max(...degrees) > MAX_DEGREE)
    throw new ActigradError("option", `degrees = ${degrees.join(", ")}`, {
      hint: `expected at most ${MAX_DEGREE}`,
    });
  return { version, degrees };
}

/**
 * A rational activation of degrees other than the catalogue's 5 and 4, with all coefficients learned, starting close to another
 * activation: `rational(gelu, { degrees: [7, 6] })`.
 * @throws ActigradError "option" as `fitRational`
 */
export function rational(target: Activation, options: RationalFit = {}): Activation {
  const form = checkedForm(options);
  const fitted = fitRational(target, options);
  const [n, m] = form.degrees;
  const start: Coefficients = {
    a: Array.from({ length: n + 1 }, (_, k) => fitted[`a${k}`]!),
    b: Array.from({ length: m }, (_, i) => fitted[`b${i + 1}`]!),
  };
  // No check by difference quotients: they say nothing where a fit leaves a coefficient of |b x| near 0.
  return checkedRecord({
    ...rationalSpec(form, start),
    name: `rational_${form.version.toLowerCase()}_${n}_${m}_${target.name}`,
  });
}
