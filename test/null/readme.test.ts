import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { answerOf } from "../../bench/contest/answer.ts";
import { judge } from "../../bench/contest/judge.ts";
import type { ContestResult } from "../../bench/contest/result.ts";
import { activations } from "../../src/activations/index.ts";
import { fromJson } from "../../src/core/json.ts";
import { groupedActivations } from "../../src/nn/index.ts";
import {
  measured,
  timesAsLong,
  withActivations,
  withKoreanStatements,
  withLayers,
  withPeers,
  withStatements,
} from "../readme.ts";

test.each([
  ["docs/activations.md", withActivations],
  ["docs/statements.md", withStatements],
  ["docs/ko/statements.md", withKoreanStatements],
  ["docs/performance.md", withPeers],
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

test("README's figures are those of the results kept beside it", () => {
  const { date, results } = measured("speed");
  const times = (peer: "tfjs" | "jax"): number =>
    Number(Number(timesAsLong(results.peers!, "784-256-128-10 batch 128 adam", peer)).toPrecision(2));
  const { points } = results.scaling!.curves.find(({ name }) => name === "replicas, small")!;
  const msOf = (replicas: number): number => points.find(({ x }) => x === replicas)!.ms!.median;
  const share = (100 * msOf(32)) / (32 * msOf(1));
  const day = new Date(date).toLocaleDateString("en-GB", { dateStyle: "long", timeZone: "UTC" });
  const readme = readFileSync("README.md", "utf8").replaceAll(/\s+/g, " ");
  for (const text of [
    `on ${day}, that was ${times("tfjs")} times as fast as TensorFlow.js and ${times("jax")} times as fast as jax-js`,
    `each of 32 small networks costs ${Math.round(share)} % of a lone run`,
  ])
    expect(readme).toContain(text);
});

test("README stays short", () => {
  expect(readFileSync("README.md", "utf8").split("\n").length).toBeLessThanOrEqual(130);
});

test("ARCHITECTURE stays short", () => {
  expect(readFileSync("ARCHITECTURE.md", "utf8").split("\n").length).toBeLessThanOrEqual(200);
});
