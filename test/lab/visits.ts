/** Shared by the page's tests: one built site and one browser, tabs that must not complain, actions of a visitor. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import type { Browser, Page } from "puppeteer";
import { afterAll, afterEach, beforeAll, expect, inject } from "vitest";
import { launchBrowser } from "../../src/testing/launch.ts";
import type { RaceFile } from "../../src/app/lab/data/race-file.ts";
import { LabTab, type Site, serveSite } from "./site.ts";

export interface Visits {
  readonly site: Site;
  /** Opens the page, and waits until it can train. */
  open(hash?: string, search?: string): Promise<LabTab>;
  /** Opens this exact address. */
  follow(url: string): Promise<LabTab>;
}

/** Registers with the test file: a site and a browser for all of its tests. */
export function visits(): Visits {
  let site: Site;
  let browser: Browser;
  const tabs: LabTab[] = [];

  beforeAll(async () => {
    site = await serveSite(inject("labFolder"));
    browser = await launchBrowser();
  });

  afterEach(async () => {
    const opened = tabs.splice(0);
    const faults = opened.flatMap((tab) => tab.faults);
    for (const tab of opened) await tab.close();
    expect(faults).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  const follow = async (url: string): Promise<LabTab> => {
    const tab = await LabTab.open(browser, url);
    tabs.push(tab);
    await tab.page.waitForSelector("#play:not([disabled])");
    return tab;
  };
  return {
    get site() {
      return site;
    },
    follow,
    open: (hash = small(), search = "") => follow(`${site.url}${search}${hash}`),
  };
}

/** A small race: relu against sigmoid on spirals. */
export const small = (
  more: Readonly<Record<string, string>> = {},
  activations = ["relu", "sigmoid"],
): string => {
  const setup = {
    v: "1",
    dataset: "spirals:n=100",
    hidden: "8",
    batch: "100",
    epochs: "60",
    replicas: "2",
  };
  const params = new URLSearchParams({ ...setup, ...more });
  for (const name of activations) params.append("a", name);
  return `#${params.toString()}`;
};

export const exported = async (tab: LabTab): Promise<RaceFile> =>
  JSON.parse(await tab.download("#export-json")) as RaceFile;

/** Drops files on the page as a visitor does. */
export async function drop(
  page: Page,
  files: readonly { name: string; content: string | readonly number[] }[],
): Promise<void> {
  await page.evaluate((all) => {
    const dataTransfer = new DataTransfer();
    for (const { name, content } of all) {
      const bytes = typeof content === "string" ? content : Uint8Array.from(content);
      dataTransfer.items.add(new File([bytes], name));
    }
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }, files);
}

/** Axe's findings, and whether anything overflows at the side. */
export async function expectAccessible(
  { page }: LabTab,
  scheme: "light" | "dark",
  width: number,
): Promise<void> {
  // The page's policy allows only its own scripts, but the inspector's evaluation is not bound by it.
  await page.evaluate(readFileSync("node_modules/axe-core/axe.min.js", "utf8"));
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.setViewport({ width, height: 900 });
  const found = (await page.evaluate("axe.run().then((r) => r.violations)")) as {
    id: string;
    nodes: { html: string; failureSummary: string }[];
  }[];
  expect(found.map(({ id, nodes }) => `${id}: ${nodes[0]!.html} ${nodes[0]!.failureSummary}`)).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
}

/** The losses that the command line computes. */
export async function commandLosses(command: string, file: string): Promise<readonly (readonly number[])[]> {
  const [, words] = /^npx actigrad train (.*)$/.exec(command)!;
  await promisify(execFile)("sh", ["-c", `node src/app/cli/run.mjs train ${words} --json ${file}`]);
  return (JSON.parse(readFileSync(file, "utf8")) as { losses: number[][] }).losses;
}
