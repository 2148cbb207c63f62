import { readFileSync } from "node:fs";
import type { Browser, Page } from "puppeteer";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../../src/cli/browser.ts";
import type { RaceFile } from "../../src/lab/data/race-file.ts";
import { LabTab, type Site, buildSite } from "./site.ts";

let site: Site;
let browser: Browser;
const tabs: LabTab[] = [];

beforeAll(async () => {
  site = await buildSite();
  browser = await launchBrowser();
}, 60_000);

afterEach(async () => {
  const opened = tabs.splice(0);
  const faults = opened.flatMap((tab) => tab.faults);
  for (const tab of opened) await tab.close();
  expect(faults).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  site?.close();
});

/** A small race: relu against sigmoid on spirals. */
const small = (more: Readonly<Record<string, string>> = {}, activations = ["relu", "sigmoid"]): string => {
  const experiment = {
    v: "1",
    dataset: "spirals:n=100",
    hidden: "8",
    batch: "100",
    epochs: "60",
    replicas: "2",
  };
  const params = new URLSearchParams({ ...experiment, ...more });
  for (const name of activations) params.append("a", name);
  return `#${params.toString()}`;
};

async function open(hash = small(), search = ""): Promise<LabTab> {
  const tab = await LabTab.open(browser, `${site.url}${search}${hash}`);
  tabs.push(tab);
  await tab.page.waitForSelector("#play:not([disabled])");
  return tab;
}

const exported = async (tab: LabTab): Promise<RaceFile> =>
  JSON.parse(await tab.download("#export-json")) as RaceFile;

const paintedPixels = (page: Page): Promise<number> =>
  page.$eval(".plot canvas", (element) => {
    const { data } = (element as HTMLCanvasElement)
      .getContext("2d")!
      .getImageData(0, 0, (element as HTMLCanvasElement).width, (element as HTMLCanvasElement).height);
    const colours = new Set<number>();
    for (let i = 0; i < data.length; i += 4)
      if (data[i + 3]! > 200) colours.add((data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!);
    return colours.size;
  });

/** Drops files on the page as a visitor does. */
async function drop(page: Page, files: readonly { name: string; content: string }[]): Promise<void> {
  await page.evaluate((all) => {
    const dataTransfer = new DataTransfer();
    for (const { name, content } of all) dataTransfer.items.add(new File([content], name));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }, files);
}

describe("a race", () => {
  test("relu against sigmoid to the end: curves, ranking, files", async () => {
    const tab = await open();
    await tab.click("#play");
    expect(await tab.until("done")).toEqual({ status: "done", step: 60 });
    expect(await paintedPixels(tab.page)).toBeGreaterThan(2);
    await tab.page.waitForFunction(() => document.querySelectorAll("#ranking tbody tr").length === 2);
    expect(await tab.text("#ranking tbody")).toMatch(/\d+(\.\d)? %/);

    const race = await exported(tab);
    expect(race).toMatchObject({ format: "actigrad-race-1", complete: true });
    expect(race.runners.map(({ activation }) => activation)).toEqual(["relu", "sigmoid"]);
    for (const { losses, evaluations } of race.runners) {
      expect(losses.map((column) => column.length)).toEqual([60, 60]);
      for (const column of losses) expect(column.at(-1)!).toBeLessThan(column[0]!);
      expect(evaluations.at(-1)).toMatchObject({ step: 60 });
    }
    // The ranking comes to what the file says.
    for (const { evaluations } of race.runners) {
      const [a, b] = evaluations.at(-1)!.accuracy as [number, number];
      await tab.page.waitForFunction(
        (text) => document.querySelector("#ranking")?.textContent?.includes(text),
        { timeout: 5000 },
        `${(((a + b) / 2) * 100).toFixed(1)} %`,
      );
    }
    const csv = (await tab.download("#export-csv")).trim().split("\n");
    expect(csv[0]).toBe("activation,learning_rate,seed,step,loss,test_loss,test_accuracy");
    expect(csv.length).toBe(1 + 2 * 2 * 60);
    for (const line of csv.slice(1)) expect(Number(line.split(",")[4])).toBeGreaterThan(0);
    const png = await tab.page.$eval(".plot canvas", (c) => (c as HTMLCanvasElement).toDataURL());
    expect(png).toMatch(/^data:image\/png/);
  });

  test("pause, one step, resume, reset: the same losses as without", async () => {
    const tab = await open(small({ epochs: "90" }));
    await tab.page.select("select[name=y]", "accuracy");
    await tab.click("#step");
    const first = await tab.until("paused");
    expect(first.step).toBe(1);
    await tab.click("#step");
    await tab.page.waitForFunction(() => document.getElementById("status")?.dataset["step"] === "2");
    await tab.click("#play");
    await tab.until("running");
    await tab.page.waitForFunction(() => Number(document.getElementById("status")?.dataset["step"]) > 10);
    await tab.click("#play");
    const paused = await tab.until("paused done");
    expect(paused.status).toBe("paused");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await tab.status()).toEqual(paused);
    await tab.click("#play");
    await tab.until("done");
    const interrupted = await exported(tab);

    await tab.click("#reset");
    await tab.until("idle");
    await tab.click("#play");
    await tab.until("done");
    const again = await exported(tab);
    expect(again.runners.map((r) => r.losses)).toEqual(interrupted.runners.map((r) => r.losses));
  });

  test("a shared link restores the same race and the same losses", async () => {
    const one = await open(
      small({ hidden: "6,5", lr: "0.02", seed: "7", init: "glorot", epochs: "25" }, ["relu", "x*sigmoid(x)"]),
    );
    await one.click("#share");
    const link = await one.page.evaluate(() => location.href);
    const two = await LabTab.open(browser, link);
    tabs.push(two);
    await two.page.waitForSelector("#play:not([disabled])");
    for (const tab of [one, two]) {
      await tab.click("#play");
      await tab.until("done");
    }
    const [a, b] = [await exported(one), await exported(two)];
    expect(b.experiment).toEqual(a.experiment);
    expect(b.runners.map((r) => r.losses)).toEqual(a.runners.map((r) => r.losses));
  });

  test("a link that is damaged is said, and the page works on", async () => {
    const tab = await open(small({ batch: "-3" }));
    await tab.page.waitForFunction(() => document.querySelector(".notice")?.textContent?.includes("batch"));
    await tab.page.waitForFunction(() => document.querySelectorAll(".chip").length === 4);
  });

  test("learning rates from a grid: each activation shows its best", async () => {
    const tab = await open(small({ lr: "0.0001,0.03", epochs: "40" }));
    await tab.click("#play");
    await tab.until("done");
    await tab.page.waitForFunction(() => document.querySelector("#ranking")?.textContent?.includes("0.03"));
    const race = await exported(tab);
    expect(race.facts.columns).toBe(4);
  });
});

