import type { Browser } from "puppeteer";
import { experiments, findExperiment } from "../../src/experiments/index.ts";
import { flag } from "../../src/core/options.ts";
import { launchBrowser } from "../../src/testing/launch.ts";
import { defineScript } from "../support/script.ts";
import { LabTab, withSite } from "./site.ts";

/** Minutes that one may take, however slow the machine. */
const PATIENCE = 120;

/** What the page says in the end: the answer with its failed gates, or the error that came instead. */
async function outcome(
  browser: Browser,
  url: string,
  name: string,
  quick: boolean,
): Promise<[answer: string, more: string]> {
  const hash = new URLSearchParams({ v: "1", room: "statements", statement: name });
  const tab = await LabTab.open(browser, `${url}#${hash.toString()}`);
  try {
    await tab.page.waitForSelector("#try:not([disabled])", { timeout: 120_000 });
    const box = await tab.page.$("input[name=quick]"); // exact ones have none
    if (box !== null && (await box.evaluate((input) => (input as HTMLInputElement).checked)) !== quick)
      await tab.click("input[name=quick]");
    await tab.click("#try");
    await tab.page.waitForSelector("#verdict, .try [role=alert]", { timeout: PATIENCE * 60_000 });
    if ((await tab.page.$("#verdict")) === null) return ["error", await tab.text(".try [role=alert]")];
    const answer = await tab.page.$eval("#verdict", (p) => (p as HTMLElement).dataset["answer"] ?? "");
    const failed = await tab.page.$$eval("#metrics tbody tr", (rows) =>
      rows.flatMap(({ children: [label, , , , gate] }) =>
        gate!.textContent === "FAIL" ? label!.textContent : [],
      ),
    );
    const gates = failed.length > 0 ? `gates that fail: ${failed.join("; ")}` : "";
    return [answer, [gates, ...tab.faults].filter(Boolean).join("; ")];
  } finally {
    await tab.close();
  }
}

export const script = defineScript({
  name: "statements",
  summary:
    "Runs statements on the built page to their verdicts, as a visitor does who gives no images; without names all of them, which takes over an hour on a software adapter with two cores.",
  positionals: "NAME...",
  options: { quick: flag("the page's quick set-ups, whose verdicts may stay undecided") },
  async run({ options: { quick }, positionals }) {
    const chosen = positionals.length > 0 ? positionals.map(findExperiment) : experiments;
    const decided = ["holds", "condition", "fails", ...(quick ? ["undecided"] : [])];
    let missing = 0;
    await withSite(async ({ url }) => {
      const browser = await launchBrowser();
      try {
        for (const { name } of chosen) {
          const begin = performance.now();
          const [answer, more] = await outcome(browser, url, name, quick);
          if (!decided.includes(answer)) missing++;
          const seconds = ((performance.now() - begin) / 1000).toFixed(0);
          process.stdout.write(`${name}: ${answer}, ${seconds} s${more === "" ? "" : `; ${more}`}\n`);
        }
      } finally {
        await browser.close();
      }
    });
    process.stdout.write(`${chosen.length - missing} of ${chosen.length} came to a verdict\n`);
    return missing > 0 ? 1 : 0;
  },
});
