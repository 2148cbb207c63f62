import { describe, expect, test } from "vitest";
import { type Activation, activations, resolveParams } from "../../src/activations/index.ts";
import { ActigradError } from "../../src/core/errors.ts";
import {
  type FormulaParam,
  checkFormula,
  describeCheck,
  formula,
  printExpr,
} from "../../src/activations/formula/index.ts";
import { partsOf } from "../../src/activations/formula/formula.ts";
import { wrongParamName } from "../../src/activations/formula/names.ts";
import { functionsOf } from "../../src/core/wgsl.ts";
import { reachedFunctions } from "../support/wgsl-functions.ts";

function thrownBy(run: () => unknown): ActigradError {
  try {
    run();
  } catch (error) {
    if (error instanceof ActigradError) return error;
    throw error;
  }
  throw new Error("expected an error, got none");
}

const at = (record: Activation, x: number): number => record.f(x, resolveParams(record));
const slopeAt = (record: Activation, x: number): number => record.dfdx(x, resolveParams(record));
const printed = (text: string): string => printExpr(partsOf(formula(text))!.f);
const derivative = (text: string, variable = "x"): string =>
  printExpr(partsOf(formula(text))!.slopes.get(variable)!);

describe("values", () => {
  test.each<[string, number, number]>([
    ["1 + 2 * x - 3", 5, 8],
    ["-x^2", 3, -9],
    ["2^-x^2", 1, 0.5],
    ["x^3^2", 2, 512],
    ["x - 1 - 1", 5, 3],
    ["8 / x / 2", 2, 2],
    ["-x * -2", 4, 8],
    ["where(x < 1, 10, 20) + 0 * x", 1, 20],
    ["where(x <= 1, 10, 20)", 1, 10],
    ["where(x == 1, 10, 20)", 1, 10],
    ["where(x != 1, where(x > 1, 1, 2), 3)", 0, 2],
    ["max(x, 2) - min(x, 2)", 5, 3],
    ["abs(x) + relu(-x)", -3, 6],
    ["exp(log(x))", 4, 4],
    ["sqrt(x) + .5 + 1e1 + 2.", 9, 15.5],
    ["x ^ (4 / 2)", -3, 9],
    ["x^-2", -2, 0.25],
    ["x^0", 7, 1],
    ["leaky_relu(-x)", 3, -0.03],
    ["hardtanh(x)", 3, 1],
    ["softplus(x) - x", -800, 800],
    ["cos(x)^2 + sin(x)^2", 1.3, 1],
  ])("%s at %d is %d", (text, x, value) => {
    expect(at(formula(text), x)).toBeCloseTo(value, 12);
  });

  test("a catalogue's name is that activation with its default parameters", () => {
    for (const record of Object.values<Activation>(activations)) {
      if (record.surrogate === true) continue;
      const called = formula(`${record.name}(x)`);
      for (const x of [-3.1, -0.4, 0, 0.7, 12]) {
        expect(at(called, x), `${record.name}(${x})`).toBeCloseTo(at(record, x), 8);
        expect(slopeAt(called, x), `${record.name}'(${x})`).toBeCloseTo(slopeAt(record, x), 8);
      }
    }
  });

  test("parameters have defaults, from the text or beside it", () => {
    const text = formula("x * sigmoid(beta * x) + c; beta = 2 learned; c = -1e-1");
    expect(text.params).toMatchObject({ beta: { default: 2, learnable: true }, c: { learnable: false } });
    expect(Object.keys(text.wgsl.dfdp!)).toEqual(["beta"]);
    expect(text.dfdp!["beta"]!(1, { beta: 2, c: 0 })).toBeCloseTo(0.104993585, 9);
    const beside = formula("x * sigmoid(beta * x) + c", { beta: { default: 2, learnable: true }, c: -0.1 });
    expect(beside.wgsl).toEqual(text.wgsl);
    expect(beside.name).toBe(text.name);
    expect(formula("x + c; c = 1").name).not.toBe(formula("x - c; c = 1").name);
  });
});