describe("a formula", () => {
  test("with an error shows it at its column, and cannot race", async () => {
    const tab = await open();
    await tab.fill("input[name=activation]", "x * tanq(x)");
    await tab.page.waitForSelector("#formula-error pre");
    expect(await tab.page.$eval("#formula-error pre", (e) => (e as HTMLElement).dataset["column"])).toBe("5");
    expect(await tab.text("#formula-error")).toContain("tanh");
    expect(await tab.page.$(".adder button:disabled")).not.toBeNull();
  });

  test("without one is drawn with its derivative, and trains", async () => {
    const tab = await open();
    await tab.fill("input[name=activation]", "x * sigmoid(1.7 * x)");
    await tab.page.waitForSelector(".preview svg path.f");
    expect(await tab.text(".preview")).toContain("f′(x)");
    await tab.page.focus("input[name=activation]");
    await tab.page.keyboard.press("Enter");
    await tab.page.waitForFunction(() => document.querySelectorAll(".chip").length === 3);
    await tab.click("#play");
    await tab.until("done");
    const { runners } = await exported(tab);
    expect(runners[2]!.activation).toBe("x * sigmoid(1.7 * x)");
    for (const column of runners[2]!.losses) expect(column.at(-1)!).toBeLessThan(column[0]!);
  });
});

describe("files", () => {
  test("a dropped CSV trains", async () => {
    const tab = await open();
    const rows = Array.from(
      { length: 60 },
      (_, i) => `${Math.sin(i)},${i % 2},${Math.sin(i) > 0 ? "up" : "down"}`,
    );
    await drop(tab.page, [{ name: "waves.csv", content: `a,b,class\n${rows.join("\n")}\n` }]);
    await tab.page.waitForFunction(() => location.hash.includes("waves.csv"));
    await tab.click("#play");
    await tab.until("done");
    const race = await exported(tab);
    expect(race.facts).toMatchObject({ trainRows: 48, testRows: 12, inputs: 2, outputs: 2 });
    expect(race.runners[0]!.evaluations.at(-1)!.accuracy[0]).toBeGreaterThan(0.7);
  });

  test("an exported race can be dropped to be looked at; another file is refused", async () => {
    const tab = await open();
    await drop(tab.page, [
      { name: "race.json", content: readFileSync("src/lab/recorded/moons.json", "utf8") },
    ]);
    await tab.until("recorded");
    await drop(tab.page, [{ name: "race.json", content: `{"format":"actigrad-race-1"}` }]);
    await tab.page.waitForFunction(() => document.querySelector(".notice")?.textContent?.includes("date"));
  });
});

