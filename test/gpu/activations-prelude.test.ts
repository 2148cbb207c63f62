/** The functions of shaders/prelude.wgsl, special.wgsl and angles.wgsl against float64. */
import { describe, expect, test } from "vitest";
import { erf, sigmoid, softplus } from "../../src/activations/float64.ts";
import { ulpsOff } from "../support/activation-cases.ts";
import { type Lane, denseGrid, evaluate, everyExponent } from "./wgsl-values.ts";

interface Bounded {
  readonly name: string;
  readonly want: (x: number) => number;
  /** Bound in ulp, over the xs for which `within` holds. */
  readonly ulps: number;
  readonly within?: (x: number) => boolean;
  /** Beyond |x| = 10: absolute bound on top. */
  readonly atol?: number;
}

const functions: readonly Bounded[] = [
  { name: "exp_", want: Math.exp, ulps: 1.1 },
  { name: "expm1_", want: Math.expm1, ulps: 1.5 },
  { name: "exp_neg_", want: Math.exp, ulps: 1.1, within: (x) => x <= 0.3 },
  { name: "expm1_neg_", want: Math.expm1, ulps: 1.2, within: (x) => x <= 0.3 },
  { name: "log_", want: Math.log, ulps: 3 },
  { name: "log1p_", want: Math.log1p, ulps: 3 },
  { name: "log1p_unit_", want: Math.log1p, ulps: 1.5, within: (x) => x >= 0 && x <= 1 },
  { name: "sigmoid_", want: sigmoid, ulps: 2.6 },
  { name: "tanh_", want: Math.tanh, ulps: 2.8 },
  { name: "softplus_", want: softplus, ulps: 2.5 },
  { name: "sin_", want: Math.sin, ulps: 1.6, within: (x) => Math.abs(x) <= 1e4, atol: 1e-7 },
  { name: "cos_", want: Math.cos, ulps: 1.6, within: (x) => Math.abs(x) <= 1e4, atol: 1e-7 },
  { name: "atan_", want: Math.atan, ulps: 2.6 },
  { name: "erf_", want: erf, ulps: 3.5 },
];

describe.each<Lane>(["vec4f", "f32"])("lane type %s", (lane) => {
  const xs = Float32Array.from([...denseGrid(12, 100_000), ...denseGrid(1e4, 20_000), ...everyExponent()]);

  test.each(functions)("$name", async ({ name, want, ulps, within = () => true, atol = 0 }) => {
    const [got] = await evaluate(lane, [{ text: `${name}(x)`, over: "x" }], xs);
    let worst = 0;
    let where = NaN;
    for (const [i, x] of xs.entries()) {
      if (!within(x)) continue;
      const value = want(x);
      const slack = Math.abs(x) > 12 ? atol : 0;
      const off = Math.abs(got![i]! - value) <= slack ? 0 : ulpsOff(got![i]!, value);
      if (!(off <= worst)) [worst, where] = [off, x];
    }
    expect(worst, `ulp at ${where}`).toBeLessThanOrEqual(ulps);
  });

  test("a sine stays a sine however large its angle", async () => {
    const [sines, cosines] = await evaluate(
      lane,
      ["sin_(x)", "cos_(x)"].map((text) => ({ text, over: "x" })),
      everyExponent(),
    );
    for (const value of [...sines!, ...cosines!]) expect(Math.abs(value)).toBeLessThanOrEqual(1);
  });

  test("bits tell NaN, infinite and finite", async () => {
    const forms = ["is_nan_", "is_finite_"].map((name) => ({
      text: `select(T(0.0), T(1.0), ${name}(x))`,
      over: "x" as const,
    }));
    const values = [NaN, Infinity, -Infinity, 3.4e38, -1, 0, 1e-40, -NaN];
    const results = await evaluate(lane, forms, Float32Array.from(values));
    expect(results.map((r) => [...r])).toEqual([
      [1, 0, 0, 0, 0, 0, 0, 1],
      [0, 0, 0, 1, 1, 1, 1, 0],
    ]);
  });

  test("log_ at the ends", async () => {
    const [got] = await evaluate(
      lane,
      [{ text: "log_(x)", over: "x" }],
      Float32Array.of(0, -0, -1, Infinity, -Infinity, NaN, 1, 3.4028234663852886e38),
    );
    const want = [
      -Infinity,
      -Infinity,
      NaN,
      Infinity,
      NaN,
      NaN,
      0,
      Math.fround(Math.log(3.4028234663852886e38)),
    ];
    expect([...got!]).toEqual(want);
  });
});
