import { operationsOf } from "../../src/activations/operations.ts";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  type Activation,
  type ActivationName,
  activations,
  checkActivation,
  defineActivation,
  findActivation,
  resolveParams,
  savedDerivative,
  straightThrough,
} from "../../src/activations/index.ts";
import { ActigradError } from "../../src/core/errors.ts";
import oracle from "../oracle/activations.json" with { type: "json" };
import { activationCases, oracleCases } from "../support/activation-cases.ts";

const bytes = readFileSync(new URL("../oracle/activations.bin", import.meta.url));
const references = oracleCases(oracle, bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));

/** Those whose backward pass is the derivative. */
const derivable = activationCases.filter(({ record }) => record.surrogate !== true);

/** The error that `run` throws, which must be typed. */
function thrownBy(run: () => unknown): ActigradError {
  try {
    run();
  } catch (error) {
    if (error instanceof ActigradError) return error;
    throw error;
  }
  throw new Error("expected an error, got none");
}

const records: readonly Activation[] = Object.values(activations);

describe("the table", () => {
  test("has every record under its own name, and no name twice", () => {
    for (const [key, record] of Object.entries(activations)) expect(record.name).toBe(key);
    const names = records.flatMap((record) => [record.name, ...record.aliases]);
    expect(new Set(names).size).toBe(names.length);
    for (const record of records) expect(record.formula).not.toBe("");
  });

  test("is reached by names and aliases, with the nearest name in the error", () => {
    expect(findActivation("silu")).toBe(activations.silu);
    expect(findActivation("gelu_new")).toBe(activations.gelu_tanh);
    const error = thrownBy(() => findActivation("rellu"));
    expect(error.code).toBe("option");
    expect(error.message).toContain('unknown activation "rellu"; did you mean "relu"?');
  });

  test("covers every elementwise reference case", () => {
    expect(references).toHaveLength(45);
  });

  test("has a textbook form for all that is transcendental", () => {
    const without = records.filter((r) => r.transcendentals > 0 && r.wgsl.textbook === undefined);
    expect(without.map((r) => r.name)).toEqual([]);
  });
});

describe.each(references)("float64 $id", ({ record, params, x, gy, y, dx }) => {
  const close = (got: number, want: number): boolean =>
    got === want || Math.abs(got - want) <= 2e-13 * Math.abs(want) + 1e-60;

  test("equals the true values", () => {
    const off: string[] = [];
    for (const [i, at] of x.entries()) {
      if (!Number.isFinite(at)) continue; // the reference data are advisory there
      const value = record.f(at, params);
      const slope = record.dfdx(at, params) * gy[i]!;
      if (!close(value, y[i]!)) off.push(`f(${at}) = ${value}, expected ${y[i]}`);
      if (!close(slope, dx[i]!)) off.push(`gy f'(${at}) = ${slope}, expected ${dx[i]}`);
    }
    expect(off).toEqual([]);
  });
});

describe("surrogates", () => {
  const surrogates = records.filter(({ surrogate }) => surrogate === true);

  test("are those whose backward pass is another function than the derivative", () => {
    const differ = records.filter((record) => {
      const p = resolveParams<string>(record);
      const [x, h] = [0.26, 1e-6];
      const at = (t: number): number => record.f(t, p);
      return [x, -x].some((t) => Math.abs((at(t + h) - at(t - h)) / (2 * h) - record.dfdx(t, p)) > 1e-3);
    });
    expect(differ.map(({ name }) => name)).toEqual(surrogates.map(({ name }) => name));
    expect(surrogates).toHaveLength(9);
  });

  test.each(surrogates)("$name says so in its formula, and has no second derivative", (record) => {
    expect(record.formula).toContain("; backward ");
    expect(record.derivative).toBeUndefined();
  });
});

describe("straightThrough", () => {
  const forward = activations.softsign;
  test.each<[string, Activation]>([
    ["that saves x", activations.silu],
    ["that saves y", activations.relu],
    ["with parameters", activations.leaky_relu],
  ])("goes forward by one record, backward by another %s", (_, backward) => {
    const record = straightThrough(forward, backward);
    const p = resolveParams<string>(record);
    for (const x of [-3, -0.5, 0, 0.5, 3]) {
      expect(record.f(x, p)).toBe(forward.f(x, {}));
      expect(record.dfdx(x, p)).toBe(backward.dfdx(x, resolveParams<string>(backward)));
    }
    expect([record.name, record.surrogate]).toEqual([`softsign_through_${backward.name}`, true]);
    expect(checkActivation(record).points).toBe(0);
  });

  test("keeps what the function learns, and refuses one name for two parameters", () => {
    const record = straightThrough(activations.prelu, activations.tanh);
    expect(record({ perChannel: true }).scopes).toEqual({ a: "channel" });
    expect(checkActivation(record).points).toBeGreaterThan(100); // the derivative by a is held to f
    expect(() => straightThrough(activations.relu, "tanh" as never)).toThrow(
      /expected an activation, got tanh/,
    );
    expect(() => straightThrough(activations.elu, activations.celu)).toThrow(
      /both have the parameter "alpha"/,
    );
  });
});

