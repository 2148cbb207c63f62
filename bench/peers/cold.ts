/** Times the first step of the smallest pages, each alone in a browser with a fresh profile, and follows their buffers. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "puppeteer";
import { launchBrowser, type LaunchOptions } from "../../src/host/browser.ts";
import { quartiles } from "../../src/core/statistics.ts";
import type { BufferBytes } from "./counts.ts";
import { bundle, bundledPages, gzipBytes, SCRIPT, type Files } from "./pages.ts";
import type { PeerName, SmallestPage } from "./result.ts";

/** Each has a script of the same name in smallest/. */
const contenders = ["actigrad", "tfjs", "jax"] as const satisfies PeerName[];

/** Steps that a page trains while its buffers are followed. */
const STEPS = 32;

export interface ColdOptions {
  /** Fresh browsers for each page. */
  readonly starts: number;
  readonly browser: LaunchOptions;
  readonly signal: AbortSignal;
  readonly begin: (doing: string) => void;
  readonly done: (seconds: number) => void;
}

interface PeerPage {
  readonly peer: PeerName;
  readonly files: Files;
  readonly served: Set<string>;
  readonly coldMs: number[];
  found?: Pick<SmallestPage, "peakBytes" | "liveBytes">;
  problem?: string;
}

/** Every round starts each page once, in turn, so that other load on the machine affects all of them. */
export async function smallestPages(options: ColdOptions): Promise<SmallestPage[]> {
  const { starts, signal, begin, done } = options;
  begin("bundling the smallest pages");
  const tracker = await bundle("bench/peers/smallest/track.ts");
  const pages: PeerPage[] = [];
  for (const peer of contenders) {
    const files = await bundle(`bench/peers/smallest/${peer}.ts`);
    pages.push({ peer, files, served: new Set(), coldMs: [] });
  }
  // The first, untimed visit follows buffers, which costs time, and records which files a page loads.
  for (let round = 0; round <= starts; round++) {
    for (const own of pages) {
      if (signal.aborted) break;
      if (own.problem !== undefined) continue;
      begin(`cold start ${round + 1} of ${starts + 1}, ${own.peer}`);
      const from = performance.now();
      await visit(own, options, round === 0 ? tracker : undefined);
      done((performance.now() - from) / 1000);
    }
  }
  return pages.map(({ peer, files, served, coldMs, found, problem }) => {
    const cold = quartiles(coldMs);
    return {
      peer,
      gzipBytes: gzipBytes(files, served),
      files: served.size,
      coldMs,
      ...(cold && { cold }),
      ...found,
      ...(problem !== undefined && { problem }),
    };
  });
}

async function visit(own: PeerPage, options: ColdOptions, tracker?: Files): Promise<void> {
  const { server, url } = await serve(own, tracker);
  let browser: Browser | undefined;
  try {
    browser = await launchBrowser(options.browser);
    const page = await browser.newPage();
    const failed = new Promise<never>((_, reject) => void page.on("pageerror", reject));
    await Promise.race([observe(page, url, own, tracker !== undefined), failed]);
  } catch (failure) {
    own.problem = failure instanceof Error ? failure.message : String(failure);
  } finally {
    await browser?.close();
    server.close();
    server.closeAllConnections();
  }
}

async function observe(page: Page, url: string, own: PeerPage, counted: boolean): Promise<void> {
  await page.goto(url);
  await page.waitForFunction("window.firstStep !== undefined", { timeout: 60_000 });
  const ms = await page.evaluate(() => window.firstStep!);
  if (!counted) return void own.coldMs.push(ms);
  await page.evaluate((steps) => window.train!(steps), STEPS);
  const { peak, live } = (await page.evaluate(() => ({ ...window.buffers }))) as BufferBytes;
  own.found = { peakBytes: peak, liveBytes: live };
}

/** Serves the page and its files, with the tracker's script first if there is one. */
async function serve({ files, served }: PeerPage, tracker?: Files): Promise<{ server: Server; url: string }> {
  const track =
    tracker === undefined ? "" : `<script>${new TextDecoder().decode(tracker.get(SCRIPT))}</script>`;
  const html = `<!doctype html><meta charset="utf-8"><title>smallest</title><link rel="icon" href="data:,">
    ${track}<script type="module" src="${SCRIPT}"></script>`;
  const pages = bundledPages(files, served);
  const server = createServer((request, response) => {
    if (request.url === "/") response.setHeader("Content-Type", "text/html").end(html);
    else pages.serve(request, response, () => response.writeHead(404).end());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}
