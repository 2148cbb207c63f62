/** The race as a visitor sees it who reads the answer and nothing else. */
import { expect, test } from "vitest";
import { drop, expectAccessible, small, visits } from "./visits.ts";
import type { LabTab } from "./site.ts";

const visiting = visits();

/** Whom the sentence recommends; nobody, where it says so. */
function recommended(sentence: string): readonly string[] {
  if (/^Take none of these/.test(sentence)) return [];
  const names = /^Take (.+?): /.exec(sentence)?.[1];
  if (names === undefined) throw new Error(`no answer: ${sentence}`);
  return names.split(/, | or /);
}

/** Sets the page up by a link, runs the race, reads the bar. */
async function answer(tab: LabTab, hash?: string): Promise<string> {
  if (hash !== undefined) await tab.page.evaluate((to) => void (location.hash = to), hash);
  await tab.page.waitForSelector("#play:not([disabled])");
  await tab.click("#play");
  await tab.page.waitForFunction(() => document.getElementById("status")?.dataset["status"] !== "done");
  await tab.until("done");
  await tab.page.waitForFunction(() => {
    const text = document.getElementById("race-verdict")?.textContent ?? "";
    return text !== "" && !text.startsWith("So far");
  });
  return tab.text("#race-verdict");
}

test("whoever reads only the verdict bar knows which to take: equal ones, one worse, one that diverges, noise", async () => {
  const race = { dataset: "circles:n=100", hidden: "8,8", lr: "0.02", epochs: "100", replicas: "5" };
  const tab = await visiting.open(small(race, ["tanh", "tanh(x)"]));
  const { page } = tab;
  expect(recommended(await answer(tab)).toSorted()).toEqual(["tanh", "tanh(x)"]);
  await expectAccessible(tab, "light", 390);
  expect(await page.$$eval(".lane canvas.surface", (all) => all.length)).toBe(2);

  const worse = await answer(tab, small(race, ["tanh", "identity"]));
  expect(recommended(worse)).toEqual(["tanh"]);
  expect(worse).toMatch(/identity (is \d+\.\d points behind|has [\d.]+ times the loss)/);

  const diverges = await answer(tab, small(race, ["exp(9*x*x)", "tanh"]));
  expect(recommended(diverges)).toEqual(["tanh"]);
  expect(diverges).toContain("exp(9*x*x) diverged");

  const rows = Array.from({ length: 100 }, (_, i) => {
    const noise = (k: number): number => Math.abs(Math.sin((i + 1) * 12.9898 * k) * 43758.5453) % 1;
    return `${noise(1)},${noise(2)},${noise(3) < 0.5 ? "a" : "b"}`;
  });
  await drop(page, [{ name: "noise.csv", content: `x,y,class\n${rows.join("\n")}\n` }]);
  await page.waitForFunction(() => location.hash.includes("noise.csv"));
  expect(recommended(await answer(tab))).toEqual([]);
});
