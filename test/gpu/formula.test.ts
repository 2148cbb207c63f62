/** Formulas on the GPU: WGSL that is accepted, values within float32 rounding of float64, and training. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Activation, resolveParams } from "../../src/activations/index.ts";
import { ActigradError } from "../../src/core/errors.ts";
import { Program } from "../../src/activations/formula/expr.ts";
import { formula, partsOf } from "../../src/activations/formula/formula.ts";
import { float32, roundedOn } from "../../src/activations/formula/rounding.ts";
import angles from "../../shaders/angles.wgsl?raw";
import special from "../../shaders/special.wgsl?raw";
import { functionsOf } from "../../src/core/wgsl.ts";
import { laneTypes } from "../../src/compile/kernels/module.ts";
import { reachedFunctions } from "../support/wgsl-functions.ts";
import { wellFormed } from "../support/formulas.ts";
import { testDevice } from "../../src/testing/index.ts";
import { type Form, evaluate } from "./wgsl-values.ts";

/** This many random, accepted formulas, all different. */
function randomRecords(count: number, seed: number): Activation[] {
  const found = new Map<string, Activation>();
  for (const text of fc.sample(wellFormed, { numRuns: 2 * count + 50, seed })) {
    try {
      const record = formula(text);
      found.set(record.name, record);
    } catch (error) {
      if (!(error instanceof ActigradError)) throw error;
    }
  }
  return [...found.values()].slice(0, count);
}

const formsOf = ({ wgsl }: Activation): string[] => [
  wgsl.f,
  wgsl.dfdx,
  ...Object.values<string | undefined>(wgsl.dfdp ?? {}).map((text) => text!),
];

/** The first error of a module that holds all functions of some formulas. */
async function moduleError(
  records: readonly Activation[],
  lane: keyof typeof laneTypes,
): Promise<string | undefined> {
  const functions = records.flatMap((record, i) =>
    formsOf(record).map((text, k) => {
      const parameters = ["x", ...Object.keys(record.params)].map((name) => `${name}: T`);
      return `fn form_${i}_${k}(${parameters.join(", ")}) -> T {${text}\n}`;
    }),
  );
  const body = functions.join("\n");
  const code = [laneTypes[lane], ...reachedFunctions(body, functionsOf(special + angles)), body].join("\n");
  const device = await testDevice();
  const { messages } = await device.createShaderModule({ code }).getCompilationInfo();
  const error = messages.find(({ type }) => type === "error");
  return error === undefined ? undefined : `${error.message}: ${code.split("\n")[error.lineNum - 1]}`;
}

test("modules of a hundred random formulas each are accepted", async () => {
  const records = randomRecords(10_000, 11);
  expect(records.length).toBe(10_000);
  for (let i = 0; i < records.length; i += 100) {
    const lane = i % 200 === 0 ? "vector" : "scalar";
    expect(await moduleError(records.slice(i, i + 100), lane)).toBeUndefined();
  }
});

/** Values of f and its derivatives on the GPU compared with float64, in multiples of the allowed float32 rounding. */
async function compareValues(records: readonly Activation[], xs: Float32Array<ArrayBuffer>) {
  const forms = records.flatMap((record): Form[] =>
    formsOf(record).map((text) => ({ text, over: "x", params: resolveParams(record) })),
  );
  const values = await evaluate("vec4f", forms, xs);
  let [next, compared] = [0, 0];
  let worst = { excess: 0, what: "" };
  for (const record of records) {
    const { f, slopes } = partsOf(record)!;
    const params = resolveParams(record);
    for (const [of, root] of [["f", f] as const, ...slopes]) {
      const program = new Program(root);
      const rounded = roundedOn(program, { xs, params }, float32)[program.place(root)]!;
      const got = values[next++]!;
      for (const [i, x] of xs.entries()) {
        const [value, error] = [rounded.values[i]!, rounded.errors[i]!];
        if (!Number.isFinite(error)) continue;
        compared++;
        const off = Math.abs(got[i]! - value);
        const excess = Number.isNaN(off) ? Infinity : off / (error + 2 ** -24 * Math.abs(value) + 1e-37);
        if (excess > worst.excess)
          worst = {
            excess,
            what: `${of} of ${record.formula} at ${x}: ${got[i]}, expected ${value} ± ${error}`,
          };
      }
    }
  }
  return { ...worst, compared };
}

const spots = Float32Array.from([
  -90, -10, -3.3, -1, -0.5, -1e-3, -1e-6, 0, 1e-6, 1e-3, 0.3, 1, 1.5, 2.7, 9, 95,
]);

test("random formulas have the values of float64 within float32 rounding", async () => {
  const { excess, what, compared } = await compareValues(randomRecords(80, 23), spots);
  expect(excess, what).toBeLessThanOrEqual(1);
  expect(compared).toBeGreaterThan(1500);
});
