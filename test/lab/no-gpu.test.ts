import type { Browser } from "puppeteer";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "../../src/cli/browser.ts";
import { LabTab, type Site, buildSite } from "./site.ts";

let site: Site;

beforeAll(async () => {
  site = await buildSite();
}, 60_000);

afterAll(() => site?.close());

/** Opens the page in a browser of its own, and waits for the reason why nothing can be trained. */
async function reasonIn(
  flags: readonly string[],
  url: string,
  act?: (browser: Browser, tab: LabTab) => Promise<void>,
) {
  const browser = await launchBrowser({ flags });
  try {
    const tab = await LabTab.open(browser, url);
    await act?.(browser, tab);
    await tab.page.waitForSelector("#no-gpu", { timeout: 20_000 });
    await tab.until("recorded paused kept failed");
    const reason = await tab.page.$eval("#no-gpu", (element) => (element as HTMLElement).dataset["reason"]);
    const { status } = await tab.status();
    const rows = await tab.page.$$eval("#ranking tbody tr", (all) => all.length);
    const disabled = await tab.page.$eval("#play", (button) => (button as HTMLButtonElement).disabled);
    return { reason, status, rows, disabled };
  } finally {
    await browser.close();
  }
}

test("no adapter: the reason, and a recorded run to look at", async () => {
  const found = await reasonIn(["--use-webgpu-adapter=none", "--disable-software-rasterizer"], site.url);
  expect(found).toEqual({ reason: "no-adapter", status: "recorded", rows: 4, disabled: true });
});

test("an insecure page: the reason, and a recorded run to look at", async () => {
  const url = site.url.replace("127.0.0.1", "lab.test");
  const found = await reasonIn(["--host-resolver-rules=MAP lab.test 127.0.0.1"], url);
  expect(found).toEqual({ reason: "insecure", status: "recorded", rows: 4, disabled: true });
});

test("a GPU that crashes is asked for again; one that goes on crashing is blocked, and that is said", async () => {
  const hash = "#v=1&dataset=spirals:n=100&batch=100&epochs=100000";
  const crash = async (browser: Browser, tab: LabTab): Promise<void> => {
    await tab.page.waitForSelector("#play:not([disabled])");
    const session = await browser.target().createCDPSession();
    for (let i = 0; i < 5 && (await tab.page.$("#no-gpu")) === null; i++) {
      await tab.click("#play");
      const trains = `Number(document.getElementById("status")?.dataset.step) > 3`;
      await tab.page.waitForFunction(`${trains} || document.getElementById("no-gpu") !== null`);
      void session.send("Browser.crashGpuProcess").catch(() => undefined);
      await tab.until("failed recorded");
      if (i === 0) expect(await tab.text(".transport")).toContain("The GPU was lost");
      await new Promise((resolve) => setTimeout(resolve, 500)); // the adapter's answer
    }
  };
  const found = await reasonIn(["--disable-gpu-process-crash-limit"], `${site.url}${hash}`, crash);
  expect(found).toMatchObject({ reason: "blocked", rows: 4, disabled: true });
});
