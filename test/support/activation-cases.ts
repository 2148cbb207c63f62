/** What the tests of the activations share: which parameters to try, the reference data, and how errors are counted. */
import {
  type Activation,
  type ParamValues,
  activations,
  findActivation,
  resolveParams,
} from "../../src/activations/index.ts";
import tolerances from "../oracle/tolerances.json" with { type: "json" };

/** An activation with values for its parameters. */
export interface ActivationCase {
  readonly id: string;
  readonly record: Activation;
  readonly params: ParamValues;
}

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
};

/** Every activation with its defaults, and some with other values, all rounded to float32. */
export const activationCases: readonly ActivationCase[] = Object.values(activations).flatMap(
  (record: Activation) =>
    [{}, ...(others[record.name] ?? [])].map((given) => {
      const entries = Object.entries(resolveParams(record, given)).map(
        ([k, v]) => [k, Math.fround(v)] as const,
      );
      const id = [record.name, ...Object.entries(given).map(([k, v]) => `${k}=${v}`)].join(" ");
      return { id, record, params: Object.fromEntries(entries) };
    }),
);

interface TensorIndex {
  readonly t: string;
  readonly s: readonly number[];
  readonly o: number;
}
interface OracleIndex {
  readonly cases: readonly {
    readonly id: string;
    readonly op: string;
    readonly params: Readonly<Record<string, unknown>>;
    readonly gridCount?: number;
    readonly in: Readonly<Record<string, TensorIndex>>;
    readonly out: Readonly<Record<string, TensorIndex>>;
  }[];
}

/** An elementwise case of the reference data: x and gy are float32 values, y = f(x) and dx = gy f'(x) true values. */
export interface OracleCase extends ActivationCase {
  readonly x: Float32Array<ArrayBuffer>;
  readonly gy: Float32Array<ArrayBuffer>;
  readonly y: Float64Array<ArrayBuffer>;
  readonly dx: Float64Array<ArrayBuffer>;
  readonly tolerance: { readonly y: Bound; readonly dx: Bound };
}
export interface Bound {
  readonly atol: number;
  readonly rtol: number;
}

/** The reference data's names for an activation and its parameters in ours. */
function named(op: string, params: Readonly<Record<string, unknown>>): [Activation, Record<string, number>] {
  const number = (name: string): number => Number(params[name]);
  if (op === "gelu") return [findActivation(params["approximate"] === "tanh" ? "gelu_tanh" : "gelu"), {}];
  const record = findActivation(op);
  return [record, Object.fromEntries(Object.keys(record.params).map((name) => [name, number(name)]))];
}

/** The elementwise cases of activations.json and its tensors. */
export function oracleCases(index: OracleIndex, bytes: ArrayBuffer): OracleCase[] {
  return index.cases
    .filter((c) => c.gridCount !== undefined)
    .map((c) => {
      const [record, given] = named(c.op, c.params);
      const floats = (t: TensorIndex) => new Float32Array(bytes, t.o, t.s[0]);
      const doubles = (t: TensorIndex) => new Float64Array(bytes, t.o, t.s[0]);
      return {
        id: c.id,
        record,
        params: resolveParams(record, given),
        x: floats(c.in["x"]!),
        gy: floats(c.in["gy"]!),
        y: doubles(c.out["y"]!),
        dx: doubles(c.out["dx"]!),
        tolerance: tolerances.activations[c.id as keyof typeof tolerances.activations],
      };
    });
}

/** Distance between neighbouring float32 numbers at `value` (of normal size). */
export function ulp(value: number): number {
  const exponent = Math.floor(Math.log2(Math.max(Math.abs(value), 2 ** -126)));
  return 2 ** (Math.min(exponent, 127) - 23);
}

/** What a flushed denormal may cost after one more operation or two. */
export const flushed = 2 ** -124;

/**
 * How far a float32 result is from the true value, in ulp of the true value. NaN and infinities count as infinitely
 * far, unless the true value is NaN or rounds to that infinity (the largest float is as good).
 */
export function ulpsOff(got: number, want: number): number {
  if (Number.isNaN(want)) return Number.isNaN(got) ? 0 : Infinity;
  const rounded = Math.fround(want);
  if (!Number.isFinite(rounded)) {
    return got === rounded || got === Math.sign(want) * 3.4028234663852886e38 ? 0 : Infinity;
  }
  if (!Number.isFinite(got)) return Infinity;
  return Math.max(0, Math.abs(got - want) - flushed) / ulp(want);
}

/** Points where f' changes its sign, or touches 0, within [-10, 10]. */
export function derivativeZeros({ record, params }: ActivationCase): number[] {
  const step = 1 / 1024;
  const at = (i: number): number => record.dfdx(i * step, params);
  const zeros: number[] = [];
  for (let i = -10 * 1024; i <= 10 * 1024; i++) {
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
