/** actigrad/testing/launch: what is relaunched, and what is refused. */
import type { Page } from "puppeteer";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type GpuBrowser, launch, launchBrowser } from "../../src/testing/launch.ts";
import { type BrowserPart, browserPart, processes } from "../support/browser-process.ts";

let browser: GpuBrowser;
beforeAll(async () => {
  browser = await launch({ gpu: "software" });
});
afterAll(() => browser.close());

/** Whether its GPU computes. */
const works = (page: Page): Promise<boolean> =>
  page.evaluate(async () => {
    const device = await (await navigator.gpu.requestAdapter())!.requestDevice();
    await device.queue.onSubmittedWorkDone();
    return true;
  });

test.runIf(process.platform !== "win32").each<[string, BrowserPart, NodeJS.Signals, boolean]>([
  ["its GPU process was killed", "gpu-process", "SIGKILL", false],
  ["its GPU process hung", "gpu-process", "SIGSTOP", true],
  ["it was killed", "browser", "SIGKILL", true],
])("a page computes after %s", async (_, part, signal, again) => {
  await works(await browser.newPage());
  const before = browser.browser;
  const killed = browserPart(process.pid, part)!;
  process.kill(killed.pid, signal);
  expect(await works(await browser.newPage())).toBe(true);
  expect(browser.browser !== before, "launched again").toBe(again);
  // Killed, it takes a moment to disappear.
  await expect.poll(() => processes().some(({ pid }) => pid === killed.pid), { timeout: 30_000 }).toBe(false);
});

test("where a GPU is demanded a software adapter is none, nor a browser that looks for one for ever", async () => {
  const flags = ["--use-webgpu-adapter=swiftshader"];
  await expect(launch({ gpu: "hardware", flags })).rejects.toMatchObject({
    code: "no-gpu",
    message: expect.stringMatching(
      /Chrome (offers no adapter|offers only the software adapter .*swiftshader|does not say within 20 s)/i,
    ),
  });
});

test("a launch that is stopped leaves no browser", async () => {
  const pattern = new RegExp(`actigrad-profile-${process.pid}-[\\w-]+`);
  const profiles = () => new Set(processes().flatMap(({ args }) => pattern.exec(args)?.[0] ?? []));
  const before = profiles(); // of the browser that all tests share
  const stop = new AbortController();
  const stopped = launchBrowser({ gpu: "hardware", signal: stop.signal });
  stop.abort();
  await expect(stopped).rejects.toMatchObject({ code: "aborted" });
  // Killed, it takes a moment to disappear.
  await expect.poll(profiles, { timeout: 30_000 }).toEqual(before);
});
