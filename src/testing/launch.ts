/** actigrad/testing/launch: headless Chrome with working WebGPU, for any test runner. Needs the package puppeteer. */
import type { Browser, Page } from "puppeteer";
import { killBrowser, launchBrowser, type LaunchOptions } from "../host/browser.ts";
import { emptyPage, openWithAdapter } from "../host/page-adapter.ts";

export { launchBrowser, type LaunchOptions };
export type { GpuChoice } from "../host/gpu-choice.ts";
export { findBrowser, type Say } from "../host/find-browser.ts";

/** A browser that is relaunched when it, or its GPU process, has died. */
export interface GpuBrowser {
  /**
   * Opens a page in which `navigator.gpu` has an adapter.
   * @param url by default the page is empty, and a secure context
   * @throws ActigradError as `launch`, if the browser has to be relaunched
   */
  newPage(url?: string): Promise<Page>;
  /** Puppeteer's browser, valid until the next page is opened. */
  readonly browser: Browser;
  /** Closes the browser with all its pages. */
  close(): Promise<void>;
}

/** With these flags Chrome keeps offering WebGPU after its GPU process has died. */
const crashFlags = ["--disable-domain-blocking-for-3d-apis", "--disable-gpu-process-crash-limit"];

/**
 * Launches headless Chrome over a pipe, on this machine's GPU or on Chrome's software adapter, with the flags that the system
 * needs. Finds Chrome or installs it.
 * @throws ActigradError "no-gpu" without puppeteer, without a browser, if none starts, or with "hardware" without a GPU;
 * "aborted"
 */
export async function launch(options: LaunchOptions = {}): Promise<GpuBrowser> {
  const start = (): Promise<Browser> =>
    launchBrowser({ ...options, flags: [...crashFlags, ...(options.flags ?? [])] });
  let browser = await start();
  return {
    get browser() {
      return browser;
    },
    async newPage(url) {
      if (!browser.connected) browser = await start();
      if (url !== undefined) {
        const page = await browser.newPage();
        await page.goto(url);
        return page;
      }
      const opened = await openWithAdapter(browser);
      if (typeof opened !== "string") return opened;
      await killBrowser(browser); // the GPU process has died and does not come back
      browser = await start();
      return emptyPage(browser);
    },
    close: () => browser.close(),
  };
}
