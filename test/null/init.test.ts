import { expect, test } from "vitest";
import { activations } from "../../src/activations/index.ts";
import * as nn from "../../src/nn/index.ts";

const fan = { in: 300, out: 200 };
const draw = (init: nn.Initializer): Float32Array => init(7, "0.weight", fan, fan.in * fan.out);
const moments = (values: Float32Array): { mean: number; std: number; most: number } => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const std = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
  return { mean, std, most: values.reduce((a, b) => Math.max(a, Math.abs(b)), 0) };
};

test.each<[string, nn.Initializer, number, number]>([
  ["heNormal", nn.heNormal(), Math.sqrt(2 / 300), Infinity],
  ["heNormal, fan out", nn.heNormal(1, "out"), Math.sqrt(1 / 200), Infinity],
  ["heUniform", nn.heUniform(), Math.sqrt(2 / 300), Math.sqrt(6 / 300)],
  ["glorotNormal", nn.glorotNormal(), Math.sqrt(2 / 500), Infinity],
  ["glorotUniform", nn.glorotUniform(), Math.sqrt(2 / 500), Math.sqrt(6 / 500)],
  ["lecunNormal", nn.lecunNormal(), Math.sqrt(1 / 300), Infinity],
  ["lecunUniform", nn.lecunUniform(), Math.sqrt(1 / 300), Math.sqrt(3 / 300)],
  // Cut off at two deviations, a normal number's deviation is 0.8796.
  ["truncatedNormal", nn.truncatedNormal({ std: 0.1 }), 0.08796, 0.2],
])("%s has the deviation and the bound of its definition, and the same bits again", (_, init, std, bound) => {
  const values = draw(init);
  const got = moments(values);
  expect(Math.abs(got.mean)).toBeLessThan(0.02 * std);
  expect(Math.abs(got.std / std - 1)).toBeLessThan(0.01);
  expect(got.most).toBeLessThanOrEqual(bound * 1.000001);
  if (bound < Infinity) expect(got.most).toBeGreaterThan(bound * 0.99);
  expect(draw(init)).toEqual(values);
});

test.each([
  [12, 5],
  [5, 12],
  [7, 7],
])("orthogonal weights of %d inputs and %d units are orthonormal", (inputs, outputs) => {
  const w = nn.orthogonal(2)(1, "w", { in: inputs, out: outputs }, inputs * outputs);
  const at = (i: number, o: number): number => w[i * outputs + o]! / 2; // [in, out], as a linear layer keeps it
  const few = Math.min(inputs, outputs);
  for (let a = 0; a < few; a++) {
    for (let b = 0; b < few; b++) {
      let dot = 0;
      for (let k = 0; k < Math.max(inputs, outputs); k++)
        dot += inputs >= outputs ? at(k, a) * at(k, b) : at(a, k) * at(b, k);
      expect(dot).toBeCloseTo(a === b ? 1 : 0, 6);
    }
  }
});

test("a gain is the record's, or computed: it keeps the second moment of a normal signal", () => {
  const { relu, silu, gelu, exp } = activations;
  expect(nn.gainOf(relu)).toBe(Math.SQRT2);
  expect(nn.gainOf({ ...relu, gain: undefined as never })).toBeCloseTo(Math.SQRT2, 3);
  expect(nn.gainOf(exp)).toBeCloseTo(Math.exp(-1), 9);
  expect(nn.gainOf(silu)).toBeCloseTo(1.6765, 3);
  expect(nn.gainOf(gelu)).toBeCloseTo(1.5335, 3);
});
