import type { Browser } from "puppeteer";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { launchBrowser } from "../../src/testing/launch.ts";
import { INSECURE_HOST, LabTab, type Site, serveSite } from "./site.ts";

let site: Site;

beforeAll(async () => {
  site = await serveSite(inject("labFolder"));
});

afterAll(() => site?.close());

/** Waits for the reason why nothing can be trained, and returns what else the page shows. */
async function found(tab: LabTab) {
  await tab.page.waitForSelector("#no-gpu", { timeout: 120_000 });
  const { status } = await tab.until("recorded paused kept failed");
  await tab.page.waitForSelector("#ranking tbody tr");
  const reason = await tab.page.$eval("#no-gpu", (element) => (element as HTMLElement).dataset["reason"]);
  const rows = await tab.page.$$eval("#ranking tbody tr", (all) => all.length);
  const disabled = await tab.page.$eval("#play", (button) => (button as HTMLButtonElement).disabled);
  return { reason, status, rows, disabled };
}

async function inBrowser(flags: readonly string[], act: (browser: Browser) => Promise<void>): Promise<void> {
  const browser = await launchBrowser({ flags });
  try {
    await act(browser);
  } finally {
    await browser.close();
  }
}

test("no adapter, an insecure page: the reason, and a recorded run to look at", async () => {
  const flags = [
    "--use-webgpu-adapter=none",
    "--disable-software-rasterizer",
    `--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1`,
  ];
  await inBrowser(flags, async (browser) => {
    const shown = { status: "recorded", rows: 4, disabled: true };
    expect(await found(await LabTab.open(browser, site.url))).toEqual({ reason: "no-adapter", ...shown });
    const insecure = site.url.replace("127.0.0.1", INSECURE_HOST);
    expect(await found(await LabTab.open(browser, insecure))).toEqual({ reason: "insecure", ...shown });
  });
});

// After how many crashes Chrome stops offering an adapter is up to Chrome; survive.test.ts checks that a race continues before
// that.
test("a GPU that goes on crashing is blocked by Chrome: that is said with what to do, and the race is kept", async () => {
  const hash = "#v=1&dataset=spirals:n=100&batch=100&epochs=100000&replicas=1&a=relu";
  await inBrowser(["--disable-gpu-process-crash-limit"], async (browser) => {
    const tab = await LabTab.open(browser, `${site.url}${hash}`);
    await tab.page.waitForSelector("#play:not([disabled])");
    const session = await browser.target().createCDPSession();
    await tab.click("#play");
    const step = `Number(document.getElementById("status")?.dataset.step)`;
    let least = 3;
    for (let i = 0; i < 5 && (await tab.page.$("#no-gpu")) === null; i++) {
      await tab.page.waitForFunction(`${step} > ${least} || document.getElementById("no-gpu") !== null`);
      void session.send("Browser.crashGpuProcess").catch(() => undefined);
      least = Number(await tab.page.evaluate(step)) + 200; // more than was on its way
    }
    expect(await found(tab)).toMatchObject({ reason: "blocked", rows: 1, disabled: true });
    expect(await tab.text("#no-gpu")).toContain("Restart the browser and open the page again");
  });
});
