import { expect, test } from "vitest";
import { checkFormula } from "../../src/activations/formula/check.ts";
import { formula } from "../../src/activations/formula/formula.ts";

const times = (count: number, part: (i: number) => string): string[] =>
  Array.from({ length: count }, (_, i) => part(i));
const letters = [..."abcdfghijklmnopqrst"];
const learned = (body: string): string => [body, ...letters.map((name) => `${name}=1 learned`)].join(";");

/** The most expensive formulas of each kind within the limits. */
const worst: readonly (readonly [what: string, text: string])[] = [
  ["a function nested in itself", `${"gelu(".repeat(31)}x${")".repeat(31)}`],
  ["a product of many waves", times(40, (i) => `sin(x*${i + 1})`).join("*")],
  ["thousands of kinks", times(30, (i) => `abs(sin(${i + 1}*x))`).join("+")],
  ["kinks within kinks", times(14, () => "x").reduce((inner) => `abs(sin(99*${inner}))`)],
  ["many poles", times(25, (i) => `1/sin(${i + 1}*x)`).join("+")],
  ["many learned parameters", learned(letters.reduce((inner, name) => `gelu(${name}/${inner})`, "x"))],
];

/** Milliseconds of CPU: other load is not counted. */
const cpuMs = (): number => process.cpuUsage().user / 1000;

test.each(worst)("a check of %s takes a fraction of a second", (_, text) => {
  const begin = cpuMs();
  const { points } = checkFormula(formula(text));
  // 0.1 to 0.6 s on one core of 2026; 2 to 12 s with checks at 2,000 points and more.
  expect(cpuMs() - begin).toBeLessThan(2500);
  expect(points).toBeGreaterThanOrEqual(200);
});

test("small formulas are looked at on 2,000 points, whatever they cost", () => {
  expect(checkFormula(formula("x * tanh(softplus(x))")).points).toBeGreaterThan(2000);
});
