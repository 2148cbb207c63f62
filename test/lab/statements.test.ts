import { statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type ExperimentsFile, FORMAT } from "../../src/experiments/result.ts";
import { smallMnist } from "../../src/experiments/small-mnist.ts";
import type { LabTab } from "./site.ts";
import { expectAccessible, exported, small, visits } from "./visits.ts";

const visiting = visits();

const metrics = (tab: LabTab): Promise<string[][]> =>
  tab.page.$$eval("#metrics tbody tr", (rows) =>
    rows.map((row) => [...row.children].map((cell) => cell.textContent)),
  );

test("a statement: run to its verdict, in both languages; it is kept, and the address names it", async () => {
  const tab = await visiting.open(small());
  await tab.click("#room-statements");
  await tab.page.waitForSelector(".course-content article");
  await tab.click('.course-nav a[href*="linear-stack"]');
  await tab.page.waitForFunction(() => location.hash.includes("statement=linear-stack"));
  await tab.page.waitForFunction(() => document.activeElement?.id === "statement-title");
  await tab.click("#try");
  await tab.page.waitForSelector("#verdict", { timeout: 120_000 });

  const answer = (): Promise<string | undefined> =>
    tab.page.$eval("#verdict", (element) => (element as HTMLElement).dataset["answer"]);
  expect(await answer()).toBe("condition");
  const english = await metrics(tab);
  expect(english.find(([name]) => name === "3·3·3·10")).toEqual([
    "3·3·3·10",
    "270",
    "270",
    "270, each seed",
    "pass",
  ]);
  expect(english.map((row) => row[4])).not.toContain("FAIL");
  const file = JSON.parse(await tab.download("#statement-json")) as ExperimentsFile;
  expect([file.format, file.complete, file.rows.map(({ name }) => name)]).toEqual([
    FORMAT,
    true,
    ["linear-stack"],
  ]);
  expect(await tab.text(".statement")).not.toContain("quick"); // an exact one is run in full
  // The figure in its own colours: the page's policy has allowed its stylesheet.
  const stroke = await tab.page.$eval(".drawn polyline", (line) => getComputedStyle(line).stroke);
  expect(stroke).not.toBe("none");
  await tab.click("details:has(+ .scroll #metrics) summary");
  const depths = await tab.page.$$eval("details:has(+ .scroll #metrics) tbody th", (all) =>
    all.map((cell) => cell.textContent),
  );
  expect(depths).toEqual(["1", "3", "10", "30", "100"]);
  await expectAccessible(tab, "dark", 360);
  // On a phone nothing of the table is cut off.
  const cutOff = await tab.page.$eval(".scroll:has(#metrics)", (own) => own.scrollWidth - own.clientWidth);
  expect(cutOff).toBeLessThanOrEqual(0);

  await tab.page.reload();
  await tab.page.waitForSelector("#verdict");
  expect(await metrics(tab)).toEqual(english);
  await tab.page.select("select[name=language]", "ko");
  await tab.page.waitForFunction(() => document.getElementById("verdict")?.textContent?.includes("조건부"));
  expect((await metrics(tab)).map((row) => row[1])).toEqual(english.map((row) => row[1]));
  expect(await tab.text(".drawn")).toMatch(/[가-힣]/);
  await expectAccessible(tab, "light", 1280);
});

