import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "puppeteer";
import { describe, expect, test } from "vitest";
import { npy } from "./data-files.ts";
import { commandLosses, drop, expectAccessible, exported, small, visits } from "./visits.ts";

const visiting = visits();

async function paintedPixels(page: Page): Promise<number> {
  await page.waitForSelector(".plot canvas");
  return page.$eval(".plot canvas", (element) => {
    const { data } = (element as HTMLCanvasElement)
      .getContext("2d")!
      .getImageData(0, 0, (element as HTMLCanvasElement).width, (element as HTMLCanvasElement).height);
    const colours = new Set<number>();
    for (let i = 0; i < data.length; i += 4)
      if (data[i + 3]! > 200) colours.add((data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!);
    return colours.size;
  });
}

describe("a race", () => {
  test("relu against sigmoid to the end: curves, ranking, files", async () => {
    const tab = await visiting.open();
    await tab.click("#play");
    expect(await tab.until("done")).toEqual({ status: "done", step: 60 });
    expect(await paintedPixels(tab.page)).toBeGreaterThan(2);
    // Right of the plot stand the names, each in its colour.
    const named = await tab.page.$eval(".plot .u-wrap", (wrap) => {
      const [canvas, over] = [wrap.querySelector("canvas")!, wrap.querySelector<HTMLElement>(".u-over")!];
      const left = Math.ceil(((over.offsetLeft + over.offsetWidth + 2) * canvas.width) / canvas.clientWidth);
      const { data } = canvas.getContext("2d")!.getImageData(left, 0, canvas.width - left, canvas.height);
      const colours = new Set<string>();
      for (let i = 0; i < data.length; i += 4)
        if (data[i + 3] === 255) colours.add([data[i], data[i + 1], data[i + 2]].join());
      return colours.size;
    });
    expect(named).toBeGreaterThanOrEqual(2);
    await tab.page.waitForFunction(() => document.querySelectorAll("#ranking tbody tr").length === 2);
    expect(await tab.text("#ranking tbody")).toMatch(/\d+(\.\d)? %/);

    const race = await exported(tab);
    expect(race).toMatchObject({ format: "actigrad-race-3", complete: true });
    expect(race.runners.map(({ activation }) => activation)).toEqual(["relu", "sigmoid"]);
    for (const { losses, evaluations } of race.runners) {
      expect(losses.map((column) => column.length)).toEqual([60, 60]);
      for (const column of losses) expect(column.at(-1)!).toBeLessThan(column[0]!);
      expect(evaluations.at(-1)).toMatchObject({ step: 60 });
    }
    // The ranking agrees with the file.
    for (const { evaluations } of race.runners) {
      const [a, b] = evaluations.at(-1)!.accuracy as [number, number];
      await tab.page.waitForFunction(
        (text) => document.querySelector("#ranking")?.textContent?.includes(text),
        { timeout: 5000 },
        `${(((a + b) / 2) * 100).toFixed(1)} %`,
      );
    }
    const csv = (await tab.download("#export-csv")).trim().split("\n");
    expect(csv[0]).toBe("activation,learning_rate,seed,step,loss,test_loss,test_accuracy,test_rmse");
    expect(csv.length).toBe(1 + 2 * 2 * 60);
    for (const line of csv.slice(1)) expect(Number(line.split(",")[4])).toBeGreaterThan(0);
    const svg = await tab.download("#export-svg");
    for (const part of [
      "Training loss · spirals:n=100 · 8",
      ">relu<",
      ">sigmoid<",
      ">step<",
      "stroke-dasharray=",
    ])
      expect(svg).toContain(part); // title, legend, axis; no stylesheet is asked for
    expect(svg).not.toMatch(/var\(|class=|light-dark/);
    const lines = svg.match(/<polyline[^>]*>/g) ?? [];
    expect(lines.length).toBe(2);
    for (const line of lines) expect(line).toMatch(/fill="none".*stroke="rgb\(\d/);
    const png = await tab.downloadBytes("#export-png");
    const [width, height, least] = await tab.page.evaluate(async (bytes) => {
      const picture = await createImageBitmap(new Blob([Uint8Array.from(bytes)]));
      const pen = new OffscreenCanvas(picture.width, picture.height).getContext("2d")!;
      pen.drawImage(picture, 0, 0);
      const { data } = pen.getImageData(0, 0, picture.width, picture.height);
      const alpha = data.reduce((low, value, i) => (i % 4 === 3 ? Math.min(low, value) : low), 255);
      return [picture.width, picture.height, alpha] as const;
    }, png);
    expect([width, least]).toEqual([1440, 255]); // on paper of its own
    expect(height).toBeGreaterThan(500);
    const model = await tab.download("#export-model");
    expect(model).toContain('"actigrad.model"');
    expect(model).toContain("1/0.weight"); // both seeds
    await expectAccessible(tab, "dark", 360);
  });

  test("pause, one step, resume, reset: the same losses as without", async () => {
    const tab = await visiting.open(small({ epochs: "60" }, ["relu"]));
    await tab.page.select("select[name=y]", "accuracy");
    await tab.page.select("select[name=pace]", "10"); // so slow that a pause comes before the end
    await tab.click("#step");
    const first = await tab.until("paused");
    expect(first.step).toBe(1);
    await tab.click("#step");
    await tab.page.waitForFunction(() => document.getElementById("status")?.dataset["step"] === "2");
    await tab.click("#play");
    await tab.until("running");
    await tab.page.waitForFunction(() => Number(document.getElementById("status")?.dataset["step"]) > 3);
    await tab.click("#play");
    const paused = await tab.until("paused");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await tab.status()).toEqual(paused);
    await tab.page.select("select[name=pace]", "0");
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
      small({ hidden: "6,5", norm: "batch", lr: "0.02,0.01", seed: "7", init: "glorot", epochs: "25" }, [
        "x*sigmoid(x)",
      ]),
    );
    await one.page.evaluate("navigator.clipboard.writeText = async (text) => { globalThis.copied = text; }");
    await one.click("#command");
    const command = String(await one.page.evaluate("globalThis.copied"));
    const losses = commandLosses(command, join(visiting.site.folder, "formula.json"));
    await one.click("#share");
    const link = await one.page.evaluate(() => location.href);
    const two = await visiting.follow(link);
    for (const tab of [one, two]) {
      await tab.click("#play");
      await tab.until("done");
    }
    const [a, b] = [await exported(one), await exported(two)];
    expect(a.setup).toMatchObject({ norm: "batch", hidden: [6, 5] });
    expect(b.setup).toEqual(a.setup);
    expect(b.runners.map((r) => r.losses)).toEqual(a.runners.map((r) => r.losses));

    // The page's files hold eight digits.
    const eight = (await losses).map((column) => column.map((value) => Number(value.toPrecision(8))));
    expect(eight).toEqual(a.runners[0]!.losses);
  });

  test("stops at the target, at the best of several learning rates; the ranking says when and at which", async () => {
    const tab = await visiting.open(
      small({ dataset: "circles:n=100", hidden: "16", lr: "0.0001,0.05", epochs: "320", target: "0.9" }, [
        "tanh",
        "identity",
      ]),
    );
    await tab.click("#play");
    await tab.until("done");
    const { facts, runners, complete } = await exported(tab);
    const [tanh, identity] = [runners[0]!, runners[1]!];
    expect([facts.columns, complete]).toEqual([4, true]);
    expect(tanh.reachedAt).toBeLessThan(320);
    expect(tanh.losses[0]!.length).toBe(tanh.reachedAt);
    // Of two seeds the median is the mean.
    const reached = ({ accuracy: [a, b, c, d] }: (typeof tanh.evaluations)[number]): boolean =>
      (a! + b!) / 2 >= 0.9 || (c! + d!) / 2 >= 0.9;
    expect(tanh.evaluations.map(reached)).toEqual(
      tanh.evaluations.map(({ step }) => step === tanh.reachedAt),
    );
    // No line parts a disc from the ring around it.
    expect(identity.reachedAt).toBeNull();
    expect(identity.losses[0]!.length).toBe(320);
    await tab.page.waitForFunction(
      (step) => {
        const row = document.querySelector("#ranking tbody tr")?.textContent;
        return row?.includes(String(step)) === true && row.includes("0.05");
      },
      {},
      tanh.reachedAt,
    );
  });

  test("goes on in a hidden tab, and the page says so; a reload in the middle keeps the results", async () => {
    const tab = await visiting.open(small({ epochs: "100000" }, ["relu"]));
    await tab.click("#play");
    await tab.until("running");
    await tab.page.waitForFunction(() => Number(document.getElementById("status")?.dataset["step"]) > 3);
    await tab.page.waitForSelector("#export-json:not([disabled])");
    const shown = await tab.status();
    const other = await tab.page.browserContext().newPage();
    await other.bringToFront();
    await tab.page.waitForFunction(() => document.hidden, { polling: 50 });
    // Nothing is drawn meanwhile, so the exported file shows the progress.
    const far = async (): Promise<number> => (await exported(tab)).runners[0]!.losses[0]!.length;
    while ((await far()) < shown.step + 20);
    await tab.page.bringToFront();
    await tab.page.waitForFunction(() => /while the page was hidden: \d+ more/.test(document.body.innerText));
    await tab.click("#play");
    const { step } = await tab.until("paused");
    expect(step).toBeGreaterThanOrEqual(shown.step + 20);

    const before = await exported(tab);
    await tab.page.reload();
    expect(await tab.until("kept")).toEqual({ status: "kept", step });
    expect((await exported(tab)).runners).toEqual(before.runners);
    expect(await paintedPixels(tab.page)).toBeGreaterThan(2);
  });

  test("a link that is damaged is said, and the page works on", async () => {
    const tab = await visiting.open(small({ batch: "-3" }));
    await tab.page.waitForFunction(() => document.querySelector(".notice")?.textContent?.includes("batch"));
    await tab.page.waitForFunction(() => document.querySelectorAll(".chip").length === 4);
  });
});

test("a link that needs a file says so at once; a finished race is not paused after a reload; a key asks before it ends a race, and letters can be switched off", async () => {
  const lacking = await visiting.open(small({ dataset: "houses.csv" }));
  await lacking.page.waitForFunction(() =>
    document.querySelector(".notice")?.textContent?.includes("houses.csv"),
  );

  const tab = await visiting.open(small({ epochs: "3" }, ["relu"]));
  const { page } = tab;
  await tab.click("#play");
  await tab.until("done");
  await new Promise((resolve) => setTimeout(resolve, 2000)); // it is stored
  await page.reload();
  expect(await tab.until("kept")).toEqual({ status: "kept", step: 3 });
  await page.waitForFunction(() => document.getElementById("status")?.textContent?.includes("finished"));
  expect(await tab.text("#status")).not.toMatch(/paused/i);

  const asked: string[] = [];
  page.on("dialog", (dialog) => {
    asked.push(dialog.type());
    void dialog.dismiss();
  });
  const long = small({ epochs: "100000" }, ["tanh"]);
  await page.evaluate((to) => void (location.hash = to), long);
  await page.waitForFunction(() => location.hash.includes("tanh"));
  await tab.click("#play");
  await tab.until("running");
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press("r");
  await page.waitForFunction(() => Number(document.getElementById("status")?.dataset["step"]) > 3);
  expect(asked).toEqual(["confirm"]);
  expect((await tab.status()).status).toBe("running");
  await tab.click("#play");
  const { step } = await tab.until("paused");

  await tab.click("#help");
  await tab.click("dialog input[type=checkbox]");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.querySelector("dialog[open]") === null);
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press("s");
  await page.keyboard.press("2");
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await tab.status()).toEqual({ status: "paused", step });
  expect(await page.evaluate(() => location.hash)).not.toContain("room=inside");
});

