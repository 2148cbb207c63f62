/** Which activations are certified, and with which parameters. */
import {
  type Activation,
  type ParamValues,
  type SplineOptions,
  activations,
  resolveParams,
} from "../../activations/index.ts";

/** An activation with values for its parameters. */
export interface ActivationCase {
  /** "celu alpha=0.5"; the name alone for the defaults. */
  readonly id: string;
  /** Its name in the table. */
  readonly activation: string;
  readonly record: Activation;
  readonly params: ParamValues;
}

/** Values that take other branches of the functions than the defaults do. */
const others: Readonly<Record<string, readonly Record<string, number>[]>> = {
  leaky_relu: [{ negativeSlope: 0.2 }, { negativeSlope: 0 }],
  prelu: [{ a: -0.5 }],
  elu: [{ alpha: 0.5 }],
  celu: [{ alpha: 0.5 }, { alpha: 2 }, { alpha: 0.3 }],
  swish: [{ beta: 1.5 }, { beta: -0.7 }],
  softplus: [{ beta: 2 }, { beta: 0.5, threshold: 5 }, { beta: 1.3 }],
  hardtanh: [{ min: -2, max: 0.5 }],
  hardshrink: [{ lambda: 0 }],
  softshrink: [{ lambda: 0.3 }],
  threshold: [
    { threshold: 0.125, value: 20 },
    { threshold: -1, value: -3 },
  ],
  snake: [{ alpha: 1.5 }, { alpha: 0.3 }],
  isru: [{ alpha: 0.3 }],
  nlrelu: [{ beta: 0.5 }],
  laplace: [{ mu: 0, sigma: 1 }],
  squareplus: [{ b: 1 }, { b: 0.1 }],
  acon_c: [{ p1: 1.2, p2: -0.3, beta: 1.1 }],
  smu: [{ mu: 1e6 }],
  srelu: [{ tr: 1, ar: 0.5, tl: -0.5, al: 0.25 }],
  dyt: [{ alpha: 0.5, gamma: 1.2, beta: -0.1 }],
  rational_a: [
    { a0: 0.03, a1: 0.62, a2: 2.3, a3: 3.05, a4: 1.5, a5: 0.25, b1: -1.14, b2: 4.4, b3: 0.87, b4: 0.35 },
  ],
  sign_fast_sigmoid: [{ steepness: 25 }],
  step_triangle: [{ width: 2 }],
  derf: [{ alpha: 0.5, s: 0.125, gamma: 1.2, beta: -0.1 }],
};

/** A record with parameters, rounded to float32 as in the kernels. */
export function activationCase(
  record: Activation,
  given: Readonly<Record<string, number>> = {},
): ActivationCase {
  const params = Object.entries(resolveParams(record, given)).map(([k, v]) => [k, Math.fround(v)] as const);
  const id = [record.name, ...Object.entries(given).map(([k, v]) => `${k}=${v}`)].join(" ");
  return { id, activation: record.name, record, params: Object.fromEntries(params) };
}

/** A spline with other points and other tangents: it has a different record. */
const drawn = (id: string, options: SplineOptions): ActivationCase => {
  const { activation: record, params } = activations.spline(options);
  return { id, activation: "spline", record, params };
};

/** Every activation with its defaults, and some with other values. */
export const activationCases: readonly ActivationCase[] = [
  ...Object.values<Activation>(activations).flatMap((record) =>
    [{}, ...(others[record.name] ?? [])].map((given) => activationCase(record, given)),
  ),
  drawn("spline monotone", { points: [-3, 1, -1, -0.25, 0, 0, 0.5, 3, 5, -2], monotone: true }),
];