test("a reload in the middle keeps the results", async () => {
  const tab = await open(small({ epochs: "100000" }));
  await tab.click("#play");
  await tab.page.waitForFunction(() => Number(document.getElementById("status")?.dataset["step"]) > 30);
  await tab.click("#play");
  const { step } = await tab.until("paused");
  const before = await exported(tab);
  await tab.page.reload();
  expect(await tab.until("kept")).toEqual({ status: "kept", step });
  const after = await exported(tab);
  expect(after.runners).toEqual(before.runners);
  expect(await paintedPixels(tab.page)).toBeGreaterThan(2);
});

test("Korean by ?lang=ko, and by the switch, without losing the race", async () => {
  const tab = await open(small(), "?lang=ko");
  expect(await tab.text("#play")).toBe("재생");
  await tab.click("#step");
  await tab.until("paused");
  await tab.page.select("select[name=language]", "en");
  await tab.page.waitForFunction(() => document.getElementById("play")?.textContent === "Play");
  expect(await tab.status()).toEqual({ status: "paused", step: 1 });
  expect(await tab.page.evaluate(() => [document.documentElement.lang, location.search])).toEqual([
    "en",
    "?lang=en",
  ]);
});

test("by keyboard alone", async () => {
  const tab = await open();
  const { page } = tab;
  await page.keyboard.press("s");
  expect(await tab.until("paused")).toEqual({ status: "paused", step: 1 });
  await page.keyboard.press("?");
  await page.waitForSelector("dialog[open]");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.querySelector("dialog[open]") === null);
  await page.keyboard.press("r");
  await tab.until("idle");
  await page.keyboard.press("Space");
  await tab.until("done");
  // Every control can be reached by Tab, and shows that it is.
  const reached = new Set<string>();
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press("Tab");
    reached.add(
      await page.evaluate(() => {
        const element = document.activeElement as HTMLElement;
        if (element !== document.body && getComputedStyle(element).outlineStyle === "none")
          return `no outline on ${element.outerHTML.slice(0, 80)}`;
        return (element as HTMLInputElement).name || element.id || element.tagName;
      }),
    );
  }
  expect([...reached].filter((name) => name.startsWith("no outline"))).toEqual([]);
  for (const name of [
    "play",
    "step",
    "reset",
    "share",
    "command",
    "dataset",
    "activation",
    "hidden",
    "files",
  ])
    expect(reached).toContain(name);
});

/** What axe finds; and whether something stands out at the side. */
async function expectAccessible({ page }: LabTab, scheme: "light" | "dark", width: number): Promise<void> {
  // The page's policy lets no script in that is not its own; the inspector's own evaluation is not bound by it.
  await page.evaluate(readFileSync("node_modules/axe-core/axe.min.js", "utf8"));
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.setViewport({ width, height: 900 });
  const found = (await page.evaluate("axe.run().then((r) => r.violations)")) as {
    id: string;
    nodes: { html: string; failureSummary: string }[];
  }[];
  expect(found.map(({ id, nodes }) => `${id}: ${nodes[0]!.html} ${nodes[0]!.failureSummary}`)).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
}

test("axe finds nothing on the race, a wrong formula included", async () => {
  const tab = await open();
  await tab.fill("input[name=activation]", "x * tanq(x)");
  await tab.page.waitForSelector("#formula-error pre");
  await tab.click("#play");
  await tab.until("done");
  await expectAccessible(tab, "light", 1280);
  await expectAccessible(tab, "dark", 360);
});

