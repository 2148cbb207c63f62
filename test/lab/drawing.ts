import { median } from "../../src/core/statistics.ts";
import { launchBrowser } from "../../src/testing/launch.ts";
import { defineScript } from "../support/script.ts";
import { LabTab, withSite } from "./site.ts";

const ROUNDS = 5;
const ways = ["off", "race", "inside", "space"] as const;

export const script = defineScript({
  name: "drawing",
  start: "node test/run.mjs lab/drawing",
  summary: "What drawing costs a training: the same race with painting off, then on in each room, in turns.",
  options: {},
  run: () =>
    withSite(async (site) => {
      const browser = await launchBrowser();
      const seconds = new Map(ways.map((way) => [way, [] as number[]]));
      try {
        for (let round = 0; round < ROUNDS; round++)
          for (const way of ways) seconds.get(way)!.push(await raceSeconds(way));
      } finally {
        await browser.close();
      }
      const off = median(seconds.get("off")!);
      for (const [way, all] of seconds) {
        const cost =
          way === "off" ? "" : `: ${((median(all) / off - 1) * 100).toFixed(1)} % more than without drawing`;
        process.stdout.write(`${way} ${all.map((s) => s.toFixed(2)).join(" ")} s${cost}\n`);
      }

      /** From the click to the end, when everything has been compiled once. */
      async function raceSeconds(way: (typeof ways)[number]): Promise<number> {
        const room = way === "off" ? "race" : way;
        const hash = `#v=1&room=${room}&dataset=spirals:n=400&batch=400&epochs=250`;
        const tab = await LabTab.open(browser, `${site.url}${hash}`);
        await tab.page.waitForSelector("#play:not([disabled])");
        await tab.click("#step"); // compiles
        await tab.until("paused");
        if (way === "off") await tab.page.evaluate("window.requestAnimationFrame = () => 0");
        const begin = performance.now();
        await tab.page.$eval("#play", (button) => (button as HTMLElement).click()); // a locator waits for frames
        // Reads the state, not the painted page.
        const done = `document.getElementById("status")?.dataset.status === "done"`;
        await tab.page.waitForFunction(done, { polling: 50, timeout: 120_000 });
        const all = (performance.now() - begin) / 1000;
        await tab.close();
        return all;
      }
    }),
});
