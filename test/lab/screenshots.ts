/** Pictures of each view, wide and narrow, light and dark, to be looked at: `npm run screenshots`. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launchBrowser } from "../../src/cli/browser.ts";
import { LabTab, buildSite } from "./site.ts";

const OUT = process.env["SCREENSHOTS"] ?? "results/screenshots";
const only = process.argv[2];

const experiment =
  "v=1&dataset=spirals%3An%3D400&hidden=16%2C16&a=relu&a=tanh&a=x*sigmoid(1.7*x)&epochs=150&batch=400";
const views: readonly {
  readonly name: string;
  readonly hash: string;
  readonly press?: string;
  readonly ready?: string;
}[] = [
  { name: "race", hash: `${experiment}&room=race` },
  { name: "inside", hash: `${experiment}&room=inside&focus=0,1`, ready: ".heat canvas" },
  { name: "space", hash: `${experiment}&room=space&focus=1,0`, ready: "canvas.surface" },
  { name: "kernel", hash: `${experiment}&room=kernel`, press: "#bench", ready: "#kernel-times" },
];

const site = await buildSite();
const browser = await launchBrowser();
try {
  mkdirSync(OUT, { recursive: true });
  for (const view of views.filter(({ name }) => only === undefined || name === only)) {
    const tab = await LabTab.open(
      browser,
      `${site.url}?lang=${view.name === "race-ko" ? "ko" : "en"}#${view.hash}`,
    );
    await tab.page.waitForSelector("#play:not([disabled])");
    await tab.click("#play");
    await tab.until("done");
    if (view.press !== undefined) await tab.click(view.press);
    if (view.ready !== undefined)
      await tab.page.waitForSelector(view.ready, { timeout: 60_000 }).catch((error: unknown) => {
        throw new Error(`${view.name}: ${String(error)}\n${tab.faults.join("\n")}`);
      });
    for (const scheme of ["light", "dark"] as const) {
      await tab.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      for (const [size, width] of [
        ["wide", 1280],
        ["narrow", 360],
      ] as const) {
        await tab.page.setViewport({ width, height: 900 });
        await new Promise((resolve) => setTimeout(resolve, 400));
        const path = join(OUT, `${view.name}-${size}-${scheme}.png`);
        await tab.page.screenshot({ path: path as `${string}.png`, fullPage: true });
        process.stdout.write(`${path}\n`);
      }
    }
    for (const fault of tab.faults) process.stdout.write(`${view.name}: ${fault}\n`);
    await tab.close();
  }
} finally {
  await browser.close();
  site.close();
}