describe.each(activationCases.filter(({ record }) => record.surrogate !== true))(
  "float64 $id",
  ({ record, params }) => {
    const points = Array.from({ length: 2001 }, (_, i) => -10 + (i * 20) / 2000 + 0.00037);
    const step = 2 ** -17;
    const kinks = record.kinks(params);
    const smooth = (x: number): boolean => kinks.every((kink) => Math.abs(x - kink) > step);

    test("f' is the central difference of f", () => {
      for (const x of points.filter(smooth)) {
        const difference = (record.f(x + step, params) - record.f(x - step, params)) / (2 * step);
        const scale = 1 + Math.abs(difference) + Math.abs(record.f(x, params));
        expect(Math.abs(record.dfdx(x, params) - difference) / scale, `at ${x}`).toBeLessThan(2e-9);
      }
    });

    test("the derivatives for parameters are central differences", () => {
      for (const [name, derivative] of Object.entries(record.dfdp ?? {})) {
        for (const x of points.filter(smooth)) {
          const at = (shift: number): number => record.f(x, { ...params, [name]: params[name]! + shift });
          const difference = (at(step) - at(-step)) / (2 * step);
          const scale = 1 + Math.abs(difference) + Math.abs(x) ** 3;
          expect(Math.abs(derivative!(x, params) - difference) / scale, `at ${x}`).toBeLessThan(2e-9);
        }
      }
    });

    test("f' comes out the same from what backward saves", () => {
      for (const x of [...points, ...kinks]) {
        const saved = record.saves === "y" ? record.f(x, params) : x;
        expect(savedDerivative(record, saved, params), `at ${x}`).toBe(record.dfdx(x, params));
      }
    });

    test("f and f' are finite for every finite x, but where the function is too large", () => {
      for (let exponent = -149; exponent <= 127; exponent++) {
        for (const x of [2 ** exponent, -(2 ** exponent), 1.9 * 2 ** exponent]) {
          expect(record.f(x, params), `f(${x})`).not.toBeNaN();
          expect(record.dfdx(x, params), `f'(${x})`).not.toBeNaN();
        }
      }
    });
  },
);

describe("parameters", () => {
  test("are completed with defaults", () => {
    expect(resolveParams(activations.softplus, { beta: 2 })).toEqual({ beta: 2, threshold: 20 });
    expect(resolveParams(activations.relu)).toEqual({});
  });

  test.each<[ActivationName, Record<string, number>, string]>([
    ["elu", { alhpa: 1 }, 'unknown parameter of elu "alhpa"; did you mean "alpha"?'],
    ["relu", { slope: 1 }, 'relu has no parameters, got "slope"'],
    ["leaky_relu", { negativeSlope: NaN }, "negativeSlope = NaN is out of range; expected a finite"],
    ["elu", { alpha: 1e39 }, "alpha = 1e+39 is out of range; it is Infinity as a float32"],
    ["elu", { alpha: 1e-46 }, "alpha = 1e-46 is out of range; it is 0 as a float32"],
    ["leaky_relu", { negativeSlope: -1 }, "expected 0 or more; prelu takes negative slopes"],
    ["softplus", { beta: 0 }, "softplus: beta = 0 is out of range; expected more than 0"],
    ["hardtanh", { min: 2 }, "hardtanh: min = 2, max = 1 do not fit together; expected min below max"],
  ])("%s rejects %o", (name, given, message) => {
    const record: Activation = activations[name];
    const error = thrownBy(() => resolveParams(record, given));
    expect(error.code).toBe("option");
    expect(error.message).toContain(message);
  });
});

