import type { Browser } from "puppeteer";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { readResult } from "../../bench/baseline.ts";
import { launchBrowser } from "../../src/testing/launch.ts";
import { serveLocally } from "../../src/host/serve.ts";
import { LabTab, type Site, serveSite } from "./site.ts";
import { exported, small } from "./visits.ts";

let site: Site;
let browser: Browser;

beforeAll(async () => {
  site = await serveSite(inject("labFolder"));
  const flags = ["--disable-gpu-process-crash-limit", "--disable-domain-blocking-for-3d-apis"];
  browser = await launchBrowser({ flags });
});

afterAll(async () => {
  await browser?.close();
  site?.close();
});

const visit = async (hash: string): Promise<LabTab> => {
  const tab = await LabTab.open(browser, `${site.url}${hash}`);
  await tab.page.waitForSelector("#play:not([disabled])");
  return tab;
};

const step = async (tab: LabTab, least: number): Promise<number> => {
  await tab.page.waitForFunction(
    (n) => Number(document.getElementById("status")?.dataset["step"]) >= n,
    { timeout: 200_000 },
    least,
  );
  return (await tab.status()).step;
};

/** Kills of the GPU process in one race. */
const kills = Number(process.env["ACTIGRAD_KILLS"] ?? 1);

test("a race goes on where the GPU crashes, the worker dies, and the page is reloaded: the same losses", async () => {
  const hash = small({ epochs: "1500" }, ["relu"]);
  const plain = await visit(hash);
  await plain.click("#play");
  await plain.until("done");
  const { runners } = await exported(plain);
  await plain.close();

  const tab = await visit(hash);
  await tab.page.select("select[name=pace]", "10");
  await tab.click("#play");
  const session = await browser.target().createCDPSession();
  let before = await step(tab, 80); // there has been a snapshot
  const goesOnAfter: number[] = [];
  for (let kill = 0; kill < kills; kill++) {
    const begin = performance.now();
    void session.send("Browser.crashGpuProcess").catch(() => undefined);
    await step(tab, before + 2); // one may have been on its way
    goesOnAfter.push(Math.round(performance.now() - begin));
    before = await step(tab, before + 20);
    expect(before).toBeLessThan(1500);
  }
  if (kills > 1) process.stdout.write(`goes on after ${goesOnAfter.join(", ")} ms\n`);
  expect((await tab.status()).status).toBe("running");
  const [worker] = tab.page.workers();
  const far = await step(tab, 0);
  await worker!.evaluate(() => setTimeout(() => void Promise.reject(new Error("out of memory"))));
  await worker!.close(); // nobody is told
  await tab.page.waitForFunction(() => document.querySelector(".notice") !== null, { timeout: 120_000 });
  await step(tab, far + 10);
  await tab.click("#play");
  const paused = await tab.until("paused");
  await tab.page.reload();
  expect(await tab.until("kept")).toEqual({ status: "kept", step: paused.step });
  await tab.page.select("select[name=pace]", "0");
  await tab.page.waitForSelector("#play:not([disabled])");
  await tab.click("#play");
  await tab.until("done");
  expect((await exported(tab)).runners.map(({ losses }) => losses)).toEqual(
    runners.map(({ losses }) => losses),
  );
  await tab.close();
});

test("a contest goes on where the GPU crashes and the worker dies: the same cells", async () => {
  const tab = await visit(
    small({ dataset: "moons:n=40", tasks: "own", seeds: "5" }, ["relu", "tanh", "silu"]),
  );
  const at = (state: string): Promise<unknown> =>
    tab.page.waitForSelector(`#contest-status${state}`, { timeout: 250_000 });
  const cells = async (): Promise<unknown> => {
    await at("[data-running=false]");
    const { complete, results } = readResult(await tab.download("#contest-json"), "the page's file");
    expect(complete).toBe(true);
    return results.contest!.tasks[0]!.cells.map((cell) => ({ ...cell, stepMs: 0 }));
  };
  await tab.click("#room-contest");
  await tab.click("#contest");
  await at("[data-done='1']");
  const session = await browser.target().createCDPSession();
  void session.send("Browser.crashGpuProcess").catch(() => undefined);
  await at("[data-done='2']");
  const [worker] = tab.page.workers();
  await worker!.evaluate(() => setTimeout(() => void Promise.reject(new Error("out of memory"))));
  await worker!.close(); // nobody is told
  const interrupted = await cells();
  await tab.click("#contest"); // all of it again
  await at("[data-running=true]");
  expect(interrupted).toEqual(await cells());
  await tab.close();
});

test("the page and its worker send nothing anywhere else", async () => {
  let asked = 0;
  const elsewhere = await serveLocally((_, response) => {
    asked++;
    response.end();
  });
  const tab = await visit(small({}, ["relu"]));
  const [worker] = tab.page.workers();
  const reach = (url: string): Promise<string> =>
    fetch(url, { mode: "no-cors" }).then(
      () => "reached",
      () => "refused",
    );
  expect(await worker!.evaluate(reach, elsewhere.origin)).toBe("refused");
  expect(await tab.page.evaluate(reach, elsewhere.origin)).toBe("refused");
  expect(await worker!.evaluate(reach, site.url)).toBe("reached");
  expect(asked).toBe(0);
  elsewhere.close();
  await tab.close();
});

test("each tab keeps its own race, and lists those of others, which can be deleted", async () => {
  const one = await visit(small({}, ["relu"]));
  const two = new LabTab(await one.page.browserContext().newPage());
  await two.page.goto(`${site.url}${small({}, ["tanh"])}`);
  await two.page.waitForSelector("#play:not([disabled])");
  for (const [tab, steps] of [
    [one, 1],
    [two, 2],
  ] as const)
    for (let i = 1; i <= steps; i++) {
      await tab.page.bringToFront();
      await tab.click("#step");
      await step(tab, i);
      await tab.until("paused");
    }
  await new Promise((resolve) => setTimeout(resolve, 2000)); // both are written
  for (const [tab, own, activation] of [
    [one, 1, "relu"],
    [two, 2, "tanh"],
  ] as const) {
    await tab.page.bringToFront();
    await tab.page.reload();
    expect(await tab.until("kept")).toEqual({ status: "kept", step: own });
    expect((await exported(tab)).setup).toMatchObject({ activations: [activation] });
  }
  expect(await two.text("#other-races")).toMatch(/^spirals:n=100, relu: step 1, /);
  await two.click("#other-races button");
  await two.page.waitForFunction(() => document.getElementById("status")?.dataset["step"] === "1");
  // What is deleted stays away.
  await two.click("#other-races .forget");
  await two.page.waitForFunction(() => document.getElementById("other-races") === null);
  await two.page.reload();
  await two.until("kept");
  expect(await two.page.$("#other-races")).toBeNull();
  await one.close();
});
