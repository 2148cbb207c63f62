import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { activations } from "../../src/activations/index.ts";
import { groupedActivations } from "../../src/nn/index.ts";
import { withLayers, withTables } from "../readme.ts";

const readme = readFileSync("README.md", "utf8");

test("README's tables are those of the records", () => {
  expect(withTables(readme), "run `npm run readme`").toBe(readme);
  for (const name of [...Object.keys(activations), ...Object.keys(groupedActivations)])
    expect(readme).toMatch(new RegExp(`^\\| \`${name}\``, "m"));
});

test("ARCHITECTURE's table of layers is the one that is held", () => {
  const architecture = readFileSync("ARCHITECTURE.md", "utf8");
  expect(withLayers(architecture), "run `npm run readme`").toBe(architecture);
});

test("a stale table is found, whatever else the README says", () => {
  const stale = readme.replace("x · tanh(ln(1 + eˣ))", "x · tanh(x)");
  expect(stale).not.toBe(readme);
  expect(withTables(stale)).toBe(readme);
  expect(() => withTables("no marks")).toThrow("activations:begin");
});