describe("errors", () => {
  test.each<[string, number, string]>([
    ["", 1, 'expected a number, a name, "-" or "(", got the end'],
    ["x +", 4, 'expected a number, a name, "-" or "(", got the end'],
    ["x * (1 + x", 11, 'expected an operator or ")", got the end'],
    ["tanh(x", 7, 'expected an operator, "," or ")", got the end'],
    ["x)", 2, 'expected an operator, ")" or the end, got ")"'],
    ["2x", 2, 'got "x"; write a product with *: 2 * x'],
    ["1.2.3 * x", 4, 'got ".3"'],
    ["+x", 1, 'got "+"'],
    ["x ** 2", 3, '"**" is not part of a formula; write ^ for a power'],
    ["x × 2", 3, '"×" (U+00D7) is not part of a formula; write *'],
    ["x²", 2, '"²" (U+00B2) is not part of a formula; write ^ 2'],
    ["𝒙 + 1", 1, '"𝒙" (U+1D499) is not part of a formula'],
    ["x\u202e", 2, "(U+202E) is not part of a formula"],
    ["x ? x : 0", 1, "expected a comparison before ?; such as x > 0 ? x : 0"],
    ["x > 0 ? x", 10, 'expected an operator or ":", got the end'],
    ["clamp(x, 1)", 1, "clamp takes 3 arguments, got 2"],
    ["where(x > 1, 1, x > 0, x)", 1, "where takes 3 arguments, got 4"],
    ["sign(x); backward", 18, 'expected a number, a name, "-" or "(", got the end'],
    ["sign(x); backward 1; backward x", 22, "a formula can have only one backward"],
    ["a * x; a = 1 learned per layr", 26, 'expected "layer", "channel" or "unit", got "layr"'],
    ["where(x > 0 && x < 1, x, 0)", 13, '"&" is not part of a formula; nest where'],
    ["where(0 < x < 1, x, 0)", 13, 'got "<" after a comparison; nest where(...)'],
    ["where(x, 1, 0)", 7, "expected a comparison as where's condition; such as x > 0"],
    ["(x > 0) * x", 1, "expected a number, got a comparison"],
    ["x * (x > 0)", 5, "expected a number, got a comparison"],
    ["x > 0", 1, "expected a number, got a comparison"],
    ["max(x, x > 0)", 8, "expected a number, got a comparison"],
    ["x * sofplus(x)", 5, 'unknown function "sofplus"; did you mean "softplus"?'],
    ["bta * x; beta = 1", 1, 'unknown name "bta"; did you mean "beta"?'],
    ["alpha * x", 1, 'unknown name "alpha"; declare a parameter after the formula: ; alpha = 1'],
    ["x + tanh", 5, '"tanh" is a function and needs an argument; write tanh(x)'],
    ["tanh+relu", 1, '"tanh" is a function and needs an argument'],
    ["x(2)", 1, '"x" is not a function; write a product with *'],
    ["max(x)", 1, "max takes 2 arguments, got 1"],
    ["tanh()", 1, "tanh takes 1 argument, got 0"],
    ["leaky_relu(x, 0.2)", 1, "leaky_relu takes 1 argument, got 2; its parameters take their default values"],
    ["x.constructor", 2, '"." is not part of a formula; values have no members'],
    ["constructor(x)", 1, 'unknown function "constructor"'],
    ["x + __proto__", 5, 'unknown name "__proto__"'],
    ["toString + x", 1, 'unknown name "toString"'],
    ["this", 1, 'unknown name "this"'],
    ["eval(x)", 1, 'unknown function "eval"'],
    ["x = 2", 3, 'got "="; a formula cannot assign'],
    ["x + 'a'", 5, '"\'" is not part of a formula; formulas have no strings'],
    ["`${x}`", 1, '"`" is not part of a formula'],
    ["[x]", 1, '"[" is not part of a formula; formulas have no lists'],
    ["x => x", 3, '"=>" is not part of a formula'],
    ["x; beta", 8, 'expected "=", got the end; declare parameters like this'],
    ["x * b; b = x", 12, 'expected its value, a number, got "x"'],
    ["x * b; b = 1 2", 14, 'expected "learned", "fixed", ";" or the end, got "2"'],
    ["x * b; b = 1; b = 2", 15, '"b" is declared twice'],
    ["x; x = 1", 4, 'a parameter cannot be called "x"; expected a name that is not taken'],
    ["x; while = 1", 4, 'a parameter cannot be called "while"'],
    ["x; perUnit = 1", 4, 'a parameter cannot be called "perUnit"'],
    ["x; Beta = 1", 4, 'a parameter cannot be called "Beta"; expected a lower case letter, then letters'],
    ["x; b = 1", 1, 'the parameter "b" does not occur in the formula'],
    ["1 + 2", 1, "the formula does not depend on x"],
    ["x * 1e39", 5, "1e39 is too large for a float32"],
    ["x * 1e-39", 5, "1e-39 is too small for a float32"],
    ["x + 1 / 0", 5, "1 / 0 = Infinity is not a finite float32"],
    ["x + log(0 - 1)", 5, "log(0 - 1) = NaN is not a finite float32"],
    ["exp(100) * x", 1, "exp(100) = 2.6881171418161356e+43 is not a finite float32"],
    ["1 + x / x", 5, "x / x is 0/0 at x = 0; give it a value there, with where(x == 0, ..., ...)"],
    ["(x - 2.5) / (x^2 - 6.25)", 1, "(x - 2.5) / (x^2 - 6.25) is 0/0 at x = 2.5"],
    ["(x - 20) / (x - 20)", 1, "(x - 20) / (x - 20) is 0/0 at x = 20"],
    ["sin(x - 3.7) / abs(x - 3.7)", 1, "is 0/0 at x = 3.7"],
    ["x^2000", 2, "the exponent 2000 is out of range: at most 1024"],
  ])("%s", (text, column, message) => {
    const error = thrownBy(() => formula(text));
    expect(error.message).toContain(message);
    expect(error.message).toContain(`formula, column ${column}: `);
    expect(error).toMatchObject({ code: "formula", details: { column } });
  });

  test("limits are 512 characters, 200 nodes and a depth of 32", () => {
    const sum = (terms: number): string => Array.from({ length: terms }, () => "x").join("+");
    const nested = (depth: number): string => "(".repeat(depth) + "x" + ")".repeat(depth);
    expect(at(formula(sum(100)), 1)).toBe(100);
    expect(at(formula(nested(32)), 1)).toBe(1);
    expect(at(formula("x".padEnd(512)), 1)).toBe(1);
    expect(thrownBy(() => formula(sum(101))).message).toContain(
      "column 1: more than 200 numbers, names, operations and calls",
    );
    expect(thrownBy(() => formula(nested(33))).message).toContain("column 33: nested more than 32 deep");
    expect(thrownBy(() => formula("-".repeat(40) + "x")).message).toContain("column 33: nested");
    expect(thrownBy(() => formula("x".padEnd(513))).message).toContain("column 513: the formula has 513");
  });

  test.each<[Record<string, FormulaParam>, string]>([
    [{ tanh: 1 }, 'a parameter cannot be called "tanh"'],
    [{ constructor: 1 }, 'a parameter cannot be called "constructor"'],
    [{ beta: NaN }, 'the default of "beta" is NaN; expected a finite float32'],
    [{ beta: 1e39 }, 'the default of "beta" is 1e+39'],
    [{ beta: { default: 1, check: () => "expected 2" } }, "the default beta = 1 is out of range; expected 2"],
  ])("parameters %o", (params, message) => {
    const error = thrownBy(() => formula("beta * x", params));
    expect(error.code).toBe("formula");
    expect(error.message).toContain(message);
  });

  test("what a guard keeps away is no 0/0", () => {
    const sinc = formula("where(x == 0, 1, sin(x) / x)");
    expect(at(sinc, 0)).toBe(1);
    expect(slopeAt(sinc, 0)).toBe(0);
  });
});

