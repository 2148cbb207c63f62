/** The race as seen by a visitor who reads only the answer. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { commandLosses, drop, expectAccessible, exported, small, visits } from "./visits.ts";
import type { LabTab } from "./site.ts";

const visiting = visits();

/** The activations that the sentence recommends; none if it says so. */
function recommended(sentence: string): readonly string[] {
  if (sentence.startsWith("Take none of these")) return [];
  const names = /^Take (.+?): /.exec(sentence)?.[1];
  if (names === undefined) throw new Error(`no answer: ${sentence}`);
  return names.split(/, | or /);
}

/** Sets the page up by a link, runs the race, reads the answer. */
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

test("a curve is bent while it trains; its link and its command line then give the same losses", async () => {
  const tab = await visiting.open(small({ epochs: "100000", replicas: "1" }, ["relu"]));
  const { page } = tab;
  await tab.click("#bend-own");
  await tab.click(".chip button"); // removes relu, so the curve races alone
  await page.waitForSelector(".bend .handle");
  await tab.click("#play");
  const stepAbove = (step: number) =>
    page.waitForFunction(
      (least) => Number(document.getElementById("status")?.dataset["step"]) > least,
      {},
      step,
    );
  await stepAbove(3);
  await page.$eval(".bend .handle:nth-of-type(2)", (circle) => (circle as SVGElement).focus());
  const handle = (): Promise<string | null> =>
    page.evaluate(() => document.activeElement!.getAttribute("aria-valuetext"));
  expect(await handle()).toBe("x -2, y -0.25");
  for (let i = 0; i < 5; i++) await page.keyboard.press("ArrowUp");
  expect(await handle()).toBe("x -2, y 0.25");
  const { step } = await tab.status();
  expect((await tab.status()).status).toBe("running");
  await stepAbove(step);
  await page.waitForFunction(() => decodeURIComponent(location.hash).includes("/-2/0.25/"));
  await tab.click("#play");
  await tab.until("paused");
  const bent = await exported(tab);
  expect(bent.bentAt).toBeGreaterThan(0);
  expect(bent.runners[0]!.activation).toContain("/-2/0.25/");
  await expectAccessible(tab, "dark", 1280);

  // Trained from the start, the curve has the same losses as the copied command.
  await tab.fill("input[name=epochs]", "30");
  await page.evaluate("navigator.clipboard.writeText = async (text) => { globalThis.copied = text; }");
  await tab.click("#command");
  const command = String(await page.evaluate("globalThis.copied"));
  const losses = commandLosses(command, join(visiting.site.folder, "spline.json"));
  await tab.click("#play");
  await tab.until("done");
  const whole = await exported(tab);
  expect(whole.bentAt).toBeUndefined();
  const eight = (await losses).map((column) => column.map((value) => Number(value.toPrecision(8))));
  expect(eight).toEqual(whole.runners[0]!.losses);
  await tab.click("#bend-wgsl");
  await page.waitForFunction("String(globalThis.copied).startsWith('alias T = f32;')");
  const messages = page.evaluate(`(async () => {
    const device = await (await navigator.gpu.requestAdapter()).requestDevice();
    const module = device.createShaderModule({ code: globalThis.copied });
    return (await module.getCompilationInfo()).messages.map(({ message }) => message);
  })()`);
  expect(await messages).toEqual([]);
});