describe("the other rooms", () => {
  test("Inside: units, saturation and signals of both networks, as the training goes", async () => {
    const tab = await open(small({ room: "inside", focus: "0,1" }));
    await tab.click("#play");
    await tab.until("done");
    await tab.page.waitForFunction(() => document.querySelectorAll(".heat canvas").length === 2);
    await tab.page.waitForFunction(() => document.querySelector("article h3")?.textContent?.includes("60"));
    const rows = await tab.page.$$eval("table.layers tbody tr", (all) =>
      all.map((row) => [...row.children].map((cell) => cell.textContent)),
    );
    expect(rows.map(([title]) => title)).toEqual([
      "linear(2, 8)",
      "relu",
      "linear(8, 2)",
      "linear(2, 8)",
      "sigmoid",
      "linear(8, 2)",
    ]);
    const [, dead, saturated, zeros, , signal] = rows[1]!.map((text) => Number.parseFloat(text ?? ""));
    expect(dead).toBeLessThan(100);
    expect(saturated).toBeGreaterThan(0);
    expect(zeros).toBe(saturated); // relu is 0 exactly where its derivative is
    expect(signal).toBeGreaterThan(0);
    expect(Number.parseFloat(rows[4]![3]!)).toBe(0); // a sigmoid is never 0
    await expectAccessible(tab, "dark", 360);
  });

  test("Space: decisions, bent planes, and the cloud drawn from the training's buffers", async () => {
    const tab = await open(small({ room: "space", focus: "1,0" }));
    const paintedOf = (selector: string): Promise<number> =>
      tab.page.$eval(selector, (element) => {
        const { width, height } = element as HTMLCanvasElement;
        const { data } = (element as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, width, height);
        return data.reduce((count, value, i) => count + (i % 4 === 3 && value > 0 ? 1 : 0), 0);
      });
    await tab.click("#play");
    await tab.until("done");
    await tab.page.waitForSelector("canvas.surface");
    expect(await paintedOf("canvas.surface")).toBe(320 * 320);
    await tab.page.waitForFunction(
      () => document.querySelector<HTMLCanvasElement>("canvas.cloud")!.width === 448,
    );
    const cloud = await paintedOf("canvas.cloud");
    expect(cloud).toBeGreaterThan(100);
    expect(cloud).toBeLessThan(448 * 448 * 0.5);
    expect(await tab.text(".pictures")).toMatch(/The axes explain \d/);
    expect(
      await tab.page.$$eval("svg.grid path", (all) => all.map((p) => p.getAttribute("d")!.length > 500)),
    ).toEqual([true, true]);
    const image = (): Promise<string> =>
      tab.page.$eval("canvas.cloud", (element) => (element as HTMLCanvasElement).toDataURL());
    const before = await image();
    await tab.page.focus("canvas.cloud");
    await tab.page.keyboard.press("ArrowRight");
    await tab.page.waitForFunction(
      (old) => document.querySelector<HTMLCanvasElement>("canvas.cloud")!.toDataURL() !== old,
      {},
      before,
    );
    await expectAccessible(tab, "dark", 360);
  });

  test("the tour has five steps, and Escape ends it", async () => {
    const tab = await open();
    await tab.click("#start-tour");
    for (let step = 1; step <= 5; step++) {
      expect(await tab.text("#tour-text")).toMatch(new RegExp(`^${step} of 5 `));
      expect(await tab.page.$$eval(".toured", (all) => all.length)).toBe(1);
      if (step < 5) await tab.click("#tour-next");
      await tab.page.waitForFunction(
        (text) => document.getElementById("tour-text")?.textContent?.startsWith(text),
        {},
        `${Math.min(5, step + 1)} of 5`,
      );
    }
    await tab.page.keyboard.press("Escape");
    await tab.page.waitForFunction(() => document.getElementById("tour") === null);
  });

  test("Kernel: times, exactness, the WGSL that ran, and its files", async () => {
    const tab = await open(small({ room: "kernel" }));
    await tab.click("#bench");
    await tab.page.waitForSelector("#kernel-exactness", { timeout: 60_000 });
    const result = JSON.parse(await tab.download("#kernel-json")) as {
      results: { kernels: { sizes: { rows: { name: string; exactness: { forwardUlp: number } }[] }[] } };
    };
    const { rows } = result.results.kernels.sizes[0]!;
    expect(rows.map(({ name }) => name)).toEqual(["identity", "relu", "sigmoid"]);
    for (const { exactness } of rows) expect(exactness.forwardUlp).toBeLessThan(5);
    const csv = (await tab.download("#kernel-csv")).trim().split("\n");
    expect(csv.length).toBe(1 + 3 * 2);
    await tab.page.select("#wgsl-of", "sigmoid");
    await tab.page.waitForFunction(() =>
      document.querySelector("pre.code")?.textContent?.includes("act_sigmoid"),
    );
    expect(await tab.text("pre.code")).toContain("@compute");
    await expectAccessible(tab, "dark", 360);
  });
});
