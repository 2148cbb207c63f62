import { describe, expect, test } from "vitest";
import { crossEntropy, defineLayer, linear, mse, sequential, tanh } from "../../src/index.ts";
import { defineOp, mul, type Node } from "../../src/ops.ts";
import { gradcheck, matchers, ulpsFrom } from "../../src/testing/index.ts";
import { TypeReader, loaded, read, stored, wordsOf, write } from "../../src/testing/wgsl/types.ts";
import "../../src/testing/expect.ts";

const { toBeWithinUlp, toAllBeClose, toBeBitEqual, toBeFiniteEverywhere } = matchers;
const up = (x: number, ulps: number): number => x + ulps * 2 ** (Math.floor(Math.log2(x)) - 23);

describe("matchers", () => {
  test("ulp are those of the expected value, with float64's digits", () => {
    expect(Float32Array.of(1, up(3, 4))).toBeWithinUlp([1, 3], 4);
    expect(toBeWithinUlp(Float32Array.of(1, up(3, 5)), [1, 3], 4).pass).toBe(false);
    expect(ulpsFrom(1, 1 + 2 ** -25)).toBe(0); // rounds to it
    expect(ulpsFrom(1, 1 + 0.75 * 2 ** -23)).toBe(0.75);
    expect(ulpsFrom(0, 2 ** -130)).toBe(0); // flushed
    expect(ulpsFrom(2 ** -125, 2 ** -130)).toBeGreaterThan(1e6);
    expect(ulpsFrom(3.4028234663852886e38, Infinity)).toBe(Infinity);
  });

  test("a failure names the worst, and counts the errors", () => {
    const message = toBeWithinUlp(Float32Array.of(1, 2, up(4, 30)), [1, 2, 4], 4).message();
    expect(message).toContain("1 of 3 numbers are not within 4 ulp; the worst at 2:");
    expect(message).toContain("expected 4: 30 ulp off");
    expect(message).toMatch(/exact +#+ 2/);
    expect(message).toMatch(/<= 32 steps +#+ 1/);
    const close = toAllBeClose([1, 2.1], [1, 2], { rtol: 0.01 });
    expect(close.message()).toContain("1 of 2 numbers are not within rtol 0.01, atol 0; the worst at 1");
    expect([1, 2.1]).toAllBeClose([1, 2], { rtol: 0.06 });
  });

  test("NaN equals nothing by accident", () => {
    const both = [NaN, 1] as const;
    expect(toBeWithinUlp(both, both, 4).pass).toBe(false);
    expect(toAllBeClose(both, both, { atol: 1e9 }).pass).toBe(false);
    expect(both).toBeWithinUlp(both, 4, { nan: true });
    expect(toBeWithinUlp([1], [NaN], 4, { nan: true }).pass).toBe(false);
    expect(toBeWithinUlp([NaN], [1], 4, { nan: true }).pass).toBe(false);
    expect(toBeFiniteEverywhere([1, NaN, Infinity]).message()).toContain(
      "2 of 3 numbers are not finite; the first at 1",
    );
    expect(1).toBeFiniteEverywhere();
    expect(toAllBeClose([], [1]).pass).toBe(false);
  });

  test("bits: -0 is not 0, and types count", () => {
    expect(Float32Array.of(0.1)).toBeBitEqual([0.1]);
    expect(toBeBitEqual([0], [-0]).message()).toContain("got 0x00000000 (0), expected 0x80000000 (-0)");
    expect(toBeBitEqual(Float32Array.of(1), Uint32Array.of(1)).message()).toBe(
      "expected a Uint32Array, got a Float32Array",
    );
    expect(Float32Array.of(NaN)).toBeBitEqual([NaN]);
    expect(toBeBitEqual(Float64Array.of(1, 2), Float64Array.of(1, 2 + 2 ** -51)).pass).toBe(false);
  });

  test("options are checked", () => {
    expect(() => toAllBeClose([1], [1], { rtoll: 1 } as never)).toThrow(/did you mean "rtol"/);
    expect(() => toBeWithinUlp([1], [1], -1)).toThrow(/limit of at least 0/);
    expect(() => toBeWithinUlp("text" as never, [1], 1)).toThrow(/expected a number or numbers/);
  });
});

test("WGSL types: words of vectors, matrices, arrays and structs, there and back", () => {
  const types = new TypeReader(`
    alias Point = vec3<f32>; // a comment: struct Fake { x: f32 }
    struct Ray { origin: Point, @size(16) ahead: vec3f, bounces: u32, lit: bool, }
    struct Pair { rays: array<Ray, 2>, turn: mat2x3f }`);
  const pair = types.type("Pair");
  expect(wordsOf(pair)).toBe(2 * 8 + 6);
  expect(stored(types.type("Ray"), "r").slice(5)).toEqual([
    "bitcast<u32>(r.ahead[2])",
    "bitcast<u32>(r.bounces)",
    "u32(r.lit)",
  ]);
  expect(loaded(types.type("vec2i"), (word) => `w[${word}]`)).toBe(
    "vec2i(bitcast<i32>(w[0]), bitcast<i32>(w[1]))",
  );
  const ray = (x: number) => ({ origin: [x, 1, 2], ahead: [0, -0.5, 1], bounces: 3, lit: x > 0 });
  const value = { rays: [ray(0), ray(0.25)], turn: [1, 2, 3, 4, 5, 6] };
  const view = new DataView(new ArrayBuffer(4 * 22));
  write(pair, value, view, 0);
  expect(read(pair, view, 0)).toEqual(value);
  expect(() => write(types.type("Ray"), { origin: [1, 2, 3] }, view, 0)).toThrow(
    /Ray, whose ahead is missing/,
  );
  expect(() => types.type("texture_2d<f32>")).toThrow(/unknown WGSL type/);
});

describe("gradcheck", () => {
  test("ops, layers and losses", () => {
    const shapes = [[1, 3, 4]];
    expect(gradcheck((x) => mul(x!, x!), { shapes })).toMatchObject({ pass: true, count: 12 });
    const model = sequential(linear(4, 5), tanh);
    for (const [i, layer] of model.layers.entries())
      expect(gradcheck(layer, { shapes: [[1, 3, 4 + i]] }).pass).toBe(true);
    expect(gradcheck(linear(4, 2), { shapes })).toMatchObject({ pass: true, count: 12 + 4 * 2 + 2 });
    for (const loss of [mse(), crossEntropy({ labelSmoothing: 0.1 })])
      expect(gradcheck(loss, { shapes })).toMatchObject({ pass: true, count: 12 });
  });

  test("a wrong derivative is found, with its place", () => {
    const wrong = defineOp({
      name: "wrongSquare",
      shape: ([x]) => ({ shape: x!.shape, dtype: "f32" }),
      vjp: ({ inputs: [x] }, g) => [mul(g, mul(x!, 2.001))],
      kernel: { kind: "pointwise", wgsl: ([x]) => `(${x} * ${x})` },
      reference: ([x]) => x! * x!,
    });
    const own = (x: Node): Node => x.graph.add(wrong, [x], null);
    const found = gradcheck((x) => own(x!), { shapes: [[1, 2, 3]], values: [[0, 0, 0, 0, 3, 0]] });
    expect(found).toMatchObject({ pass: false, count: 6, worst: { tensor: "input 0", index: 4 } });
    const layer = defineLayer({ kind: "own", build: (_, x) => own(x) });
    expect(gradcheck(layer, { shapes: [[1, 2, 3]] }).pass).toBe(false);
    expect(() => gradcheck(layer, { shape: [[1]] } as never)).toThrow(/did you mean "shapes"/);
  });
});