describe("simplification", () => {
  test.each([
    ["x + 0", "x"],
    ["1 * x / 1", "x"],
    ["x^1", "x"],
    ["--x", "x"],
    ["x - -x", "x + x"],
    ["-x * -x", "x ^ 2"],
    ["2 * (3 * x)", "6 * x"],
    ["1 + (x + 2)", "3 + x"],
    ["x * 2 - 3", "2 * x - 3"],
    ["where(1 < 2, x, 0)", "x"],
    ["0 * tanh(x) + x", "x"],
    ["0 * log(x) + x", "0 * log(x) + x"],
    ["where(x == 0, 1, x / x)", "where(x == 0, 1, x / x)"],
    ["1 / (1 + exp(-x))", "sigmoid(x)"],
    ["x / (exp(-2 * x) + 1)", "x * sigmoid(2 * x)"],
    ["exp(x) / (1 + exp(x))", "sigmoid(x)"],
    ["log(1 + exp(x))", "softplus(x)"],
    ["log(1 + x)", "log1p(x)"],
    ["exp(x) - 1", "expm1(x)"],
    ["x^0.5", "sqrt(x)"],
  ])("%s is %s", (text, simple) => expect(printed(text)).toBe(simple));

  test.each([
    ["x^3", "3 * x ^ 2"],
    ["3 * x + 1", "3"],
    ["x * x", "2 * x"],
    ["1 / x", "-(1 / x / x)"],
    ["tanh(x)", "tanh'(x)"],
    ["softplus(2 * x)", "2 * sigmoid(2 * x)"],
    ["exp(-x^2)", "exp(-x ^ 2) * (-2 * x)"],
    ["3 * log(x)", "3 * (1 / x)"],
    ["relu(x)", "where(x > 0, 1, 0)"],
    ["abs(x)", "where(x > 0, 1, where(x < 0, -1, 0))"],
    ["max(x, 0)", "where(x > 0, 1, where(x == 0, 0.5, 0))"],
    ["where(x > 0, x, 2 * x)", "where(x > 0, 1, 2)"],
    ["gelu(x)", "gelu'(x)"],
    ["x^1.5", "1.5 * sqrt(x)"],
    ["sin(x) + cos(x)", "cos(x) - sin(x)"],
  ])("(%s)' is %s", (text, simple) => expect(derivative(text)).toBe(simple));

  test("derivatives by parameters", () => {
    expect(derivative("b * x + b^2; b = 1 learned", "b")).toBe("x + 2 * b");
    const power = formula("relu(x)^b; b = 1 learned");
    // The limit, not 0 * -infinity.
    expect(power.dfdp!["b"]!(-1, { b: 1 })).toBe(0);
    expect(slopeAt(power, -1)).toBe(0);
    expect(slopeAt(power, 2)).toBe(1);
  });

  test("a derivative whose tree would explode stays small", () => {
    const text = "(".repeat(30) + "x" + " * tanh(x))".repeat(30);
    expect(formula(text).wgsl.dfdx.length).toBeLessThan(8000);
    const nested = `${"sin(x * ".repeat(15)}x${")".repeat(15)}`;
    expect(formula(nested).wgsl.dfdx.length).toBeLessThan(4000);
  });
});

