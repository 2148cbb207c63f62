import { readFileSync } from "node:fs";
import type { Browser, Page } from "puppeteer";
import { createServer, type ViteDevServer } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "../../src/testing/launch.ts";
import { mnistFolder } from "../../src/host/grants.ts";
import { type LocalServer, serveLocally } from "../../src/host/serve.ts";
import type { Killed, Killing } from "./crash-page.ts";

let [vite, server, browser, page]: [ViteDevServer?, LocalServer?, Browser?, Page?] = [];

beforeAll(async () => {
  vite = await createServer({
    configFile: false,
    appType: "custom",
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
  });
  const html = '<!doctype html><title>x</title><script type="module" src="/test/cli/crash-page.ts"></script>';
  server = await serveLocally((request, response, { path, search }) => {
    if (path === "/") response.writeHead(200, { "Content-Type": "text/html" }).end(html);
    else if (path === "/file") response.end(readFileSync(search.get("path")!));
    else vite!.middlewares(request, response, () => response.writeHead(404).end());
  });
  browser = await launchBrowser({
    flags: ["--disable-domain-blocking-for-3d-apis", "--disable-gpu-process-crash-limit"],
  });
  const control = await browser.target().createCDPSession();
  page = await browser.newPage();
  // This command never answers.
  await page.exposeFunction(
    "killGpuProcess",
    () => void control.send("Browser.crashGpuProcess").catch(() => undefined),
  );
  await page.goto(server.origin);
  await page.waitForFunction(() => "trainUnderKills" in window);
});

afterAll(async () => {
  await browser?.close();
  server?.close();
  await vite?.close();
});

const run = (killing: Killing): Promise<Killed> => page!.evaluate((k) => window.trainUnderKills(k), killing);

/** All of MNIST takes minutes: set ACTIGRAD_KILLS=10 for ten kills during such a training. */
const kills = Number(process.env["ACTIGRAD_KILLS"] ?? 0);

test(
  "a training goes on when the GPU process is killed, and ends with the same bits",
  async () => {
    const folder = mnistFolder();
    const killing: Killing =
      kills > 0
        ? {
            dataset: "mnist",
            ...(folder !== undefined && { mnistFolder: folder }),
            hidden: [256, 128],
            steps: 937,
            kills: Array.from({ length: kills }, (_, i) => Math.round(((i + 0.7) * 900) / kills)),
            everySeconds: 1,
          }
        : { dataset: "spirals", hidden: [32], steps: 3000, kills: [300, 1300], everySeconds: 0.1 };
    const { same, recovered, seconds } = await run(killing);
    if (kills > 0) process.stdout.write(`${JSON.stringify({ recovered, seconds }, null, 1)}\n`);
    expect(same).toEqual({ losses: true, states: true, evaluation: true });
    expect(recovered.length).toBe(killing.kills.length);
    for (const { reason } of recovered) expect(reason).toMatch(/the GPU device was lost/);
  },
  kills > 0 ? 3_600_000 : 300_000,
);
