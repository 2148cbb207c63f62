/** How exact an activation has to be: the one place that decides, for the certificate and for the tests. */
import type { ActivationCase } from "./cases.ts";

/** The goals apply to |x| up to this, the range of networks. */
export const CORE = 10;

export interface Goals {
  /** ulp of f. */
  readonly forward: number;
  /** ulp of f'; close to its zeros `nearZero` applies instead. */
  readonly slope: number;
  /** Absolute error of f' where |f'| < 1/8 within 1/4 of a zero of f': there it is a difference of larger terms. */
  readonly nearZero: number;
}

/** Activations built on erf, which itself is off by a few ulp. */
const onErf: ReadonlySet<string> = new Set(["phish", "laplace", "smu", "erfact", "pserf", "derf"]);

/** Activations whose forward goal is not 4 ulp, because they multiply functions that are themselves off by a few ulp. */
const forwardGoals: Readonly<Record<string, number>> = { gelu: 8, serf: 8 };

/** What a division that is not correctly rounded (WGSL allows 2.5 ulp) may add. */
const DIVISION = 2.5;

/** @param exactDivision whether the adapter rounds quotients correctly */
export function goalsOf(name: string, exactDivision = true): Goals {
  const more = exactDivision ? 0 : DIVISION;
  const [forward, slope] = onErf.has(name) ? [8, 16] : [forwardGoals[name] ?? 4, 8];
  return { forward: forward + more, slope: slope + more, nearZero: 2 ** -22 };
}

/**
 * The errors that WebNN's conformance tests allow float32 results of the same functions, in steps from the float32 nearest to the
 * true value. Source: web-platform-tests, webnn/resources/utils.js (the table of tolerances by operator), read in 2026. relu6 and
 * hardtanh are WebNN's clamp. WebNN's sin and erf have absolute bounds instead (1/1024), its gelu uses erf; it has no bounds for
 * derivatives.
 */
const webnn: Readonly<Record<string, number>> = {
  identity: 0,
  relu: 0,
  relu6: 0,
  hardtanh: 0,
  leaky_relu: 1,
  prelu: 1,
  elu: 18,
  gelu: 18,
  softplus: 18,
  softsign: 3,
  tanh: 16,
  sigmoid: 34,
  hardsigmoid: 2,
  hardswish: 4,
  exp: 32,
};

/** WebNN's bound in float32 steps, undefined for functions that it does not have. */
export const webnnBound = (name: string): number | undefined => webnn[name];

/** Points where f' changes sign, or touches 0, within the core domain; none if the record states its condition. */
export function derivativeZeros({ record, params }: ActivationCase): number[] {
  if (record.condition?.dfdx !== undefined) return [];
  const step = 1 / 1024;
  const at = (i: number): number => record.dfdx(i * step, params);
  const zeros: number[] = [];
  for (let i = -CORE * 1024; i <= CORE * 1024; i++) {
    const [before, here, after] = [at(i - 1), at(i), at(i + 1)];
    const crosses = here * after < 0 || (here === 0 && before * after < 0);
    if (
      crosses ||
      (Math.abs(here) < 1e-5 && Math.abs(before) > Math.abs(here) && Math.abs(after) > Math.abs(here))
    ) {
      zeros.push(i * step);
    }
  }
  return zeros;
}

/** Whether the error of f' at x, where it should be `want`, is counted absolutely. */
export const nearZero = (zeros: readonly number[], x: number, want: number): boolean =>
  Math.abs(want) < 1 / 8 && zeros.some((zero) => Math.abs(zero - x) <= 0.25);
