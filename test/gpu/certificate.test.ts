import { afterAll, beforeAll, expect, test } from "vitest";
import { type Activation, type Gpu, activations, defineActivation, device } from "../../src/index.ts";
import { activationCase } from "../../src/check/certificate/cases.ts";
import { certifyActivation } from "../../src/check/float64/index.ts";
import { certify } from "../../src/check/certificate/certify.ts";
import type { CaseResult } from "../../src/check/certificate/result.ts";

let gpu: Gpu;
beforeAll(async () => {
  gpu = await device();
});
afterAll(() => gpu.dispose());

const points = { core: 1 << 16, whole: 1 << 14 };
const certifyAll = async (...records: Activation[]): Promise<readonly CaseResult[]> => {
  const { cases } = await certify(
    gpu,
    records.map((record) => activationCase(record)),
    { points },
  );
  return cases;
};

test("tanh, gelu, softplus and exp meet their goals; a textbook form is measured beside them", async () => {
  const { tanh, gelu, softplus, exp } = activations;
  const cases = await certifyAll(tanh, gelu, softplus, exp);
  expect(cases.map(({ id }) => id)).toEqual(["tanh", "gelu", "softplus", "exp"]);
  expect(cases.flatMap(({ missed }) => missed)).toEqual([]);
  expect(cases.map(({ webnn }) => webnn)).toEqual([16, 18, 18, 32]);
  for (const { ours, textbook } of cases) {
    expect(ours.f.broken.count + ours.slope.broken.count).toBe(0);
    expect(Number(ours.f.ulp.error)).toBeGreaterThan(0.4); // a rounding at least
    // 1 - tanh² and the others lose their tails on any adapter: float32 has no more digits.
    expect(Number(textbook!.slope.ulp.error)).toBeGreaterThan(Number(ours.slope.ulp.error));
  }
  const [{ slope }] = cases.map(({ textbook }) => textbook!) as [NonNullable<CaseResult["textbook"]>];
  expect(Number(slope.ulp.error), "1 - tanh² is 0 from x = 9.01 on").toBeGreaterThan(1e5);
});

test("what the textbook forms do on this adapter is told, whatever it is", async () => {
  const [found] = await certifyAll(activations.tanh);
  const { broken } = found!.textbook!.f;
  // WGSL lets tanh overflow, and SwiftShader's does from 89 on; another adapter's need not.
  if (broken.count === 0) return expect(broken.first).toBeNull();
  expect(Math.abs(broken.first!.x)).toBeGreaterThan(10);
  expect(Number.isFinite(broken.first!.got), "NaN or infinite").toBe(false);
  expect(Math.abs(broken.first!.want)).toBeCloseTo(1);
});

test("a planted error of 20 ulp is found where it is, and fails the verdict", async () => {
  const { silu } = activations;
  // Only in [1.5, 1.6], on the value that the form returns.
  const bump = "select(T(1.0), T(1.0 + 20.0 * 1.1920929e-7), (x > T(1.5)) & (x < T(1.6)))";
  const planted = (part: "f" | "dfdx"): Activation => {
    const form = silu.wgsl[part];
    const body = /\breturn\b/.test(form) ? form : `return ${form};`;
    const text = body.replace(/return ([^;]+);\s*$/, `return ($1) * ${bump};`);
    expect(text).toContain(bump);
    return defineActivation({ ...silu, name: `planted_${part}`, wgsl: { ...silu.wgsl, [part]: text } });
  };
  const [f, slope] = (await certifyAll(planted("f"), planted("dfdx"))) as [CaseResult, CaseResult];
  for (const [wrong, right, missed] of [
    [f.ours.f, f.ours.slope, f.missed],
    [slope.ours.slope, slope.ours.f, slope.missed],
  ] as const) {
    expect(Number(wrong.ulp.error)).toBeGreaterThan(15);
    expect(wrong.ulp.at!.x).toBeGreaterThan(1.5);
    expect(wrong.ulp.at!.x).toBeLessThan(1.6);
    expect(Number(right.ulp.error)).toBeLessThan(8);
    expect(missed).toEqual([expect.stringContaining("ulp off")]);
  }
});

test("an activation of one's own is certified, its WGSL too", async () => {
  const softsine = {
    name: "softsine",
    formula: "x / (1 + x²)",
    saves: "x",
    wgsl: {
      f: "x / (T(1.0) + x * x)",
      dfdx: "let q = T(1.0) + x * x; return (T(1.0) - x) * (T(1.0) + x) / (q * q);",
    },
    f: (x: number) => x / (1 + x * x),
    dfdx: (x: number) => (1 - x * x) / (1 + x * x) ** 2,
  } as const;
  const right = await certifyActivation(gpu, defineActivation(softsine), { points: 4096 });
  expect(right).toMatchObject({ activation: "softsine", textbook: null });
  expect(Number(right.ours.f.ulp.error)).toBeLessThan(4);
  // x² is infinite in float32 from 1.8e19 on, and infinity / infinity is NaN.
  expect(right.missed.join("; ")).toContain("f' is not finite at");
  const wgsl = { ...softsine.wgsl, dfdx: "let q = T(1.0) + x * x; return (T(1.0) + x * x) / (q * q);" };
  const wrong = await certifyActivation(gpu, defineActivation({ ...softsine, wgsl }), { points: 4096 });
  expect(Number(wrong.ours.slope.ulp.error)).toBeGreaterThan(1e6);
  expect(wrong.missed.join("; ")).toContain("f' is");
  await expect(certifyActivation(gpu, defineActivation(softsine), { point: 9 } as never)).rejects.toThrow(
    'did you mean "points"',
  );
});

test("stopped, it gives the cases done until then", async () => {
  const stop = new AbortController();
  const cases = [activations.relu, activations.exp, activations.tanh].map((record) => activationCase(record));
  const told: string[] = [];
  const measured = await certify(gpu, cases, {
    points: { core: 1024, whole: 4096 },
    signal: stop.signal,
    onCase(_, id) {
      told.push(id);
      if (id === "exp") stop.abort();
    },
  });
  expect(told).toEqual(["relu", "exp"]);
  expect(measured).toMatchObject({ complete: false, total: 3 });
  expect(measured.cases.map(({ id }) => id)).toEqual(["relu", "exp"]);
});
