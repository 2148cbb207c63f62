/** Shared by the activations' tests: cases, goals and the counting of errors (as in the certificate), and the reference data. */
import { type Activation, findActivation, resolveParams } from "../../src/activations/index.ts";
import type { ActivationCase } from "../../src/check/certificate/cases.ts";
import tolerances from "../../src/check/oracle/tolerances.json" with { type: "json" };

export { type ActivationCase, activationCases } from "../../src/check/certificate/cases.ts";
export { derivativeZeros, goalsOf, nearZero } from "../../src/check/certificate/goals.ts";
export { flushed, ulp, ulpsOff } from "../../src/check/certificate/ulp.ts";

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
export interface OracleCase extends Omit<ActivationCase, "activation"> {
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

/** The reference data's names for an activation and its parameters, with ours. */
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