describe("defineActivation", () => {
  const cube = {
    name: "cube",
    formula: "x³",
    saves: "x",
    wgsl: { f: "x * x * x", dfdx: "3.0 * x * x" },
    f: (x: number) => x ** 3,
    dfdx: (x: number) => 3 * x * x,
  } as const;

  test.each(Object.values<Activation>(activations))("$name is a record that it takes", (own) => {
    expect({ ...defineActivation({ ...own }) }).toEqual({ ...own });
  });

  test("makes a record at run time", () => {
    const record = defineActivation(cube);
    const usual = { aliases: [], params: {}, source: "", transcendentals: 0, init: "he" };
    expect({ ...record }).toMatchObject({ ...cube, ...usual });
    expect([record.name, String(record)]).toEqual(["cube", "cube: x³"]);
    expect(record.kinks({})).toEqual([]);
    expect(Object.isFrozen(record)).toBe(true);
    expect(resolveParams(record)).toEqual({});
  });

  test("types the parameters through to the functions", () => {
    const record = defineActivation({ ...cube, params: { power: { default: 3, doc: "the exponent" } } });
    expect(record.f(2, resolveParams(record))).toBe(8);
    expect(Object.keys(resolveParams(record, { power: 2 }))).toEqual(["power"]);
    expect(record({ power: 2 }).params).toEqual({ power: 2 });
    // @ts-expect-error: the names of parameters are known
    expect(() => record({ powr: 2 })).toThrow('did you mean "power"');
    // @ts-expect-error: it has none
    expect(() => defineActivation(cube)({ power: 2 })).toThrow("cube has no parameters");
  });

  test("its derivative must be f's, unless it is declared as another function", () => {
    const refusal = (over: object): string => thrownBy(() => defineActivation({ ...cube, ...over })).message;
    expect(refusal({ dfdx: (x: number) => 2.99 * x * x })).toMatch(
      /activation "cube": dfdx is not the derivative of f: at x = -9.9\d* it is 29\d.* set surrogate: true/,
    );
    expect(refusal({ dfdx: (x: number) => (x > 9 ? NaN : 3 * x * x) })).toContain("it is NaN");
    expect(refusal({ saves: "y" })).toContain("dfdx of y is not");
    expect(refusal({ saves: "y", dfdy: (y: number) => 3 * Math.cbrt(y) })).toContain("dfdy is not");
    const params = { a: { default: 2, doc: "", learnable: true } };
    const scaled = {
      params,
      f: (x: number, { a }: { a: number }) => a * x ** 3,
      dfdx: (x: number, { a }: { a: number }) => 3 * a * x * x,
      wgsl: { f: "a * x * x * x", dfdx: "3.0 * a * x * x", dfdp: { a: "x * x * x" } },
    };
    expect(refusal({ ...scaled, dfdp: { a: (x: number) => x * x } })).toContain("dfdp.a is not");
    defineActivation<"a">({ ...cube, ...scaled, dfdp: { a: (x) => x ** 3 } });
    defineActivation({ ...cube, saves: "y", dfdy: (y) => 3 * Math.cbrt(y) ** 2 });

    const step = {
      name: "step",
      formula: "x > 0",
      f: (x: number) => Number(x > 0),
      kinks: () => [0],
    } as const;
    const estimate = { ...cube, ...step, dfdx: (x: number) => Number(Math.abs(x) < 1) };
    expect(() => defineActivation(estimate)).toThrow("f changes by 0");
    const through = defineActivation({ ...estimate, surrogate: true });
    expect(through.surrogate).toBe(true);
    expect(checkActivation(through)).toEqual({ points: 0, worst: 0 });
  });

  test.each(derivable)("the derivatives of $id are those of its function", ({ record, params }) => {
    const { points, worst } = checkActivation(record, params);
    expect(points).toBeGreaterThan(700);
    expect(worst).toBeLessThan(1e-4); // what the quotients themselves are good to
  });

  const learnable = { a: { default: 1, doc: "", learnable: true } };
  test.each<[string, () => unknown, string]>([
    ["a bad name", () => defineActivation({ ...cube, name: "Cube" }), '"Cube" is not a valid name'],
    [
      "an empty form",
      () => defineActivation({ ...cube, wgsl: { f: " ", dfdx: "x" } }),
      "a WGSL form is empty",
    ],
    [
      "a parameter called x",
      () => defineActivation({ ...cube, params: { x: { default: 1, doc: "" } } }),
      'a parameter cannot be called "x"',
    ],
    [
      "a parameter called as an option is",
      () => defineActivation({ ...cube, params: { learn: { default: 1, doc: "" } } }),
      'a parameter cannot be called "learn"',
    ],
    [
      "a default out of range",
      () => defineActivation({ ...cube, params: { a: { default: 1, doc: "", check: () => "expected 2" } } }),
      "the default a = 1 is out of range: expected 2",
    ],
    [
      "a learnable parameter without derivative",
      () => defineActivation({ ...cube, params: learnable }),
      'the learnable parameter "a" needs a derivative (dfdp)',
    ],
    [
      "a learnable parameter over y",
      () => defineActivation({ ...cube, saves: "y", params: learnable }),
      'so it must save "x"',
    ],
    ["dfdy over x", () => defineActivation({ ...cube, dfdy: (y: number) => y }), 'so it must save "y"'],
  ])("rejects %s", (_, define, message) => {
    const error = thrownBy(define);
    expect(error.code).toBe("option");
    expect(error.message).toContain(message);
  });
});

test("operations are counted from a form's text, a division as four", () => {
  expect(operationsOf("x")).toBe(0);
  expect(operationsOf("select(x * a, x, is_positive_(x))")).toBe(3);
  expect(
    operationsOf("\n  let z = 1.5e-7 * x / T(2.0); // - + *\n  return select(z, -z, x >= T(0.0));"),
  ).toBe(8);
});