describe("PyTorch's derivatives at kinks", () => {
  test.each<[string, number, number]>([
    ["relu(x)", 0, 0],
    ["abs(x)", 0, 0],
    ["max(x, 0)", 0, 0.5],
    ["min(x, 3 * x)", 0, 2],
    ["where(x > 0, 2 * x, x)", 0, 1],
    ["where(x >= 0, 2 * x, x)", 0, 2],
    ["hardtanh(x)", 1, 0],
  ])("%s at %d: %d", (text, x, slope) => {
    const record = formula(text);
    expect(slopeAt(record, x)).toBe(slope);
    expect(checkFormula(record).agrees).toBe(true);
  });
});

describe("checkFormula", () => {
  test("allows dual numbers to cancel where the symbols do not", () => {
    // 8 x^7 - 1 + 1: simplified, the ones are gone.
    expect(checkFormula(formula("x^7 * x - x + x")).agrees).toBe(true);
  });

  test("finds two ways to the derivative in agreement", () => {
    const check = checkFormula(formula("x * tanh(softplus(x)) * beta; beta = 1.5 learned"));
    expect(check.agrees).toBe(true);
    expect(check.points).toBeGreaterThan(2000);
    expect(check.symbolic.value).toBeLessThan(1e-14);
    expect(check.differences.value).toBeLessThan(1e-10);
    expect(check.rounding.value).toBeLessThan(3e-6);
    expect([check.kinks, check.notFinite]).toEqual([[], []]);
  });

  test.each<[string, number[]]>([
    ["relu(x - 1) + abs(x + 2)", [-2, 1]],
    ["where(x > 0.3, x^2, 0.09)", [0.3]],
    ["where(x > 0, x, exp(x) - 1)", []],
    ["where(x == 1, 5, x)", [1]],
    ["max(x, 0.1 * x)", [0]],
    ["hardtanh(2 * x)", [-0.5, 0.5]],
    ["abs(x)^3", []],
    ["max(1 / x, x)", [-1, 1]],
  ])("names the kinks of %s", (text, kinks) => {
    const found = checkFormula(formula(text)).kinks;
    expect(found).toHaveLength(kinks.length);
    for (const [i, kink] of kinks.entries()) expect(found[i]).toBeCloseTo(kink, 6);
  });

  test("names where it is not finite", () => {
    const { notFinite } = checkFormula(formula("log(x) + 1 / (x - 2.5)"));
    const of = (name: string) => notFinite.filter((stretch) => stretch.of === name);
    expect(of("f")).toEqual([
      { of: "f", from: -10_000, to: 0, value: NaN },
      { of: "f", from: 2.5, to: 2.5, value: Infinity },
    ]);
    expect(of("f'").at(-1)).toMatchObject({ from: 2.5, to: 2.5, value: -Infinity });
    const [steep] = checkFormula(formula("exp(x^2)")).notFinite;
    expect(steep).toMatchObject({ of: "f", from: -10_000, value: Infinity });
    expect(steep!.to).toBeCloseTo(-Math.sqrt(Math.log(3.4028e38)), 3);
  });

  test("warns of cancellation", () => {
    expect(checkFormula(formula("where(x == 0, 1, sin(x) / x)")).rounding.value).toBeGreaterThan(1);
  });

  test("describes itself", () => {
    expect(describeCheck(checkFormula(formula("max(x, 0) / (x - 20)")))).toEqual([
      "f(x) = max(x, 0) / (x - 20)",
      "f'(x) = (where(x > 0, 1, where(x == 0, 0.5, 0)) - max(x, 0) / (x - 20)) / (x - 20)",
      expect.stringMatching(/^largest disagreement on 20\d\d points: symbolic and dual numbers \d/),
      expect.stringMatching(/^float32 rounding: at most \d\.\de-\d/),
      "kinks: 0",
      "not finite: f is infinite at x = 20; f' is infinite at x = 20",
    ]);
  });

  test("is for formulas only", () => {
    expect(thrownBy(() => checkFormula(activations.gelu)).message).toContain(
      "gelu was not made by formula()",
    );
  });
});

test("no parameter can take a name that the catalogue's WGSL calls", () => {
  for (const { wgsl } of Object.values<Activation>(activations)) {
    const library = functionsOf(wgsl.library ?? "");
    for (const form of [wgsl.f, wgsl.dfdx]) {
      const own = new Set(reachedFunctions(form, library).map((text) => /^fn (\w+)/m.exec(text)![1]));
      for (const [name] of form.replace(/\/\/.*/g, "").matchAll(/\b\w+(?=[(<])/g))
        if (!own.has(name)) expect(wrongParamName(name), name).toBeDefined();
    }
  }
});
