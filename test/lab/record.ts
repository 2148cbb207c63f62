/** Makes src/app/lab/recorded/: real races in the built page, exported as a visitor exports them. */
import { writeFileSync } from "node:fs";
import { launchBrowser } from "../../src/testing/launch.ts";
import { LabTab, withSite } from "./site.ts";

const races = {
  spirals: "v=1&dataset=spirals%3An%3D400&hidden=16%2C16&a=relu&a=tanh&a=silu&a=sigmoid&epochs=400&batch=400",
  moons:
    "v=1&dataset=moons%3An%3D400%2Cnoise%3D0.15&hidden=12&a=relu&a=gelu&a=x*tanh(softplus(x))&epochs=20&batch=20",
};

await withSite(async (site) => {
  const browser = await launchBrowser();
  try {
    for (const [name, hash] of Object.entries(races)) {
      const tab = await LabTab.open(browser, `${site.url}#${hash}`);
      await tab.page.waitForSelector("#play:not([disabled])");
      await tab.click("#play");
      await tab.until("done", 120_000);
      writeFileSync(`src/app/lab/recorded/${name}.json`, `${await tab.download("#export-json")}\n`);
      await tab.close();
    }
  } finally {
    await browser.close();
  }
});