test("where the curves are zoomed in, they stay so while the race goes on; a double click shows all again", async () => {
  const tab = await visiting.open(small({ epochs: "100000" }, ["relu"]));
  const { page } = tab;
  await tab.click("#play");
  await page.waitForFunction(() => Number(document.getElementById("status")?.dataset["step"]) > 60);
  await page.waitForSelector(".plot .u-over");
  await page.waitForSelector(".lane canvas.surface"); // what may move the plot is there
  /** Moves the pointer to this share of the plot's width, wherever it is now. */
  const move = async (share: number, steps = 2): Promise<[number, number]> => {
    const [x, y] = await page.$eval(
      ".plot .u-over",
      (element, part) => {
        element.scrollIntoView({ block: "center" });
        const { left, top, width, height } = element.getBoundingClientRect();
        return [left + part * width, top + height / 2] as [number, number];
      },
      share,
    );
    await page.mouse.move(x, y, { steps });
    return [x, y];
  };
  /** The step at the plot's right end, as the legend says it. */
  const lastStep = async (): Promise<number> => {
    await move(0.998);
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
    return Number((await tab.text(".u-legend .u-value")).replaceAll(/[^\d]/g, ""));
  };
  await move(0.2);
  await page.mouse.down();
  await move(0.5, 4);
  await page.mouse.up();
  const zoomed = await lastStep();
  const far = (await tab.status()).step + 200;
  await page.waitForFunction(
    (step) => Number(document.getElementById("status")?.dataset["step"]) > step,
    {},
    far,
  );
  // A long curve is drawn with fewer points, so the nearest one may be another.
  expect(Math.abs((await lastStep()) - zoomed)).toBeLessThanOrEqual(20);
  expect(zoomed).toBeLessThan(far - 200);
  await page.mouse.click(...(await move(0.5)), { count: 2 });
  await page.waitForFunction(
    (step) => Number(document.getElementById("status")?.dataset["step"]) > step,
    {},
    far + 50,
  );
  expect(await lastStep()).toBeGreaterThan(far - 50);
});

