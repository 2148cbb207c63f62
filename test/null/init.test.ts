import { expect, test } from "vitest";
import { activations, defineActivation } from "../../src/activations/index.ts";
import * as nn from "../../src/index.ts";
import { data } from "../../src/graph/ops/source.ts";

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
  expect(nn.gainOf(defineActivation({ ...relu, gain: undefined as never }))).toBeCloseTo(Math.SQRT2, 3);
  expect(nn.gainOf(exp)).toBeCloseTo(Math.exp(-1), 9);
  expect(nn.gainOf(silu)).toBeCloseTo(1.6765, 3);
  expect(nn.gainOf(gelu)).toBeCloseTo(1.5335, 3);
});

test.each([
  { inputs: 4, outputs: 6, kernel: 3, groups: 2 }, // 6 rows of 18
  { inputs: 2, outputs: 12, kernel: 1, groups: 1 }, // 12 rows of 2
])("a convolution's orthogonal weight is that of [out, in / groups * height * width]", (sizes) => {
  const { inputs, outputs, kernel, groups } = sizes;
  const graph = new nn.Graph();
  const layer = nn.conv2d(inputs, outputs, kernel, { groups, padding: 1, init: nn.orthogonal(3) });
  const model = nn.sequential(nn.unflatten([inputs, 5, 5]), layer);
  const [parameter] = model.build(graph, data(graph, "x", [1, 2, inputs * 25]), 1).parameters;
  const values = parameter!.init(4);
  const { index } = parameter!.views[0]!;
  const width = (inputs / groups) * kernel ** 2;
  const w = (row: number, column: number): number => values[index(row * width + column)]! / 3;
  const few = Math.min(outputs, width);
  for (let a = 0; a < few; a++)
    for (let b = 0; b < few; b++) {
      let dot = 0;
      for (let k = 0; k < Math.max(outputs, width); k++)
        dot += outputs <= width ? w(a, k) * w(b, k) : w(k, a) * w(k, b);
      expect(dot).toBeCloseTo(a === b ? 1 : 0, 6);
    }
});

test("a gain is a number, or the activation's with its own parameters", () => {
  const deviation = (init: string, ...behind: (nn.Layer | nn.Activation)[]): number => {
    const graph = new nn.Graph();
    const model = nn.sequential(nn.linear(200, 150, parsed(init)), ...behind);
    const { parameters } = model.build(graph, data(graph, "x", [1, 2, 200]), 1);
    const { views, init: start } = parameters[0]!;
    const values = start(1);
    return moments(Float32Array.from({ length: 30_000 }, (_, i) => values[views[0]!.index(i)]!)).std;
  };
  const parsed = (text: string) => {
    const { init } = nn.parseInit(text);
    return init === undefined ? {} : { init };
  };
  const leaky = nn.leakyRelu({ negativeSlope: 1 });
  const close = (got: number, want: number) => expect(Math.abs(got / want - 1)).toBeLessThan(0.02);
  close(deviation("fit", nn.relu), Math.sqrt(2 / 200));
  close(deviation("fit", leaky), Math.sqrt(1 / 200)); // a slope of 1 changes nothing
  close(deviation("he:gain=activation,mode=out", leaky), Math.sqrt(1 / 150));
  close(deviation("he:gain=3"), 3 / Math.sqrt(200));
  close(deviation("glorot_normal:gain=activation", nn.tanh), (5 / 3) * Math.sqrt(2 / 350));
  close(deviation("truncated_normal:std=0.1,limit=0.5"), 0.1 * 0.2839);
  close(deviation("orthogonal:gain=2"), 2 / Math.sqrt(200));
});

test.each([
  ["ho", 'unknown starting weights "ho"; did you mean "he"?'],
  ["he:gain=0", 'heNormal: gain, if not "activation", must be a finite number above 0, got 0'],
  ["he:gain=much", 'he: gain: expected a number or "activation", got "much"'],
  ["he_uniform:mode=sideways", 'he_uniform: mode: expected one of in, out, got "sideways"'],
  ["lecun:gain=2", 'lecun has no options, got "gain"'],
  ["truncated_normal:limit=0", "limit must be at least 0.01, got 0"],
])("starting weights that are none are refused: %s", (text, message) => {
  expect(() => nn.parseInit(text)).toThrow(message);
});
