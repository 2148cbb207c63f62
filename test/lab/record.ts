import { writeFileSync } from "node:fs";
import { launchBrowser } from "../../src/testing/launch.ts";
import { range } from "../../src/core/statistics.ts";
import { type Clip, writeShares } from "../../src/app/lab/data/clip.ts";
import { readRace } from "../../src/app/lab/data/race-file.ts";
import type { LanePicture } from "../../src/app/lab/worker/protocol.ts";
import { fromJson } from "../../src/core/json.ts";
import { adapterName } from "../../src/report/numbers.ts";
import { defineScript } from "../support/script.ts";
import { LabTab, withSite } from "./site.ts";

const races = {
  spirals: "v=1&dataset=spirals%3An%3D400&hidden=16%2C16&a=relu&a=tanh&a=silu&a=sigmoid&epochs=400&batch=400",
  moons:
    "v=1&dataset=moons%3An%3D400%2Cnoise%3D0.15&hidden=12&a=relu&a=gelu&a=x*tanh(softplus(x))&epochs=20&batch=20",
};

/** Frames of the clip, cells per side of its surfaces, and points over them. */
const [FRAMES, SIDE, POINTS] = [12, 20, 100];

/** A surface as the page exports it: its pixels as plain numbers. */
interface Seen {
  readonly runner: number;
  readonly step: number;
  readonly side: number;
  readonly reach: number;
  readonly pixels: readonly number[];
  readonly points: readonly number[];
  readonly labels: readonly number[];
}

/** Before the page loads: records what its worker reports of the lanes. */
function listen(): void {
  const seen: Seen[] = [];
  Object.assign(globalThis, { seen });
  const Plain = globalThis.Worker;
  globalThis.Worker = class extends Plain {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      super(...given);
      this.addEventListener("message", ({ data }: MessageEvent<{ kind: string; picture: LanePicture }>) => {
        const surface = data.kind === "lane" ? data.picture.surface : undefined;
        if (surface === undefined) return;
        const { runner, step } = data.picture;
        const { side, reach, pixels, points, labels } = surface;
        seen.push({
          runner,
          step,
          side,
          reach,
          pixels: [...pixels],
          points: [...points],
          labels: [...labels],
        });
      });
    }
  };
}

/** The share of the second of two classes in each cell: the reds of their colours are 45 and 225. */
function sharesOf({ pixels, side }: Seen): number[] {
  return Array.from({ length: SIDE * SIDE }, (_, cell) => {
    const [x, y] = [cell % SIDE, Math.floor(cell / SIDE)].map((i) => Math.floor(((i + 0.5) * side) / SIDE));
    return Math.min(1, Math.max(0, (pixels[4 * (y! * side + x!)]! - 45) / 180));
  });
}

function clipOf(seen: readonly Seen[], file: string): Clip {
  const results = readRace(fromJson(file));
  const { steps: all } = results.facts;
  // Most happens at the beginning.
  const steps = Array.from({ length: FRAMES }, (_, i) => Math.round(all * (i / (FRAMES - 1)) ** 1.5));
  const { side: _, reach, points, labels } = seen[0]!;
  const near = (runner: number, step: number): Seen =>
    seen
      .filter((own) => own.runner === runner)
      .reduce((a, b) => (Math.abs(b.step - step) < Math.abs(a.step - step) ? b : a));
  const rounded = (value: number): number => Number(value.toPrecision(3));
  return {
    dataset: results.setup.dataset,
    adapter: adapterName(results.adapter),
    date: results.date.slice(0, 10),
    side: SIDE,
    reach: rounded(reach),
    points: points.slice(0, 2 * POINTS).map(rounded),
    labels: labels.slice(0, POINTS),
    steps,
    lanes: results.runners.map((runner, place) => ({
      activation: runner.activation,
      frames: steps.map((step) => writeShares(sharesOf(near(place, step)))),
      losses: steps.map((step) => {
        const at = Math.min(runner.steps - 1, Math.max(0, step - 1));
        return rounded(range(runner.losses.map((column) => column[at]!))!.median);
      }),
      scores: steps.map((step) => {
        const point = runner.evaluations.findLast((own) => own.step <= step) ?? runner.evaluations[0]!;
        const { median, low, high } = range([...point.accuracy])!;
        return [rounded(median), rounded(low), rounded(high)] as const;
      }),
    })),
  };
}

export const script = defineScript({
  name: "record",
  start: "node test/run.mjs lab/record",
  summary:
    "Makes src/app/lab/recorded/: real races in the built page, exported as a visitor does, and a clip of the first.",
  options: {},
  run: () =>
    withSite(async (site) => {
      const browser = await launchBrowser();
      try {
        for (const [name, hash] of Object.entries(races)) {
          const tab = await LabTab.open(browser, "about:blank");
          await tab.page.evaluateOnNewDocument(listen);
          await tab.page.goto(`${site.url}#${hash}`);
          await tab.page.waitForSelector("#play:not([disabled])");
          await tab.click("#play");
          await tab.until("done", 120_000);
          const file = await tab.download("#export-json");
          writeFileSync(`src/app/lab/recorded/${name}.json`, `${file}\n`);
          if (name === "spirals") {
            const seen = (await tab.page.evaluate("globalThis.seen")) as readonly Seen[];
            writeFileSync("src/app/lab/recorded/clip.json", `${JSON.stringify(clipOf(seen, file))}\n`);
          }
          await tab.close();
        }
      } finally {
        await browser.close();
      }
    }),
});