describe("a formula", () => {
  test("with an error shows it at its column, and cannot race", async () => {
    const tab = await visiting.open();
    await tab.fill("input[name=activation]", "x * tanq(x)");
    await tab.page.waitForSelector("#formula-error pre");
    expect(await tab.page.$eval("#formula-error pre", (e) => (e as HTMLElement).dataset["column"])).toBe("5");
    expect(await tab.text("#formula-error")).toContain("tanh");
    expect(await tab.page.$(".adder button:disabled")).not.toBeNull();
    await expectAccessible(tab, "light", 1280);
  });

  test("without one is drawn with its derivative, and trains", async () => {
    const tab = await visiting.open(small({}, ["relu"]));
    await tab.fill("input[name=activation]", "x * sigmoid(1.7 * x)");
    await tab.page.waitForSelector(".preview svg path.f");
    expect(await tab.text(".preview")).toContain("f′(x)");
    await tab.page.focus("input[name=activation]");
    await tab.page.keyboard.press("Enter");
    await tab.page.waitForFunction(() => document.querySelectorAll(".chip").length === 2);
    await tab.click("#play");
    await tab.until("done");
    const { runners } = await exported(tab);
    expect(runners[1]!.activation).toBe("x * sigmoid(1.7 * x)");
    for (const column of runners[1]!.losses) expect(column.at(-1)!).toBeLessThan(column[0]!);
  });
});

