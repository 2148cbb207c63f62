import { createHost } from "../../src/host/host.ts";
import type { Pages } from "../../src/host/pages.ts";
import { processes } from "../support/browser-process.ts";
import { defineScript } from "../support/script.ts";
import type { Soaked } from "./soak-page.ts";

/** MiB per 1,000 steps. */
const MOST = 1;
/** The first part of the run, during which caches and compilers may still fill. */
const WARM = 0.3;

interface Sample {
  readonly steps: number;
  readonly mib: number;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Least squares, in MiB per 1,000 steps. */
function slopeOf(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [x, y] = [mean(({ steps }) => steps / 1000), mean(({ mib }) => mib)];
  const dot = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + (sample.steps / 1000 - x) * of(sample), 0);
  return dot(({ mib }) => mib - y) / dot(({ steps }) => steps / 1000 - x);
}

/** Names the part of our processes that a listed one is; undefined for other processes. */
function partOf({ pid, args }: { readonly pid: number; readonly args: string }): string | undefined {
  if (pid === process.pid) return "node";
  if (!args.includes(`actigrad-profile-${process.pid}-`)) return undefined;
  const [, type = "browser"] = /--type=([\w-]+)/.exec(args) ?? [];
  // A browser keeps spare renderers: each is examined separately.
  if (type === "renderer") return `renderer ${pid}`;
  return ["browser", "gpu-process"].includes(type) ? type : undefined;
}

export const script = defineScript({
  name: "soak",
  summary:
    "Trains for a long time: memory must not grow with the steps, less than 1 MiB per 1,000 steps in each process.",
  options: {
    minutes: { kind: "number", min: 0, default: 30, doc: "for how long" },
    seed: { kind: "number", whole: true, min: 0, default: 1, doc: "of what is trained" },
  },
  run: ({ options: { minutes, seed } }, serve) => soak(minutes, seed, serve),
});

async function soak(minutes: number, seed: number, serve: Pages["serve"]): Promise<number> {
  const ms = minutes * 60_000;
  say(`soak for ${minutes} minutes, --seed ${seed}`);
  const runJob = createHost({ script: "/test/chaos/soak-page.ts", serve }, async () => ({}));
  const samples = new Map<string, Sample[]>();
  const [stop, begin] = [new AbortController(), performance.now()];
  let [sampled, last] = [begin + ms * WARM, 0];
  const onEvent = ({ steps }: Soaked): void => {
    const now = performance.now();
    last = steps;
    if (now - begin > ms) return stop.abort();
    if (now < sampled) return;
    sampled = now + ms / 200;
    for (const listed of processes()) {
      const part = partOf(listed);
      if (part === undefined) continue;
      const of = samples.get(part) ?? [];
      of.push({ steps, mib: listed.rss / 1024 });
      samples.set(part, of);
    }
  };
  const run = runJob as unknown as (name: string, options: object, how: object) => Promise<unknown>;
  await run("soak", { seed }, { signal: stop.signal, onEvent, say, flags: ["--js-flags=--expose-gc"] });
  let failed = samples.size < 4;
  for (const [part, of] of samples) {
    const slope = slopeOf(of);
    if (!(slope < MOST)) failed = true;
    const mib = of.map((sample) => sample.mib);
    say(
      `${part}: ${slope.toFixed(3)} MiB per 1,000 steps over ${of.length} samples, ${Math.min(...mib).toFixed(0)} to ${Math.max(...mib).toFixed(0)} MiB`,
    );
  }
  say(`${last} steps, ${failed ? "FAILED" : "passed"}`);
  return failed ? 1 : 0;
}
