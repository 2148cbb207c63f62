/** The kernels' inputs, and a check of their results. */
import { ActigradError } from "../../src/core/errors.ts";
import { normal, uniform } from "../../src/core/random.ts";
import { resolveParams, type Activation } from "../../src/index.ts";
import { compare, type Comparison, type Tolerance } from "../../src/check/float64/compare.ts";
import type { Exactness } from "./result.ts";

/** Number of elements compared with float64, spread over the tensor. */
const CHECKED = 16_384;

/** Inputs of the kernels. */
export interface Tensors {
  readonly x: Float32Array;
  readonly gy: Float32Array;
}

/** x within a few units of 0, gy around 1 with both signs, as in training. */
export function inputs(elements: number): Tensors {
  const period = Math.min(elements, 1 << 18); // drawing millions of numbers would take longer than timing them
  const repeat = (values: Float32Array): Float32Array => {
    const all = new Float32Array(elements);
    for (let i = 0; i < elements; i += period) all.set(values.subarray(0, Math.min(period, elements - i)), i);
    return all;
  };
  return {
    x: repeat(normal(0, 0, period).map((z) => 3 * z)),
    gy: repeat(uniform(0, 1, period).map((u) => 4 * u - 2)),
  };
}

/** Allowance for float32 and a GPU's looser division: 16 and 32 steps, and a little near 0. */
const forwardTolerance: Tolerance = { atol: 2 ** -22, rtol: 2 ** -19 };
const backwardTolerance: Tolerance = { atol: 2 ** -21, rtol: 2 ** -18 };

/** Compares a sample of y and dx with float64. @throws ActigradError "kernel" */
export function check(
  record: Activation,
  { x, gy }: Tensors,
  y: ArrayLike<number>,
  dx: ArrayLike<number>,
): Exactness {
  const params = resolveParams(record);
  const count = Math.min(CHECKED, x.length);
  // Includes the last elements, where a missing guard shows.
  const at = Array.from({ length: count }, (_, i) => x.length - 1 - Math.floor((i * x.length) / count));
  const judge = (
    what: string,
    got: ArrayLike<number>,
    want: (i: number) => number,
    usual: Tolerance,
  ): number => {
    const { atol = 0, rtol = 0 } = record.tolerance ?? {};
    const tolerance = { atol: Math.max(atol, usual.atol), rtol: Math.max(rtol, usual.rtol) };
    const worst: Comparison = compare(
      at.map((i) => got[i]!),
      at.map(want),
      tolerance,
    );
    if (worst.pass) return worst.ulp;
    const index = at[worst.index]!;
    throw new ActigradError(
      "kernel",
      `${record.name}, ${what}: element ${index}, x = ${x[index]}: got ${worst.got}, expected ${worst.want}`,
      { hint: "nothing was timed: a wrong kernel has no speed", ...worst, index },
    );
  };
  return {
    checked: count,
    forwardUlp: judge("forward", y, (i) => record.f(x[i]!, params), forwardTolerance),
    backwardUlp: judge("backward", dx, (i) => gy[i]! * record.dfdx(x[i]!, params), backwardTolerance),
  };
}
