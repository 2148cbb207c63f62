import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser } from "puppeteer";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { launchBrowser } from "../../src/testing/launch.ts";
import { LabTab, type Site, serveSite } from "./site.ts";

let site: Site;
let browser: Browser;

beforeAll(async () => {
  site = await serveSite(inject("labFolder"));
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  site?.close();
});

/** Whether a lane shows the decisions of a network in training. */
const TRAINED = `document.querySelector(".stage")?.dataset.stage === "live" &&
  [...document.querySelectorAll(".lane:has(canvas.surface)")].some(({ dataset }) => dataset.step > 0)`;

test("the first load, before a race, is at most 130 KiB of script, gzipped, and nothing comes from elsewhere", async () => {
  const tab = await LabTab.open(browser, "about:blank");
  await tab.page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]); // nothing starts by itself
  const urls: string[] = [];
  tab.page.on("request", (request) => urls.push(request.url()));
  await tab.page.goto(site.url);
  await tab.page.waitForSelector("#play:not([disabled])");
  await tab.page.waitForSelector(".lane canvas.surface"); // of the clip
  const loaded = urls.filter((url) => url.endsWith(".js")).map((url) => url.split("/").at(-1)!);
  const scripts = readdirSync(join(site.folder, "assets"));
  // The worker's own requests may be missing from the page's.
  const worker = scripts.find((name) => /^worker-.*\.js$/.test(name))!;
  const sizes = [...new Set([...loaded, worker])].map(
    (name) => gzipSync(readFileSync(join(site.folder, "assets", name)), { level: 9 }).length,
  );
  expect(sizes.length).toBeGreaterThan(1);
  const total = sizes.reduce((a, b) => a + b, 0);
  process.stderr.write(`first load: ${(total / 1024).toFixed(1)} KiB of script, gzipped\n`);
  expect(total).toBeLessThanOrEqual(130 * 1024);
  const origin = new URL(site.url).origin;
  const own = ["data:", origin, `blob:${origin}`];
  expect(urls.filter((url) => !own.some((start) => url.startsWith(start)))).toEqual([]);
  const csp = await tab.page.$eval("meta[http-equiv=Content-Security-Policy]", (meta) =>
    meta.getAttribute("content"),
  );
  expect(csp).not.toContain("unsafe");
  await tab.close();
});

const TRACED = {
  categories: ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline", "__metadata"],
};

/** Steps over which drawing is measured. */
const DRAWN_STEPS = 8;

interface MainThread {
  /** Milliseconds of CPU of each task since the tracing started. */
  readonly tasks: readonly number[];
  /** Drawings. */
  readonly frames: number;
}

async function traced(tab: LabTab): Promise<MainThread> {
  const text = new TextDecoder().decode(await tab.page.tracing.stop());
  const { traceEvents } = JSON.parse(text) as { traceEvents: TraceEvent[] };
  return mainThread(traceEvents, site.url);
}

/** Milliseconds from now until a condition of the page holds. */
async function timed(tab: LabTab, condition: string): Promise<number> {
  const begin = performance.now();
  await tab.page.waitForFunction(condition, { polling: 20, timeout: 120_000 });
  return performance.now() - begin;
}

/** CPU seconds used by the GPU process so far. */
async function gpuSeconds(): Promise<number> {
  const session = await browser.target().createCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo.find(({ type }) => type === "GPU")!.cpuTime;
}

/** Of the page's own process, including its worker. */
async function pageSeconds({ page }: LabTab): Promise<number> {
  const session = await page.createCDPSession();
  await session.send("Performance.enable");
  const { metrics } = await session.send("Performance.getMetrics");
  await session.detach();
  return metrics.find(({ name }) => name === "ProcessTime")!.value;
}

test("on arrival a clip moves, then a race starts by itself, whose first surface and whose drawing cost little CPU (wall time is reported, not judged)", async () => {
  const tab = await LabTab.open(browser, "about:blank");
  tab.page.setDefaultTimeout(120_000); // a busy machine compiles slowly
  await tab.page.tracing.start(TRACED);
  const begin = performance.now();
  const before = await gpuSeconds();
  await tab.page.goto(site.url);
  const loaded = performance.now() - begin;
  const moves = await timed(tab, `document.querySelector(".lanes")?.dataset.frame > 0 || ${TRAINED}`);
  const surface = await timed(tab, TRAINED);
  const spent = (await gpuSeconds()) - before + (await pageSeconds(tab));
  await tab.page.waitForSelector(".plot canvas");
  const arrival = await traced(tab);
  const { step } = await tab.status();
  await tab.page.tracing.start(TRACED);
  await timed(tab, `Number(document.getElementById("status").dataset.step) > ${step + DRAWN_STEPS}`);
  const steady = await traced(tab);
  // The very first picture is laid out in one task. The goal is 50 ms; next to other tests a busy machine takes twice the CPU.
  const [first = 0, ...rest] = arrival.tasks.toSorted((a, b) => b - a);
  const longest = Math.max(...rest, ...steady.tasks);
  const drawing = steady.tasks.reduce((a, b) => a + b, 0) / steady.frames;
  process.stderr.write(
    `loaded after ${loaded.toFixed(0)} ms, moves ${moves.toFixed(0)} ms later, a trained surface ${surface.toFixed(0)} ms after that, at ${spent.toFixed(1)} s of CPU; first picture ${first.toFixed(1)} ms of CPU, longest task after it ${longest.toFixed(1)} ms, ${drawing.toFixed(1)} ms a drawing (of ${steady.frames})\n`,
  );
  expect(steady.frames).toBeGreaterThan(0);
  expect(spent).toBeLessThanOrEqual(6);
  // At five drawings per second 15 % of a core; the training on a software adapter uses all of them.
  expect(drawing).toBeLessThanOrEqual(30);
  expect(first).toBeLessThanOrEqual(150);
  expect(longest).toBeLessThanOrEqual(100);
  await tab.close();
});

interface Frame {
  readonly url?: string;
  readonly processId?: number;
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of the thread's own CPU time. */
  readonly tdur?: number;
  readonly args?: {
    readonly name?: string;
    /** For a frame that exists at the start, or appears. */
    readonly data?: Frame & { readonly frames?: readonly Frame[] };
  };
}

/** Work of the page's main thread; other tabs and spare processes have their own. */
function mainThread(events: readonly TraceEvent[], url: string): MainThread {
  const frames = events.flatMap(({ args }) => [args?.data, ...(args?.data?.frames ?? [])]);
  const process = frames.find(
    (frame) => frame?.url?.startsWith(url) && frame.processId !== undefined,
  )!.processId!;
  const main = events.find(
    ({ name, pid, args }) => name === "thread_name" && pid === process && args?.name === "CrRendererMain",
  )!.tid;
  const own = events.filter((e) => e.pid === process && e.tid === main);
  return {
    tasks: own
      .filter(({ name }) => name === "ThreadControllerImpl::RunTask")
      .map(({ tdur = 0 }) => tdur / 1000),
    frames: own.filter(({ name }) => name === "FireAnimationFrame").length,
  };
}
