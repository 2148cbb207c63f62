/** The lab page as deployed: built into its own folder and served from 127.0.0.1. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "puppeteer";
import { createBuilder } from "vite";
import { sendFile } from "../../src/host/pages.ts";
import { type LocalServer, serveLocally } from "../../src/host/serve.ts";

export interface Site {
  readonly folder: string;
  /** `http://127.0.0.1:PORT/index.html` */
  readonly url: string;
  close(): void;
}

/** Builds the page into its own folder, which the caller removes. */
export async function buildFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "actigrad-lab-"));
  const builder = await createBuilder({ logLevel: "error", build: { outDir: folder, emptyOutDir: true } });
  const { client } = builder.environments;
  client!.config.build.outDir = folder;
  await builder.build(client!);
  return folder;
}

/** A name under which the page is not a secure context, for tests that map it to 127.0.0.1. */
export const INSECURE_HOST = "lab.test";

/** Serves a built page from 127.0.0.1. */
export async function serveSite(folder: string): Promise<Site> {
  const { origin, close } = await serveFolder(folder);
  return { folder, url: `${origin}/index.html`, close };
}

/** Builds and serves the page for a function, and removes it. */
export async function withSite<T>(use: (site: Site) => Promise<T>): Promise<T> {
  const folder = await buildFolder();
  const site = await serveSite(folder);
  try {
    return await use(site);
  } finally {
    site.close();
    rmSync(folder, { recursive: true });
  }
}

const serveFolder = (folder: string): Promise<LocalServer> =>
  serveLocally(
    (_, response, { path }) => {
      if (!sendFile(folder, path, response)) response.writeHead(404).end();
    },
    { hosts: [INSECURE_HOST] },
  );

/** The status line's state and step. */
export interface Status {
  readonly status: string;
  readonly step: number;
}

/** A tab with the lab page in it. */
export class LabTab {
  readonly page: Page;
  /** Uncaught errors, and the console's complaints. */
  readonly faults: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on("pageerror", (error) => this.faults.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") this.faults.push(message.text());
    });
  }

  static async open(browser: Browser, url: string): Promise<LabTab> {
    const context = await browser.createBrowserContext(); // with its own IndexedDB and storage
    const tab = new LabTab(await context.newPage());
    await tab.page.setViewport({ width: 1280, height: 1000 });
    await tab.page.goto(url);
    return tab;
  }

  async close(): Promise<void> {
    await this.page.browserContext().close();
  }

  async click(selector: string): Promise<void> {
    await this.page.locator(selector).click();
  }

  /** Types into a field whose content it replaces. */
  async fill(selector: string, text: string): Promise<void> {
    await this.page.locator(selector).fill(text);
  }

  async status(): Promise<Status> {
    return this.page.$eval("#status", (element) => {
      const { status = "", step } = (element as HTMLElement).dataset;
      return { status, step: Number(step) };
    });
  }

  /** Waits for one of these states. @throws with what the page shows if it does not come */
  async until(states: string, timeout = 120_000): Promise<Status> {
    const wanted = states.split(" ");
    try {
      await this.page.waitForFunction(
        (all) => all.includes(document.getElementById("status")?.dataset["status"] ?? ""),
        { timeout },
        wanted,
      );
    } catch {
      const shown = await this.page.$eval("main", (element) => (element as HTMLElement).innerText);
      throw new Error(
        `no ${states} within ${timeout} ms; the page shows:\n${shown}\n${this.faults.join("\n")}`,
      );
    }
    return this.status();
  }

  text(selector: string): Promise<string> {
    return this.page.$eval(selector, (element) => (element as HTMLElement).innerText);
  }

  /** The file that a button offers. */
  async download(selector: string): Promise<string> {
    return new TextDecoder().decode(Uint8Array.from(await this.downloadBytes(selector)));
  }

  /** Its bytes. */
  async downloadBytes(selector: string): Promise<number[]> {
    const bytes = this.page.evaluate(
      () =>
        new Promise<number[]>((resolve) => {
          const create = URL.createObjectURL;
          URL.createObjectURL = (blob: Blob) => {
            URL.createObjectURL = create;
            void blob.arrayBuffer().then((buffer) => resolve([...new Uint8Array(buffer)]));
            return create(blob);
          };
        }),
    );
    await this.page.$eval(selector, (element) => (element as HTMLElement).click());
    return bytes;
  }
}
