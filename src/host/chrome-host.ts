/** Runs jobs in a page of headless Chrome. Bytes travel by HTTP on 127.0.0.1, everything else through puppeteer. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import type { Browser } from "puppeteer";
import { ActigradError } from "../core/errors.ts";
import { fromJson, toJson } from "../core/json.ts";
import { toRecord, type JobRequest, type Outcome } from "./job.ts";
import { type LaunchOptions, launchBrowser } from "./browser.ts";
import type { GrantedFiles } from "./grants.ts";
import type { HostedJob, Place } from "./hosted-job.ts";
import type { Kept } from "./kept.ts";
import type { Pages } from "./pages.ts";
import { type LocalServer, serveLocally } from "./serve.ts";

/** @param launch how the browser is launched @throws ActigradError "no-gpu", "aborted", "device-lost" */
export async function openChrome(launch: LaunchOptions, pages: Pages): Promise<Place> {
  const browser = await launchBrowser(launch);
  const seat: Seat = { job: undefined };
  const { server, url } = await serve(seat, pages).catch(async (error: unknown) => {
    await browser.close();
    throw error;
  });
  const close = async (): Promise<void> => {
    server.close();
    await browser.close();
  };
  try {
    return { run: await openPage(browser, url, seat, launch), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The running job, which receives the page's events and file requests. */
interface Seat {
  job: HostedJob | undefined;
}

/** Opens the jobs' page. @returns a function that runs a job there */
async function openPage(
  browser: Browser,
  url: string,
  seat: Seat,
  { say, headless = true }: LaunchOptions,
): Promise<Place["run"]> {
  const ended = (): ActigradError => lost("the browser ended before the job did");
  const page = await browser.newPage().catch((error: unknown) => {
    throw browser.connected ? error : ended();
  });
  const died = new Promise<never>((_, reject) => {
    page.on("error", () => reject(lost("the browser's page crashed")));
    page.on("pageerror", (error) => reject(error));
    browser.on("disconnected", () => reject(ended()));
  });
  died.catch(() => undefined); // between two jobs nobody awaits it
  const alive = async <T>(doing: Promise<T>): Promise<T> => {
    try {
      return await Promise.race([doing, died]);
    } catch (error) {
      throw browser.connected ? error : ended(); // the pending call may fail before "disconnected" arrives
    }
  };
  page.on("console", (message) => {
    // The job reports files that cannot be loaded, so the browser's message is not repeated.
    const text = message.text();
    if (message.type() === "error" && !text.startsWith("Failed to load resource")) say?.(text);
  });
  await page.exposeFunction("emitEvent", (event: string) => seat.job?.onEvent(fromJson(event)));
  await alive(page.goto(url, { timeout: 120_000 }));
  const host = `${(await alive(browser.version())).replace("/", " ")}${headless ? " headless" : ""}`;

  const abort = (): void => void page.evaluate(() => window.abortJob()).catch(() => undefined);
  return async (job) => {
    const { name, options, mnistFolder } = job;
    const request: JobRequest = {
      name,
      options,
      host,
      ...(mnistFolder === undefined ? {} : { mnistFolder }),
    };
    seat.job = job;
    try {
      const outcome = page.evaluate((text) => window.runJob(text), toJson(request));
      job.signal.addEventListener("abort", abort);
      if (job.signal.aborted) abort();
      return fromJson(await alive(outcome)) as Outcome;
    } finally {
      job.signal.removeEventListener("abort", abort);
      seat.job = undefined;
    }
  };
}

const lost = (what: string): ActigradError =>
  new ActigradError("device-lost", what, { hint: "out of memory? try smaller sizes" });

/** Isolation from other pages gives the page a finer clock, and threads to wasm. */
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/**
 * Serves the page, the granted files and the kept results under a path that nobody else can guess. The page's modules require the
 * cookie that was set with the page.
 */
async function serve(seat: Seat, pages: Pages): Promise<{ server: LocalServer; url: string }> {
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
    else if (path === `${secret}file` && seat.job)
      void exchange(request, response, name, fileParts(seat.job.files));
    else if (path === `${secret}kept` && seat.job) void exchange(request, response, name, seat.job.kept);
    else if (!(request.headers.cookie ?? "").split("; ").includes(cookie)) response.writeHead(403).end();
    else pages.serve(request, response, () => response.writeHead(404).end());
  });
  return { server, url: `${server.origin}${secret}` };
}

const fileParts = ({ read: get, write: put }: GrantedFiles): Kept => ({ get, put });

/** GET returns bytes by name, PUT replaces them; errors are returned as records. */
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
