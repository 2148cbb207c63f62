import { defineBrowserProvider } from "@vitest/browser";
import type { Browser, CDPSession, Page } from "puppeteer";
import type { BrowserProvider } from "vitest/node";
import { launchBrowser } from "../src/host/browser.ts";

/**
 * Workgroup memory keeps what lies there: no kernel of the engine counts on zeros, and SwiftShader spends seconds on
 * compiling the zeros of an array of 16 KiB.
 */
const workgroupMemory = "--enable-dawn-features=disable_workgroup_init";

/** Lets Vitest run tests in the same headless Chrome, with the same flags, as the command line runs its jobs in. */
class PuppeteerProvider implements BrowserProvider {
  readonly name = "puppeteer";
  readonly supportsParallelism = false; // one GPU, one page at a time
  private browser: Browser | undefined;
  private readonly pages = new Map<string, Page>();

  getCommandsContext(): Record<string, unknown> {
    return {};
  }

  async openPage(sessionId: string, url: string): Promise<void> {
    this.browser ??= await launchBrowser({ flags: [workgroupMemory] });
    const page = await this.browser.newPage();
    this.pages.set(sessionId, page);
    await page.goto(url);
  }

  /** For tests that crash the GPU process, say. */
  async getCDPSession(sessionId: string): Promise<CDPSession> {
    return this.pages.get(sessionId)!.createCDPSession();
  }

  async close(): Promise<void> {
    await this.browser?.close();
    this.browser = undefined;
  }
}

export const puppeteer = defineBrowserProvider({
  name: "puppeteer",
  supportedBrowser: ["chrome"],
  providerFactory: () => new PuppeteerProvider(),
});
