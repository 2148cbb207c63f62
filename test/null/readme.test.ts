import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { answerOf } from "../../bench/contest/answer.ts";
import { judge } from "../../bench/contest/judge.ts";
import type { ContestResult } from "../../bench/contest/result.ts";
import { activations } from "../../src/activations/index.ts";
import { fromJson } from "../../src/core/json.ts";
import { groupedActivations } from "../../src/nn/index.ts";
import { withActivations, withKoreanStatements, withLayers, withStatements } from "../readme.ts";

test.each([
  ["docs/activations.md", withActivations],
  ["docs/statements.md", withStatements],
  ["docs/ko/statements.md", withKoreanStatements],
  ["ARCHITECTURE.md", withLayers],
])("the table of %s is as the records have it", (file, withTable) => {
  const page = readFileSync(file, "utf8");
  expect(withTable(page), "run `npm run readme`").toBe(page);
});

test("every activation has its row", () => {
  const page = readFileSync("docs/activations.md", "utf8");
  for (const name of [...Object.keys(activations), ...Object.keys(groupedActivations)])
    expect(page).toMatch(new RegExp(`^\\| \`${name}\``, "m"));
});

test("a stale table is found, whatever else the page says", () => {
  const page = readFileSync("docs/activations.md", "utf8");
  const stale = page.replace("x · tanh(ln(1 + eˣ))", "x · tanh(x)");
  expect(stale).not.toBe(page);
  expect(withActivations(stale)).toBe(page);
  expect(() => withActivations("no marks")).toThrow("activations:begin");
});

const pages = [
  "README.md",
  "ARCHITECTURE.md",
  "SECURITY.md",
  ...readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
].filter((file) => existsSync(file));

test.each(pages)("the links of %s lead to files that are there", (file) => {
  const text = readFileSync(file, "utf8").replaceAll(/```[\s\S]*?```|`[^`]*`/g, "");
  const dead = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
    .map(([, path]) => path!)
    .filter((path) => !existsSync(join(dirname(file), path)));
  expect(dead).toEqual([]);
});

test.each([
  ["contest", ["README.md", "docs/index.md"]],
  ["contest-m", ["docs/contest.md"]],
])("the sentence of %s in README and docs is that of the results kept beside them", (file, pages) => {
  const { results } = fromJson(readFileSync(`docs/measured/${file}.json`, "utf8")) as {
    readonly results: { readonly contest: ContestResult };
  };
  const [answer] = answerOf(results.contest, judge(results.contest));
  for (const page of pages)
    expect(readFileSync(page, "utf8").replaceAll("\n> ", " ")).toContain(`> ${answer}`.slice(2));
});

test("README stays short", () => {
  expect(readFileSync("README.md", "utf8").split("\n").length).toBeLessThanOrEqual(130);
});

test("ARCHITECTURE stays short", () => {
  expect(readFileSync("ARCHITECTURE.md", "utf8").split("\n").length).toBeLessThanOrEqual(200);
});