describe("dropped files", () => {
  test("a CSV trains, two NPY files train", async () => {
    const tab = await visiting.open(small({}, ["relu"]));
    const x = Float32Array.from({ length: 120 }, (_, i) => Math.sin(i * 1.7));
    const labels = Uint8Array.from({ length: 60 }, (_, i) => (x[2 * i]! > 0 ? 1 : 0));
    const rows = [...labels].map((label, i) => `${x[2 * i]},${x[2 * i + 1]},${label === 1 ? "up" : "down"}`);
    const csv = [{ name: "waves.csv", content: `a,b,class\n${rows.join("\n")}\n` }];
    const arrays = [
      { name: "x.npy", content: npy("<f4", [60, 2], new Uint8Array(x.buffer)) },
      { name: "y.npy", content: npy("|u1", [60], labels) },
    ];
    for (const files of [csv, arrays]) {
      await drop(tab.page, files);
      await tab.page.waitForFunction((name) => location.hash.includes(name), {}, files[0]!.name);
      await tab.click("#play");
      await tab.page.waitForFunction(() => document.getElementById("status")?.dataset["status"] !== "done");
      await tab.until("done");
      const race = await exported(tab);
      expect(race.facts).toMatchObject({ trainRows: 48, testRows: 12, sample: [2], outputs: 2 });
      expect(race.runners[0]!.evaluations.at(-1)!.accuracy[0]).toBeGreaterThan(0.7);
    }
  });

  test("a model that the page saved is read again: it predicts as it was measured; what fits no data is refused", async () => {
    const tab = await visiting.open(small({ epochs: "20" }, ["relu"]));
    await tab.click("#play");
    await tab.until("done");
    const { runners } = await exported(tab);
    const accuracy = runners[0]!.evaluations.at(-1)!.accuracy[0]!;
    const model = { name: "model.safetensors", content: await tab.downloadBytes("#export-model") };
    const notice = async (part: string): Promise<string> => {
      const says = (text: string): boolean =>
        document.querySelector(".notice")?.textContent?.includes(text) ?? false;
      await tab.page.waitForFunction(says, {}, part);
      return tab.text(".notice");
    };
    await drop(tab.page, [model]);
    expect(await notice("right")).toMatch(
      new RegExp(`^model.safetensors, \\d+ rows: ${(accuracy * 100).toFixed(1)} % right.$`),
    );
    await drop(tab.page, [{ name: "broken.safetensors", content: "no model" }]);
    expect(await notice("could not be used")).toContain("broken.safetensors");
  });

  test("an exported race is shown; another file is refused", async () => {
    const tab = await visiting.open();
    await drop(tab.page, [
      { name: "race.json", content: readFileSync("src/app/lab/recorded/moons.json", "utf8") },
    ]);
    await tab.until("recorded");
    await drop(tab.page, [{ name: "race.json", content: `{"format":"actigrad-race-3"}` }]);
    await tab.page.waitForFunction(() => document.querySelector(".notice")?.textContent?.includes("date"));
  });
});

