/** Opens a page with a WebGPU adapter, or says why there is none. */
import type { Browser, Page } from "puppeteer";
import { isSoftware } from "../core/adapter.ts";

/** Seconds that a slow machine's driver may take to start. Without a GPU, Chrome may search for one forever. */
const PATIENCE = 20;

/** Requirements on the adapter. */
export interface Wanted {
  /** Whether to refuse an adapter that computes on the CPU. Default false. */
  readonly hardware?: boolean;
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens an empty page, in a secure context, with the wanted WebGPU adapter. Without one, the caller kills the browser, since a
 * browser whose GPU process hangs may not close.
 * @returns the page, or what the browser does instead: "offers no adapter"
 */
export async function openWithAdapter(browser: Browser, wanted: Wanted = {}): Promise<Page | string> {
  const opened = open(browser, wanted.hardware ?? false).catch(
    (error: unknown) => `opens no page: ${error instanceof Error ? error.message : String(error)}`,
  );
  let end: (reason: string) => void = () => undefined;
  const ended = new Promise<string>((resolve) => (end = resolve));
  const late = setTimeout(end, PATIENCE * 1000, `does not say within ${PATIENCE} s which adapter it has`);
  const stop = (): void => end("was stopped");
  wanted.signal?.addEventListener("abort", stop);
  if (wanted.signal?.aborted) stop();
  try {
    return await Promise.race([opened, ended]);
  } finally {
    clearTimeout(late);
    wanted.signal?.removeEventListener("abort", stop);
  }
}

async function open(browser: Browser, hardware: boolean): Promise<Page | string> {
  const page = await emptyPage(browser);
  const info = await page.evaluate(async () => {
    const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
    if (!adapter) return undefined;
    const { vendor, architecture, description, device } = adapter.info;
    return { vendor, architecture, description, device };
  });
  if (info === undefined) return "offers no adapter";
  if (!hardware || !isSoftware(info)) return page;
  const name = [info.vendor, info.architecture, info.description].filter(Boolean).join(" ");
  return `offers only the software adapter ${name}`;
}

/** An empty page on an intercepted localhost, which is a secure context and needs no server. */
export async function emptyPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage();
  await page.setRequestInterception(true);
  page.on("request", (request) => void request.respond({ contentType: "text/html", body: "" }));
  await page.goto("http://localhost/");
  return page;
}