test("what a statement lets one drag: another result, marked as one's own; the reset shows the statement's again", async () => {
  const tab = await visiting.open(small());
  await tab.page.goto(`${tab.page.url().split("#")[0]}#v=1&room=statements&statement=linear-stack`);
  await tab.page.waitForSelector("#try:not([disabled])");
  await tab.click("#try");
  await tab.page.waitForSelector("#verdict[data-answer=condition]", { timeout: 120_000 });
  const before = await metrics(tab);
  expect(await tab.text(".drag label")).toContain("units per layer: 64");
  expect(await tab.page.$eval("#drag-reset", (button) => (button as HTMLButtonElement).disabled)).toBe(true);

  await tab.page.focus("#drag");
  await tab.page.keyboard.press("Home");
  await tab.page.waitForSelector("#verdict[data-answer=own]", { timeout: 120_000 });
  expect(await tab.page.$eval("#drag", (input) => input.getAttribute("aria-valuetext"))).toBe("2");
  expect(await tab.text("#verdict")).toContain("units per layer: 2 instead of 64");
  const own = await metrics(tab);
  // A row: its label, this result, the statement's own; no reference, no gate.
  expect(own.map(([label, , usual]) => [label, usual])).toEqual(before.map(([label, came]) => [label, came]));
  expect(own.map((row) => row.length)).toEqual(own.map(() => 3));
  expect(own.map((row) => row[1])).not.toEqual(before.map((row) => row[1]));
  const file = JSON.parse(await tab.download("#statement-json")) as ExperimentsFile;
  expect(file.rows.map(({ set, setup }) => [set, setup["width"]])).toEqual([[{ width: 2 }, 2]]);
  // The list still has the statement's verdict.
  expect(await tab.page.$('[data-group="condition"] a[href*="linear-stack"]')).not.toBeNull();
  await expectAccessible(tab, "light", 360);

  // While it runs, another number: the last one counts.
  await tab.page.focus("#drag");
  await tab.page.keyboard.press("ArrowRight");
  await tab.page.waitForSelector("#trying[data-running=linear-stack]");
  await tab.page.keyboard.press("ArrowRight");
  await tab.page.waitForFunction(
    () => document.getElementById("verdict")?.textContent?.includes("layer: 4 instead of 64"),
    { timeout: 120_000 },
  );
  await tab.click("#drag-reset");
  await tab.page.waitForSelector("#verdict[data-answer=condition]");
  expect(await metrics(tab)).toEqual(before);
  await tab.page.reload();
  await tab.page.waitForSelector("#verdict[data-answer=condition]");
});

test("a run can be stopped; Back leads to the statement before", async () => {
  const tab = await visiting.open(small());
  await tab.click("#room-statements");
  await tab.page.waitForSelector(".course-content article");
  await tab.click('.course-nav a[href*="linear-stack"]');
  await tab.page.waitForSelector("#try");
  await tab.click('.course-nav a[href*="softmax-linear"]');
  await tab.page.waitForFunction(() => location.hash.includes("softmax-linear"));
  await tab.click("#try");
  await tab.page.waitForFunction(() => /left/.test(document.getElementById("trying")?.textContent ?? ""));
  await tab.page.goBack();
  await tab.page.waitForFunction(() => location.hash.includes("linear-stack"));
  await tab.page.waitForFunction(() =>
    /is running/.test(document.getElementById("trying")?.textContent ?? ""),
  );
  await tab.click("#trying a");
  await tab.page.waitForSelector("#trying[data-running=softmax-linear]");
  await tab.click("#try");
  await tab.page.waitForSelector("#trying[data-running='']");
  expect(await tab.page.$("#verdict")).toBeNull();
  expect(await tab.text("#try")).toBe("Try it");
});

test("a statement on images runs on the part of MNIST that comes with the page, and says so; tried ones stand by verdict", async () => {
  const packed = Object.keys(smallMnist.files).map((file) =>
    statSync(join(visiting.site.folder, "mnist", `${file}.gz`)),
  );
  expect(packed.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(1_000_000);
  const tab = await visiting.open(small());
  const fetched: string[] = [];
  tab.page.on("request", (request) => fetched.push(request.url()));
  await tab.click("#room-statements");
  await tab.page.waitForSelector(".course-content article");
  await tab.click('.course-nav a[href*="statement=exact-zeros"]');
  await tab.page.waitForSelector("#stands-in");
  expect(await tab.text(".race-links .look")).toContain("exactly 0");
  await tab.click('.course-nav a[href*="statement=same-sign"]');
  await tab.page.waitForFunction(() => location.hash.includes("same-sign"));
  expect(fetched.filter((url) => url.includes("/mnist/"))).toEqual([]);
  await tab.click("#try");
  await tab.page.waitForSelector("#verdict[data-answer=condition]", { timeout: 120_000 });
  expect(await tab.text("#images-note")).toContain("4,000");
  expect(await tab.text('[data-group="condition"]')).toContain("gradients of one sign");
  const file = JSON.parse(await tab.download("#statement-json")) as ExperimentsFile;
  expect(file.rows.map(({ images, passed }) => [images, passed])).toEqual([["mnist-small", true]]);

  // Its race takes the same images, and says so.
  await tab.click('.course-nav a[href*="statement=tanh-centred"]');
  await tab.page.waitForFunction(() => location.hash.includes("tanh-centred"));
  await tab.click(".race-link");
  await tab.page.waitForSelector("#play:not([disabled])");
  expect(await tab.text("#setup")).toContain("4,000 training and 1,000 test images of MNIST");
  await tab.click("#step");
  await tab.until("paused");
  const raced = await exported(tab);
  expect(raced).toMatchObject({ setup: { dataset: "mnist-small/" }, facts: { testRows: 1000 } });
  expect(raced.facts.trainRows + raced.facts.validationRows).toBe(4000);
});
