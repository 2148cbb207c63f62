/** Every activation's WGSL against float64: exactness where networks live, finiteness everywhere, reference data. */
import { describe, expect, test } from "vitest";
import { activations, rational, resolveParams } from "../../src/activations/index.ts";
import oracle from "../oracle/activations.json" with { type: "json" };
import oracleBytes from "../oracle/activations.bin?url";
import {
  type ActivationCase,
  activationCases,
  derivativeZeros,
  oracleCases,
  flushed,
  goalsOf,
  nearZero,
  ulp,
  ulpsOff,
} from "../support/activation-cases.ts";
import { type Form, type Lane, denseGrid, evaluate, everyExponent } from "./wgsl-values.ts";

/** f, and f' as training computes it: from x, or from the y that the kernel wrote. Then the parameters' derivatives. */
function formsOf({ record, params }: Pick<ActivationCase, "record" | "params">): Form[] {
  const { f, dfdx, dfdp } = record.wgsl;
  return [
    { text: f, over: "x", params },
    { text: dfdx, over: record.saves, ...(record.saves === "y" ? { of: 0 } : {}), params },
    ...Object.keys(record.dfdp ?? {}).map((name): Form => ({ text: dfdp![name]!, over: "x", params })),
  ];
}

/** Rational functions of orders that the catalogue has not: the numerator's below, at and far above the denominator's, which is odd too. */
const orders: readonly ActivationCase[] = (["A", "B"] as const).flatMap((version) =>
  (
    [
      [2, 4],
      [3, 3],
      [4, 1],
      [1, 5],
    ] as const
  ).map((degrees): ActivationCase => {
    const record = rational(activations.silu, { version, degrees });
    const id = `rational ${version} of degrees ${degrees.join(" and ")}`;
    return { id, activation: record.name, record, params: resolveParams<string>(record) };
  }),
);
const cases = [...activationCases, ...orders];

/** Largest value of `measure` and the x where it is. */
function worst(xs: Float32Array, measure: (i: number, x: number) => number): { off: number; x: number } {
  let found = { off: 0, x: NaN };
  for (const [i, x] of xs.entries()) {
    const off = measure(i, x);
    if (!(off <= found.off)) found = { off, x };
  }
  return found;
}

describe.each<Lane>(["vec4f", "f32"])("lane type %s", (lane) => {
  const near = denseGrid(10, lane === "vec4f" ? 100_000 : 20_000);
  const far = everyExponent();

  test.each(cases)("$id is exact on |x| <= 10", async (example) => {
    const { record, params } = example;
    const goals = goalsOf(record.name);
    const [y, slope, ...others] = await evaluate(lane, formsOf(example), near);
    const forward = worst(near, (i, x) =>
      ulpsOff(y![i]!, record.f(x, params), record.condition?.f?.(x, params)),
    );
    expect(forward.off, `f, ulp at ${forward.x}`).toBeLessThanOrEqual(goals.forward);

    // In ulp; near zeros of f' as a share of the allowed error.
    const zeros = derivativeZeros(example);
    const backward = worst(near, (i, x) => {
      const want = record.dfdx(x, params);
      return nearZero(zeros, x, want)
        ? (Math.abs(slope![i]! - want) / goals.nearZero) * goals.slope
        : ulpsOff(slope![i]!, want, record.condition?.dfdx?.(x, params));
    });
    expect(backward.off, `f', ulp at ${backward.x}`).toBeLessThanOrEqual(goals.slope);

    for (const [k, name] of Object.keys(record.dfdp ?? {}).entries()) {
      const size = record.condition?.dfdp?.[name];
      const param = worst(near, (i, x) => {
        const want = record.dfdp![name]!(x, params);
        // A derivative of snake's is a sum of terms of the size of x and x^2, which may cancel.
        const scale = record.name === "snake" ? Math.abs(x / params["alpha"]!) : 0;
        if (size !== undefined) return ulpsOff(others[k]![i]!, want, size(x, params)) / goals.slope;
        return Math.abs(others[k]![i]! - want) / (8 * ulp(want) + scale * 2 ** -21 + flushed);
      });
      expect(param.off, `df/d${name} at ${param.x}`).toBeLessThanOrEqual(1);
    }
  });

  test.each(cases)("$id is finite wherever the true value is", async (example) => {
    const { record, params } = example;
    const results = await evaluate(lane, formsOf(example), far);
    const wants = [record.f, record.dfdx, ...Object.values(record.dfdp ?? {})] as (typeof record.f)[];
    for (const [k, want] of wants.entries()) {
      const bad = [...far].filter((x, i) => {
        const got = results[k]![i]!;
        return Number.isNaN(got) || (!Number.isFinite(got) && Number.isFinite(Math.fround(want(x, params))));
      });
      expect(bad, ["f", "f'"][k] ?? "df/dp").toEqual([]);
    }
  });
});

test("NaN in gives NaN out", async () => {
  const forms = activationCases.map((example) => formsOf(example)[0]!);
  const results = await evaluate("vec4f", forms, Float32Array.of(NaN, 1, NaN, -1));
  const lost = activationCases.filter(
    (_, k) => !Number.isNaN(results[k]![0]) || !Number.isNaN(results[k]![2]),
  );
  expect(lost.map(({ id }) => id)).toEqual([]);
});

test("textbook forms compute the same function where nothing goes wrong", async () => {
  const examples = activationCases.filter(({ record }) => record.wgsl.textbook !== undefined);
  const forms = examples.flatMap(({ record, params }): Form[] => [
    { text: record.wgsl.textbook!.f, over: "x", params },
    { text: record.wgsl.textbook!.dfdx, over: "x", params },
  ]);
  const xs = Float32Array.from({ length: 400 }, (_, i) => (i - 199.3) / 100);
  const results = await evaluate("vec4f", forms, xs);
  for (const [k, { id, record, params }] of examples.entries()) {
    for (const [i, x] of xs.entries()) {
      expect(Math.abs(results[2 * k]![i]! - record.f(x, params)), `${id}: f(${x})`).toBeLessThan(2e-3);
      expect(Math.abs(results[2 * k + 1]![i]! - record.dfdx(x, params)), `${id}: f'(${x})`).toBeLessThan(
        2e-3,
      );
    }
  }
});

test("the 45 elementwise cases of the reference data are within their tolerances on |x| <= 1e4", async () => {
  const references = oracleCases(oracle, await (await fetch(oracleBytes)).arrayBuffer());
  expect(references).toHaveLength(45);
  for (const example of references) {
    const { id, x, gy, y, dx, tolerance } = example;
    const [value, slope] = await evaluate("vec4f", formsOf(example), x);
    const near = (_: number, i: number): boolean => Math.abs(x[i]!) <= 1e4;
    expect(value!.filter(near), `${id} y`).toAllBeClose(y.filter(near), tolerance.y);
    expect(slope!.map((d, i) => d * gy[i]!).filter(near), `${id} dx`).toAllBeClose(
      dx.filter(near),
      tolerance.dx,
    );
  }
});