/** Texts of two English words or more, next to elements marked as English; names stand alone, or in lists. */
function englishLeft(): string[] {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const left: string[] = [];
  while (texts.nextNode() !== null) {
    const { textContent, parentElement } = texts.currentNode;
    const foreign = parentElement?.closest("[lang=en], noscript, script, datalist") ?? null;
    const text = textContent ?? "";
    if (foreign === null && /[A-Za-z]{3,} [A-Za-z]{2,}/.test(text) && !/[가-힣]/.test(text)) left.push(text);
  }
  return left;
}

test("Korean by ?lang=ko, and by the switch, without losing the race", async () => {
  const tab = await visiting.open(small({}, ["relu"]), "?lang=ko");
  expect(await tab.text("#play")).toBe("재생");
  await tab.click("#step");
  await tab.until("paused");
  await tab.page.waitForSelector("#ranking");
  expect(await tab.page.evaluate(englishLeft)).toEqual([]);
  await tab.page.select("select[name=language]", "en");
  await tab.page.waitForFunction(() => document.getElementById("play")?.textContent === "Play");
  expect(await tab.status()).toEqual({ status: "paused", step: 1 });
  expect(await tab.page.evaluate(() => [document.documentElement.lang, location.search])).toEqual([
    "en",
    "?lang=en",
  ]);
});

test("by keyboard alone", async () => {
  const tab = await visiting.open(small({}, ["relu"]));
  const { page } = tab;
  await page.keyboard.press("s");
  expect(await tab.until("paused")).toEqual({ status: "paused", step: 1 });
  await page.keyboard.press("?");
  await page.waitForSelector("dialog[open]");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.querySelector("dialog[open]") === null);
  await page.keyboard.press("r");
  await tab.until("idle");
  // The next key may come before the frame in which a closed dialog's control loses the focus.
  await page.keyboard.press("?");
  await page.waitForSelector("dialog[open]");
  await page.evaluate(() => {
    const dialog = document.querySelector("dialog")!;
    const control = dialog.querySelector("input")!;
    dialog.close();
    control.dispatchEvent(new KeyboardEvent("keydown", { key: " ", bubbles: true }));
  });
  await tab.until("done");
  // Every control can be reached by Tab, and shows its focus.
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
