/** Runs a job in a page of headless Chrome. Bytes travel by HTTP on 127.0.0.1, everything else by puppeteer. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import type { Browser } from "puppeteer";
import { ActigradError } from "../core/errors.ts";
import { fromJson, toJson } from "../core/json.ts";
import { toRecord, type JobRequest, type Outcome } from "./job.ts";
import { launchBrowser } from "./browser.ts";
import type { GrantedFiles } from "./grants.ts";
import type { HostedJob } from "./hosted-job.ts";
import type { Kept } from "./kept.ts";
import type { Pages } from "./pages.ts";
import { type LocalServer, serveLocally } from "./serve.ts";

export async function runInChrome(job: HostedJob, pages: Pages): Promise<Outcome> {
  const browser = await launchBrowser(job);
  try {
    const { server, url } = await serve(job, pages);
    try {
      return await runOnPage(job, browser, url);
    } finally {
      server.close();
    }
  } finally {
    await browser.close();
  }
}

async function runOnPage(job: HostedJob, browser: Browser, url: string): Promise<Outcome> {
  const ended = (): ActigradError => lost("the browser ended before the job did");
  const page = await browser.newPage().catch((error: unknown) => {
    throw browser.connected ? error : ended();
  });
  const died = new Promise<never>((_, reject) => {
    page.on("error", () => reject(lost("the browser's page crashed")));
    page.on("pageerror", (error) => reject(error));
    browser.on("disconnected", () => reject(ended()));
  });
  page.on("console", (message) => {
    // A file that cannot be read is the job's to report; the browser need not.
    const text = message.text();
    if (message.type() === "error" && !text.startsWith("Failed to load resource")) job.say(text);
  });
  await page.exposeFunction("emitEvent", (event: string) => job.onEvent(fromJson(event)));

  const abort = (): void => void page.evaluate(() => window.abortJob()).catch(() => undefined);
  const run = async (): Promise<Outcome> => {
    await page.goto(url, { timeout: 120_000 });
    job.signal.addEventListener("abort", abort);
    if (job.signal.aborted) abort();
    const host = `${(await browser.version()).replace("/", " ")}${job.headless ? " headless" : ""}`;
    const { name, options, mnistFolder } = job;
    const request: JobRequest = {
      name,
      options,
      host,
      ...(mnistFolder === undefined ? {} : { mnistFolder }),
    };
    const outcome = await page.evaluate((text) => window.runJob(text), toJson(request));
    return fromJson(outcome) as Outcome;
  };
  try {
    return await Promise.race([run(), died]);
  } catch (error) {
    throw browser.connected ? error : ended(); // the call that was under way may hear of it first
  } finally {
    job.signal.removeEventListener("abort", abort);
  }
}

const lost = (what: string): ActigradError =>
  new ActigradError("device-lost", what, { hint: "out of memory? try smaller sizes" });

/** A page isolated from others gets a finer clock, and wasm its threads. */
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/**
 * Serves the page, the granted files and what is kept below a path that nobody else can guess; the page's modules to whoever comes
 * with the cookie that the page got.
 */
async function serve(job: HostedJob, pages: Pages): Promise<{ server: LocalServer; url: string }> {
  const token = randomUUID();
  const secret = `/${token}/`;
  const cookie = `actigrad=${token}`;
  const headers = {
    "Content-Type": "text/html",
    "Set-Cookie": `${cookie}; Path=/; HttpOnly; SameSite=Strict`,
  };
  const html = `<!doctype html><meta charset="utf-8"><title>actigrad</title><link rel="icon" href="data:,">
    <script type="module" src="${pages.script}"></script>`;
  const server = await serveLocally((request, response, { path, search }) => {
    const name = search.get("name") ?? "";
    if (path === secret) response.writeHead(200, { ...headers, ...isolation }).end(html);
    else if (path === `${secret}file`) void exchange(request, response, name, fileParts(job.files));
    else if (path === `${secret}kept`) void exchange(request, response, name, job.kept);
    else if (!(request.headers.cookie ?? "").split("; ").includes(cookie)) response.writeHead(403).end();
    else pages.serve(request, response, () => response.writeHead(404).end());
  });
  return { server, url: `${server.origin}${secret}` };
}

const fileParts = ({ read: get, write: put }: GrantedFiles): Kept => ({ get, put });

/** GET gives bytes by their name, PUT replaces them; an error comes as its record. */
async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  name: string,
  parts: Kept,
): Promise<void> {
  try {
    if (request.method === "PUT") {
      const { buffer: bytes, byteOffset, byteLength } = await buffer(request);
      await parts.put(name, new Uint8Array(bytes as ArrayBuffer, byteOffset, byteLength));
      response.end();
    } else {
      const bytes = await parts.get(name);
      response.writeHead(bytes === undefined ? 204 : 200).end(bytes);
    }
  } catch (error) {
    response.writeHead(500, { "Content-Type": "application/json" }).end(toJson(toRecord(error)));
  }
}
