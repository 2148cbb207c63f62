/** What drawing costs a training: the same race with the page's painting on and off, in turns. `node test/lab/run.mjs drawing` */
import { launchBrowser } from "../../src/cli/browser.ts";
import { LabTab, buildSite } from "./site.ts";

const ROUNDS = 6;
const site = await buildSite();
const browser = await launchBrowser();

/** Seconds from the first steps to the end. */
async function raceSeconds(drawing: boolean): Promise<number> {
  const tab = await LabTab.open(browser, `${site.url}#v=1&dataset=spirals:n=400&batch=400&epochs=150`);
  await tab.page.waitForSelector("#play:not([disabled])");
  await tab.click("#step"); // compiles
  await tab.until("paused");
  if (!drawing) await tab.page.evaluate("window.requestAnimationFrame = () => 0");
  const begin = performance.now();
  await tab.page.$eval("#play", (button) => (button as HTMLElement).click()); // a locator waits for frames
  // Asked of the state and not of what is painted.
  await tab.page.waitForFunction(`document.getElementById("status")?.dataset.status === "done"`, {
    polling: 50,
  });
  const seconds = (performance.now() - begin) / 1000;
  await tab.close();
  return seconds;
}

try {
  const on: number[] = [];
  const off: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    off.push(await raceSeconds(false));
    on.push(await raceSeconds(true));
  }
  const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
  const show = (values: readonly number[]): string => values.map((s) => s.toFixed(2)).join(" ");
  process.stdout.write(`drawing off: ${show(off)} s\ndrawing on:  ${show(on)} s\n`);
  process.stdout.write(`drawing costs ${((middle(on) / middle(off) - 1) * 100).toFixed(1)} %\n`);
} finally {
  await browser.close();
  site.close();
}
