import fc from "fast-check";
import { expect, test } from "vitest";
import { resolveParams, type Activation } from "../../src/activations/index.ts";
import { ActigradError } from "../../src/core/errors.ts";
import { partsOf, formula } from "../../src/activations/formula/formula.ts";
import { derive } from "../../src/activations/formula/derive.ts";
import { dualsAt } from "../../src/activations/formula/dual.ts";
import { Program } from "../../src/activations/formula/expr.ts";
import { float64, roundedOn } from "../../src/activations/formula/rounding.ts";
import angles from "../../shaders/angles.wgsl?raw";
import special from "../../shaders/special.wgsl?raw";
import { functionsOf } from "../../src/core/wgsl.ts";
import { reachedFunctions } from "../support/wgsl-functions.ts";
import { garbage, wellFormed } from "../support/formulas.ts";

const points = [-7.3, -1.25, -0.3, 0, 0.2, 1, 4.6];
/** Words of WGSL that an emitted form may hold beside variables and the prelude's functions. */
const words = new Set(
  "let return select abs sqrt clamp max min round sign bitcast T U I B x u f var a b".split(" "),
);

function parse(text: string): Activation | undefined {
  const begin = performance.now();
  try {
    return formula(text);
  } catch (error) {
    if (!(error instanceof ActigradError) || error.code !== "formula") throw error;
    const { column } = error.details;
    expect(column, error.message).toBeGreaterThanOrEqual(1);
    expect(column, error.message).toBeLessThanOrEqual(text.length + 1);
    return undefined;
  } finally {
    expect(performance.now() - begin, text).toBeLessThan(2000);
  }
}

function checkWgsl({ wgsl }: Activation): void {
  for (const form of [wgsl.f, wgsl.dfdx, ...Object.values<string | undefined>(wgsl.dfdp ?? {})]) {
    const known = new Set(
      reachedFunctions(form!, functionsOf(special + angles)).map((text) => /^fn (\w+)/m.exec(text)![1]!),
    );
    for (const [word] of form!.matchAll(/(?<![\d.])\b[A-Za-z_]\w*/g)) {
      if (!words.has(word) && !known.has(word) && !/^v_\d+(_\w+)?$/.test(word))
        throw new Error(`${word} in ${form}`);
    }
  }
}

/** How many derivatives were compared. */
function compareDerivatives(record: Activation): number {
  const { raw, slopes, builder } = partsOf(record)!;
  const params = resolveParams(record);
  const written = new Program(raw);
  let compared = 0;
  for (const [variable, slope] of slopes) {
    const [got, like] = [slope, derive(builder, raw, variable)].map((root) => {
      const program = new Program(root);
      return roundedOn(program, { xs: points, params }, float64)[program.place(root)]!;
    });
    for (const [i, x] of points.entries()) {
      const dual = dualsAt(written, { x, params }, variable)[written.place(raw)]!.slope ?? 0;
      const value = got!.values[i]!;
      const allowed = 16 * (got!.errors[i]! + like!.errors[i]!) + 1e-60;
      if (!Number.isFinite(dual) || !Number.isFinite(value) || !Number.isFinite(allowed)) continue;
      compared++;
      if (Math.abs(value - dual) > allowed)
        throw new Error(
          `${record.formula} by ${variable} at ${x}: ${value}, dual ${dual}, allowed ${allowed}`,
        );
    }
  }
  return compared;
}

test("20,000 formulas: none hangs, throws an untyped error, or has derivatives that disagree", () => {
  const counts = { formulas: 0, accepted: 0, compared: 0 };
  const look = (text: string): void => {
    counts.formulas++;
    const record = parse(text);
    if (record === undefined) return;
    counts.accepted++;
    checkWgsl(record);
    counts.compared += compareDerivatives(record);
  };
  fc.assert(fc.property(wellFormed, look), { numRuns: 14_000, seed: 3 });
  fc.assert(fc.property(garbage, look), { numRuns: 6_000, seed: 5 });
  console.log(counts);
  expect(counts.formulas).toBe(20_000);
  expect(counts.accepted).toBeGreaterThan(8_000);
  expect(counts.compared).toBeGreaterThan(50_000);
});
