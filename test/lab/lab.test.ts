import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "puppeteer";
import { describe, expect, test } from "vitest";
import { npy } from "./data-files.ts";
import { drop, expectAccessible, exported, small, visits } from "./visits.ts";

const visiting = visits();

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

describe("a race", () => {
  test("relu against sigmoid to the end: curves, ranking, files", async () => {
    const tab = await visiting.open();
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
    const tab = await visiting.open(small({ epochs: "90" }));
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

  test("a shared link and the command line give the same race and the same losses", async () => {
    const one = await visiting.open(
      small({ hidden: "6,5", norm: "batch", lr: "0.02", seed: "7", init: "glorot", epochs: "25" }, [
        "relu",
        "x*sigmoid(x)",
      ]),
    );
    await one.click("#share");
    const link = await one.page.evaluate(() => location.href);
    const two = await visiting.follow(link);
    for (const tab of [one, two]) {
      await tab.click("#play");
      await tab.until("done");
    }
    const [a, b] = [await exported(one), await exported(two)];
    expect(a.experiment).toMatchObject({ norm: "batch", hidden: [6, 5] });
    expect(b.experiment).toEqual(a.experiment);
    expect(b.runners.map((r) => r.losses)).toEqual(a.runners.map((r) => r.losses));

    await one.page.evaluate("navigator.clipboard.writeText = async (text) => { globalThis.copied = text; }");
    await one.click("#command");
    const lines = String(await one.page.evaluate("globalThis.copied")).split("\n");
    expect(lines.length).toBe(2);
    const file = join(visiting.site.folder, "formula.json");
    const [, words = ""] = /^npm run train -- (.*)$/.exec(lines[1]!) ?? [];
    const { status, stderr } = spawnSync("sh", ["-c", `node src/cli/run.mjs train ${words} --json ${file}`]);
    expect(`${status} ${status === 0 ? "" : stderr}`).toBe("0 ");
    const { losses } = JSON.parse(readFileSync(file, "utf8")) as { losses: number[][] };
    // The page's files hold eight digits.
    const eight = losses.map((column) => column.map((value) => Number(value.toPrecision(8))));
    expect(eight).toEqual(a.runners[1]!.losses);
  });

  test("stops at the target: each activation by itself, and the ranking says when", async () => {
    const tab = await visiting.open(
      small({ dataset: "circles:n=100", hidden: "16", lr: "0.05", epochs: "800", target: "0.9" }, [
        "tanh",
        "identity",
      ]),
    );
    await tab.click("#play");
    await tab.until("done");
    const { runners, complete } = await exported(tab);
    const [tanh, identity] = [runners[0]!, runners[1]!];
    expect(complete).toBe(true);
    expect(tanh.reachedAt).toBeLessThan(800);
    expect(tanh.losses[0]!.length).toBe(tanh.reachedAt);
    const medianOf = (point: (typeof tanh.evaluations)[number]): number =>
      Math.min(...point.accuracy.map((value) => value!)); // of two seeds the lower one
    expect(medianOf(tanh.evaluations.at(-1)!)).toBeGreaterThanOrEqual(0.9);
    for (const point of tanh.evaluations.slice(0, -1)) expect(medianOf(point)).toBeLessThan(0.9);
    // No line parts a disc from the ring around it.
    expect(identity.reachedAt).toBeNull();
    expect(identity.losses[0]!.length).toBe(800);
    await tab.page.waitForFunction(
      (step) => document.querySelector("#ranking tbody tr")?.textContent?.includes(String(step)),
      {},
      tanh.reachedAt,
    );
  });

  test("goes on in a hidden tab, and the page says so", async () => {
    const tab = await visiting.open(small({ epochs: "100000" }));
    await tab.click("#play");
    await tab.until("running");
    await tab.page.waitForFunction(() => Number(document.getElementById("status")?.dataset["step"]) > 3);
    await tab.page.waitForSelector("#export-json:not([disabled])");
    const shown = await tab.status();
    const other = await tab.page.browserContext().newPage();
    await other.bringToFront();
    await tab.page.waitForFunction(() => document.hidden, { polling: 50 });
    // Nothing is drawn meanwhile: the exported file tells how far it is.
    const far = async (): Promise<number> => (await exported(tab)).runners[0]!.losses[0]!.length;
    while ((await far()) < shown.step + 20);
    await tab.page.bringToFront();
    await tab.page.waitForFunction(() => /while the page was hidden: \d+ more/.test(document.body.innerText));
    await tab.click("#play");
    const { step } = await tab.until("paused");
    expect(step).toBeGreaterThanOrEqual(shown.step + 20);
  });

  test("a link that is damaged is said, and the page works on", async () => {
    const tab = await visiting.open(small({ batch: "-3" }));
    await tab.page.waitForFunction(() => document.querySelector(".notice")?.textContent?.includes("batch"));
    await tab.page.waitForFunction(() => document.querySelectorAll(".chip").length === 4);
  });

  test("learning rates from a grid: each activation shows its best", async () => {
    const tab = await visiting.open(small({ lr: "0.0001,0.03", epochs: "40" }));
    await tab.click("#play");
    await tab.until("done");
    await tab.page.waitForFunction(() => document.querySelector("#ranking")?.textContent?.includes("0.03"));
    const race = await exported(tab);
    expect(race.facts.columns).toBe(4);
  });
});

describe("a formula", () => {
  test("with an error shows it at its column, and cannot race", async () => {
    const tab = await visiting.open();
    await tab.fill("input[name=activation]", "x * tanq(x)");
    await tab.page.waitForSelector("#formula-error pre");
    expect(await tab.page.$eval("#formula-error pre", (e) => (e as HTMLElement).dataset["column"])).toBe("5");
    expect(await tab.text("#formula-error")).toContain("tanh");
    expect(await tab.page.$(".adder button:disabled")).not.toBeNull();
  });

  test("without one is drawn with its derivative, and trains", async () => {
    const tab = await visiting.open();
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
    const tab = await visiting.open();
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

  test("two dropped NPY files train", async () => {
    const tab = await visiting.open();
    const x = Float32Array.from({ length: 120 }, (_, i) => Math.sin(i * 1.7));
    const labels = Uint8Array.from({ length: 60 }, (_, i) => (x[2 * i]! > 0 ? 1 : 0));
    await drop(tab.page, [
      { name: "x.npy", content: npy("<f4", [60, 2], new Uint8Array(x.buffer)) },
      { name: "y.npy", content: npy("|u1", [60], labels) },
    ]);
    await tab.page.waitForFunction(() => location.hash.includes("x.npy"));
    await tab.click("#play");
    await tab.until("done");
    const race = await exported(tab);
    expect(race.facts).toMatchObject({ trainRows: 48, testRows: 12, sample: [2], outputs: 2 });
    expect(race.runners[0]!.evaluations.at(-1)!.accuracy[0]).toBeGreaterThan(0.7);
  });

  test("an exported race can be dropped to be looked at; another file is refused", async () => {
    const tab = await visiting.open();
    await drop(tab.page, [
      { name: "race.json", content: readFileSync("src/lab/recorded/moons.json", "utf8") },
    ]);
    await tab.until("recorded");
    await drop(tab.page, [{ name: "race.json", content: `{"format":"actigrad-race-1"}` }]);
    await tab.page.waitForFunction(() => document.querySelector(".notice")?.textContent?.includes("date"));
  });
});

test("a reload in the middle keeps the results", async () => {
  const tab = await visiting.open(small({ epochs: "100000" }));
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
  const tab = await visiting.open(small(), "?lang=ko");
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
  const tab = await visiting.open();
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

test("axe finds nothing on the race, a wrong formula included", async () => {
  const tab = await visiting.open();
  await tab.fill("input[name=activation]", "x * tanq(x)");
  await tab.page.waitForSelector("#formula-error pre");
  await tab.click("#play");
  await tab.until("done");
  await expectAccessible(tab, "light", 1280);
  await expectAccessible(tab, "dark", 360);
});
