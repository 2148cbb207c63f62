import { describe, expect, test } from "vitest";
import { activations, checkActivation, resolveParams } from "../../src/activations/index.ts";
import { checkFormula, describeCheck, formula } from "../../src/activations/formula/index.ts";
import { slopeOf } from "../../src/activations/formula/slope.ts";
import { parseActivation } from "../../src/nn/parse.ts";
import { describeLayers } from "../../src/nn/layer-records.ts";
import { layersFrom } from "../../src/nn/layers-from-records.ts";

const values = (text: string, x: number): [number, number] => {
  const record = formula(text);
  const p = resolveParams<string>(record);
  return [record.f(x, p), record.dfdx(x, p)];
};

describe("a formula with a backward of its own", () => {
  const text = "sign(x); backward abs(x) <= 1";

  test("goes forward by one, backward by the other, and is a surrogate", () => {
    const record = formula(text);
    expect([record.formula, record.surrogate, record.derivative]).toEqual([text, true, undefined]);
    for (const x of [-3, -1, -0.5, 0, 0.25, 1, 1.5])
      expect(values(text, x)).toEqual([Math.sign(x), Math.abs(x) <= 1 ? 1 : 0]);
    expect(record.kinks({})).toEqual([0, -1, 1]);
    expect(checkActivation(record).points).toBe(0);
    expect(() => slopeOf(record)).toThrow(/has no second derivative/);
  });

  test("is checked against what it says, not against a derivative", () => {
    const check = checkFormula(formula("relu(x); backward sigmoid(b * x); b = 2"));
    expect([check.surrogate, check.agrees, check.derivative]).toEqual([true, true, "sigmoid(b * x)"]);
    expect(describeCheck(check)[1]).toBe("backward sigmoid(b * x), not the derivative");
  });

  test("keeps the derivatives by what it learns", () => {
    const record = formula("a * sign(x); a = 2 learned per channel; backward a * (1 - tanh(x)^2)");
    expect(record().scopes).toEqual({ a: "channel" });
    expect(record.dfdp!["a"]!(-3, { a: 2 })).toBe(-1);
    expect(record.dfdx(0, { a: 2 })).toBe(2);
  });

  test("comes back from a file, with what is learned of what", () => {
    const learned = "relu(x) + a * x; a = 0.5 learned per unit; backward sigmoid(x)";
    const drawn = "relu(x) + s * drawn(low, high); s = 0.5 learned, low = -1, high = 1";
    for (const written of [text, learned, drawn]) {
      const layer = parseActivation(written);
      const [again] = layersFrom(JSON.parse(JSON.stringify(describeLayers([layer]))) as unknown[]);
      expect(again!.activation!.name).toBe(layer.activation!.name);
      expect(again).toMatchObject({ scopes: (layer as unknown as { scopes: object }).scopes });
    }
  });
});

test.each<[string, string]>([
  ["x * drawn(0.8, 1.2)", "drawn takes the names of two parameters"],
  ["x * drawn(low, low); low = 1", "drawn takes the names of two parameters"],
  ["x * drawn(low); low = 1", "drawn takes 2 arguments, got 1"],
  ["x * drawn(low, high) + drawn(high, low); low = 1, high = 2", "a formula draws one number"],
  ["x * drawn(low, high); low = 1, high = 2; backward drawn(high, low)", "a formula draws one number"],
  ["x * drawn(low, high) + low; low = 1, high = 2", '"low" is drawn from and cannot be used otherwise'],
  ["x * drawn(low, high); low = 1 learned, high = 2", '"low" is drawn from and cannot be learned'],
])("%s is refused", (text, message) => expect(() => formula(text)).toThrow(message));

test("ends of a range that are the wrong way round are refused where the layer is made", () => {
  expect(() => formula("x * drawn(low, high); low = 2, high = 1")()).toThrow(/expected low <= high/);
});

test.each<[string, string]>([
  ["x · σ(x)", "x * sigmoid(x)"],
  ["x > 0 ? x : 0.1 * x", "where(x > 0, x, 0.1 * x)"],
  ["x > 1 ? 1 : x < -1 ? -1 : x", "where(x > 1, 1, where(x < -1, -1, x))"],
  ["where(x > 1, 1, x < -1, -1, x)", "where(x > 1, 1, where(x < -1, -1, x))"],
  ["clamp(x, -1, 1)", "min(max(x, -1), 1)"],
  ["pow(x, 3)", "x ^ 3"],
  ["pow(abs(x), 1.5)", "abs(x) ^ 1.5"],
  ["x * e / sqrt2 + tau * ln2", "x * 2.7182817 / 1.4142135 + 6.2831855 * 0.6931472"],
])("%s is another way to write %s", (short, long) => {
  expect(formula(short).name).toBe(formula(long).name);
});

test("sign, floor and round have steps, no slopes; halves are rounded to the even number", () => {
  expect(values("x * sign(x)", -2)).toEqual([2, -1]);
  expect(values("x + floor(x)", 1.5)).toEqual([2.5, 1]);
  expect([0.5, 1.5, 2.5, -0.5].map((x) => values("x - round(x)", x)[0])).toEqual([0.5, -0.5, 0.5, -0.5]);
  expect(formula("x - floor(x)").kinks({})).toContain(3);
});

test("surrogates of the catalogue are no functions of formulas", () => {
  expect(Object.keys(activations)).toContain("sign_ste");
  expect(() => formula("sign_ste(x)")).toThrow(/unknown function "sign_ste"/);
});
