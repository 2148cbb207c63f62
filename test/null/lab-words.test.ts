import { expect, test } from "vitest";
import { contestWords } from "../../src/app/lab/i18n/contest.ts";
import { en } from "../../src/app/lab/i18n/en.ts";
import { ko } from "../../src/app/lab/i18n/ko.ts";

/** The same in every language: signs, formats, units. */
const SIGNS = new Set(["f", "f′", "JSON", "CSV", "dB", "PSNR(dB)"]);

/** Every text of a dictionary by its path; functions are given numbers, which are not words. */
function texts(value: unknown, path = ""): [path: string, text: string][] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value === "function") {
    const given = Array.from({ length: value.length }, (_, i) => (path.startsWith("answer") ? ["7"] : i + 1));
    try {
      return [[path, String((value as (...args: unknown[]) => unknown)(...given))]];
    } catch {
      return []; // it takes something else than numbers, and has a test of its own
    }
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, own]) => texts(own, path === "" ? name : `${path}.${name}`));
}

test.each([
  ["the page", en, ko],
  ["the contest", contestWords.en, contestWords.ko],
])("no text of %s is left in English", (_, english, korean) => {
  const all = texts(korean);
  expect(all.length).toBeGreaterThan(50);
  const left = all.filter(
    ([, text]) => text !== "" && !SIGNS.has(text) && !/[가-힣]/.test(text) && /[A-Za-z]{2}/.test(text),
  );
  expect(left).toEqual([]);
  expect(texts(english).length).toBeGreaterThan(50);
});
