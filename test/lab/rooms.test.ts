import { expect, test } from "vitest";
import { idxFiles } from "./data-files.ts";
import { drop, expectAccessible, exported, small, visits } from "./visits.ts";

const visiting = visits();

test("Inside: units, saturation and signals of both networks; Space: what one of them makes of the plane", async () => {
  const tab = await visiting.open(small({ room: "inside", focus: "0,1" }));
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

  // The trained network in Space: decisions, bent planes, and the cloud drawn from the training's buffers.
  await tab.page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]); // no turning by itself
  await tab.page.keyboard.press("3");
  const paintedOf = (selector: string): Promise<number> =>
    tab.page.$eval(selector, (element) => {
      const { width, height } = element as HTMLCanvasElement;
      const { data } = (element as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, width, height);
      return data.reduce((count, value, i) => count + (i % 4 === 3 && value > 0 ? 1 : 0), 0);
    });
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

test("four dropped IDX files train a network of images; Space shows its weights, and what it makes of an image", async () => {
  const tab = await visiting.open(
    small({ model: "cnn", room: "space", epochs: "4", replicas: "1" }, ["relu"]),
  );
  await drop(tab.page, idxFiles());
  await tab.page.waitForFunction(() => location.hash.includes("dropped"));
  await tab.click("#play");
  await tab.until("done");
  const { facts, runners } = await exported(tab);
  expect(facts).toMatchObject({ trainRows: 64, testRows: 16, sample: [8, 8], outputs: 2 });
  for (const column of runners[0]!.losses) expect(column.at(-1)!).toBeLessThan(column[0]!);
  await tab.page.waitForFunction(() => document.querySelectorAll("figure .images").length === 3);
  const counts = await tab.page.$$eval("figure .images", (all) =>
    all.map((images) => {
      const [canvas] = [...images.querySelectorAll("canvas")];
      return [images.childElementCount, canvas!.width, canvas!.height];
    }),
  );
  expect(counts).toEqual([
    [16, 3, 3],
    [16, 8, 8],
    [32, 4, 4],
  ]);
  const maps = (): Promise<string> =>
    tab.page.$eval(".maps .images canvas", (canvas) => (canvas as HTMLCanvasElement).toDataURL());
  const before = await maps();
  expect(await tab.page.$$eval(".choice button", (all) => all.length)).toBe(16);
  await tab.click(".choice button:nth-child(2)");
  await tab.page.waitForFunction(
    (old) => document.querySelector<HTMLCanvasElement>(".maps .images canvas")!.toDataURL() !== old,
    {},
    before,
  );
  await expectAccessible(tab, "dark", 360);
});

test("rooms are entries of the history: Back and Forward go through them, and what was set up meanwhile stays", async () => {
  const tab = await visiting.open();
  const { page } = tab;
  const room = (name: string) =>
    page.waitForFunction(
      (wanted) =>
        new URLSearchParams(location.hash.slice(1)).get("room") === wanted &&
        document.querySelector("nav [aria-current=page]")?.id === `room-${wanted}`,
      {},
      name,
    );
  const entries = await page.evaluate(() => history.length);
  await tab.click("#room-inside");
  await room("inside");
  await tab.fill("input[name=hidden]", "6,5");
  await page.waitForFunction(() => location.hash.includes("hidden=6%2C5"));
  await tab.click("#room-kernel");
  await room("kernel");
  expect(await page.evaluate(() => history.length)).toBe(entries + 2); // an edit is none
  await page.goBack();
  await room("inside");
  await page.goBack();
  await page.waitForFunction(() => document.querySelector("nav [aria-current=page]")?.id === "room-race");
  expect(await page.$eval("input[name=hidden]", (input) => (input as HTMLInputElement).value)).toBe("6,5");
  await page.goForward();
  await room("inside");
  // A link opens its room, with its set-up.
  await page.evaluate((to) => void (location.hash = to), small({ room: "space", hidden: "7" }));
  await room("space");
  expect(await page.$eval("input[name=hidden]", (input) => (input as HTMLInputElement).value)).toBe("7");
});

test("the tour has five steps, and Escape ends it", async () => {
  const tab = await visiting.open();
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
  const tab = await visiting.open(small({ room: "kernel" }, ["sigmoid", "x*sigmoid(2*x)"]));
  await tab.click("#bench");
  await tab.page.waitForSelector("#kernel-exactness", { timeout: 120_000 });
  const result = JSON.parse(await tab.download("#kernel-json")) as {
    results: { activations: { sizes: { rows: { name: string; exactness: { forwardUlp: number } }[] }[] } };
  };
  const { rows } = result.results.activations.sizes[0]!;
  expect(rows.map(({ name }) => name)).toEqual(["identity", "sigmoid", "x*sigmoid(2*x)"]);
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
