/** Lets Vitest's browser mode run tests in headless Chrome through puppeteer. */
import { defineBrowserProvider } from "@vitest/browser";
import type { CDPSession, Page, Viewport } from "puppeteer";
import type { BrowserCommandContext, BrowserProvider, TestProject } from "vitest/node";
import { type GpuBrowser, launch, type LaunchOptions } from "./launch.ts";
import { surviveCrashes } from "./survive.ts";

/** Vitest 5 sets a page's size by a command that is missing from its own types. */
type Register = (
  name: "__vitest_viewport",
  command: (context: BrowserCommandContext, size: Viewport) => Promise<void>,
) => void;

class PuppeteerProvider implements BrowserProvider {
  readonly name = "puppeteer";
  readonly supportsParallelism = false; // one GPU, one page at a time
  readonly #options: LaunchOptions;
  readonly #pages = new Map<string, Page>();
  #browser: GpuBrowser | undefined;

  constructor(project: TestProject, options: LaunchOptions) {
    this.#options = options;
    surviveCrashes(project);
    const { browser } = project;
    const register = browser?.registerCommand.bind(browser) as Register | undefined;
    register?.("__vitest_viewport", async ({ sessionId }, size) => {
      await this.#pages.get(sessionId)?.setViewport(size);
    });
  }

  getCommandsContext(): Record<string, unknown> {
    return {};
  }

  async openPage(sessionId: string, url: string): Promise<void> {
    this.#browser ??= await launch(this.#options);
    await this.#pages
      .get(sessionId)
      ?.close()
      .catch(() => undefined); // a crashed one
    const page = await this.#browser.newPage(url);
    this.#pages.set(sessionId, page);
  }

  async getCDPSession(sessionId: string): Promise<CDPSession> {
    return this.#pages.get(sessionId)!.createCDPSession();
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    this.#browser = undefined;
  }
}

/**
 * The provider for `test.browser.provider`; `gpuTests` sets it.
 * @throws ActigradError "no-gpu", when the first page opens, without puppeteer or a browser that starts
 */
export const puppeteer = (options: LaunchOptions = {}) =>
  defineBrowserProvider({
    name: "puppeteer",
    supportedBrowser: ["chrome"],
    providerFactory: (project) => new PuppeteerProvider(project, options),
  });
