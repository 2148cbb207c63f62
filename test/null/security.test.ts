import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { formula } from "../../src/activations/formula/formula.ts";
import { checkFormula } from "../../src/activations/formula/check.ts";
import { MOST_LOSSES } from "../../src/app/lab/worker/race.ts";
import { defaultSetup } from "../../src/app/lab/setup.ts";
import { readLink } from "../../src/app/lab/link.ts";
import { MODEL_VERSION } from "../../src/data/formats/model-file.ts";
import { readSafetensors } from "../../src/data/formats/safetensors.ts";

/** The table of docs/security.md: a limit by the first two columns' words. */
const limits = new Map(
  readFileSync("docs/security.md", "utf8")
    .split("\n")
    .filter((line) => /^\| [a-z]/.test(line) && !line.startsWith("| what"))
    .map((line) => {
      const [, what = "", limit = ""] = line.split("|").map((cell) => cell.trim());
      const [, number = "", unit = ""] = /^(\d+) ?(.*)$/.exec(limit)!;
      return [unit === "" ? what : `${what}: ${unit}`, Number(number)] as const;
    }),
);

const code = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return "taken";
};
const link = (name: string, value: string): string => {
  const reading = readLink(`#v=1&${name}=${encodeURIComponent(value)}`, defaultSetup(true));
  return reading.kind === "link" ? "taken" : "option";
};
const list = (count: number, of = "1"): string => new Array(count).fill(of).join();
const activations = (count: number): string => {
  const reading = readLink(`#v=1${"&a=relu".repeat(count)}`, defaultSetup(true));
  return reading.kind === "link" ? "taken" : "option";
};

/** Eight bytes of length, and a header. */
function headed(text: string, length = text.length): Uint8Array {
  const bytes = new Uint8Array(8 + text.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(new TextEncoder().encode(text), 8);
  return bytes;
}

/** A value at a limit is accepted, and one more is refused as the table says. */
const tried: Readonly<Record<string, readonly [refusal: string, at: (n: number) => string]>> = {
  "formula: characters": ["formula", (n) => code(() => formula("x".padEnd(n)))],
  "formula: numbers, names, operations": [
    "formula",
    // n names and the operations between them; one more where n is even
    (n) => code(() => formula(`${n % 2 === 0 ? "-" : ""}${new Array(Math.ceil(n / 2)).fill("x").join("+")}`)),
  ],
  "formula: levels of nesting": ["formula", (n) => code(() => formula(`${"(".repeat(n)}x${")".repeat(n)}`))],
  "formula, whole exponent": ["formula", (n) => code(() => formula(`x^${n}`))],
  "link, activations": ["option", activations],
  "link, an activation: characters": ["option", (n) => link("a", "x".padEnd(n, "+x"))],
  "link, dataset: characters": ["option", (n) => link("dataset", "d".repeat(n))],
  "link, hidden layers": ["option", (n) => link("hidden", list(n))],
  "link, width of a layer": ["option", (n) => link("hidden", String(n))],
  "link, learning rates": ["option", (n) => link("lr", list(n))],
  "link, seeds side by side": ["option", (n) => link("replicas", String(n))],
  "link, batch": ["option", (n) => link("batch", String(n))],
  "link, epochs": ["option", (n) => link("epochs", String(n))],
};

test.each(Object.entries(tried))("%s", (name, [refusal, at]) => {
  const limit = limits.get(name)!;
  expect(at(limit)).toBe("taken");
  expect(at(limit + 1)).toBe(refusal);
});

test("files", () => {
  const [bytes, levels] = [
    limits.get("safetensors, header: bytes")!,
    limits.get("safetensors, nesting: levels")!,
  ];
  expect(() => readSafetensors(headed("{}", bytes + 1))).toThrow(`at most ${bytes} bytes`);
  expect(() => readSafetensors(headed("{}", bytes))).toThrow("expected a header of"); // taken, and too short
  const nested = (n: number): Uint8Array => headed(`{"a":${"[".repeat(n)}${"]".repeat(n)}}`);
  expect(() => readSafetensors(nested(levels))).toThrow("expected an object");
  expect(() => readSafetensors(nested(levels + 1))).toThrow(`more than ${levels} levels`);
  expect(limits.get("model file, version")).toBe(MODEL_VERSION);
});

test("work: a check of a large formula, a race of many steps", () => {
  expect(limits.get("race, losses of all steps")).toBe(MOST_LOSSES);
  const deep = `${"tanh(".repeat(30)}x${")".repeat(30)}`;
  expect(checkFormula(formula(deep)).points).toBeLessThan(2000);
  expect(checkFormula(formula("tanh(x)")).points).toBeGreaterThan(2000);
});

test("every limit is tried, the policy is the one that the page is built with, and nothing is installed with the package", () => {
  const others = [
    "formula, its check: values",
    "race, losses of all steps",
    "safetensors, header: bytes",
    "safetensors, nesting: levels",
    "model file, version",
  ];
  expect([...limits.keys()].toSorted()).toEqual([...Object.keys(tried), ...others].toSorted());
  const policy = /```\n(default-src[^`]*)```/.exec(readFileSync("docs/security.md", "utf8"))![1]!;
  const built = readFileSync("vite.config.ts", "utf8").replaceAll(/" \+\s+"/g, "");
  expect(built).toContain(policy.trim().replaceAll(/\s+/g, " "));
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync("package.json", "utf8")) as Record<
    string,
    unknown
  >;
  expect([dependencies, optionalDependencies]).toEqual([undefined, undefined]);
});
