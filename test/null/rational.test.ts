import { describe, expect, test } from "vitest";
import {
  type Activation,
  activations,
  checkActivation,
  fitRational,
  rational,
  resolveParams,
} from "../../src/activations/index.ts";

describe("rational activations", () => {
  const off = (record: Activation, p: Record<string, number>, target: Activation): number => {
    const xs = Array.from({ length: 121 }, (_, i) => -3 + i / 20);
    const at = resolveParams<string>(target);
    return Math.hypot(...xs.map((x) => record.f(x, p) - target.f(x, at))) / Math.sqrt(xs.length);
  };

  test.each(["A", "B"] as const)("version %s starts where the engine's fit to leaky_relu ends", (version) => {
    const record: Activation = version === "A" ? activations.rational_a : activations.rational_b;
    const fitted = fitRational(activations.leaky_relu, { version });
    expect(off(record, resolveParams<string>(record), activations.leaky_relu)).toBeLessThan(6e-3);
    for (const [name, { default: usual }] of Object.entries(record.params))
      expect(Math.abs(usual - fitted[name]!), name).toBeLessThan(1e-3);
  });

  test.each([
    ["gelu", 2e-3],
    ["tanh", 1e-5],
    ["silu", 1e-3],
  ] as const)("a fit is near %s", (name, most) => {
    const record: Activation = activations.rational_b;
    expect(off(record, fitRational(activations[name]), activations[name])).toBeLessThan(most);
  });

  test.each([
    ["A", [3, 2]],
    ["B", [3, 2]],
    ["A", [4, 5]],
    ["B", [2, 4]],
  ] as const)(
    "version %s of degrees %o is a record with right derivatives, finite far out",
    (version, degrees) => {
      const record = rational(activations.silu, { version, degrees });
      expect(checkActivation(record).worst).toBeLessThan(1e-3);
      const p = resolveParams<string>(record);
      for (const x of [1e4, -1e4, 3e38, -3e38]) {
        expect(Number.isNaN(record.f(x, p)) || Number.isNaN(record.dfdx(x, p))).toBe(false);
      }
      expect(Object.keys(record().scopes)).toHaveLength(degrees[0] + degrees[1] + 1);
    },
  );

  test("a fit that leaves a coefficient at its kink is a record too", () => {
    const record = rational(activations.silu, { version: "A", degrees: [2, 4] });
    expect(Math.abs(record.params["b2"]!.default)).toBeLessThan(1e-4);
  });

  test("what fits no rational is a typed error", () => {
    expect(() => rational("gelu" as never)).toThrow(/expected an activation, got gelu.*findActivation/);
    expect(() => rational(activations.tanh, { degrees: [5, 0] })).toThrow(/degrees/);
    expect(() => rational(activations.tanh, { degrees: [13, 4] })).toThrow(/at most 12/);
    expect(() => fitRational(activations.tanh, { version: "C" as never })).toThrow(/expected "A" or "B"/);
    expect(() => fitRational(activations.tanh, { reech: 2 } as never)).toThrow(/did you mean "reach"/);
  });
});
