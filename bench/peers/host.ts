/** The part of the comparison that runs in Node: bundles the page, and visits the smallest pages. */
import { readFile } from "node:fs/promises";
import type { LaunchOptions } from "../../src/host/browser.ts";
import { createHost, type RunJob } from "../../src/host/host.ts";
import { bench } from "../job.ts";
import { Progress } from "../progress.ts";
import type { BenchEvent, BenchResult } from "../result.ts";
import { smallestPages } from "./cold.ts";
import { bundle, bundledPages } from "./pages.ts";
import type { PeerName, PeersOptions } from "./result.ts";

/** What the command `bench` needs to compare the engine with peers; only available in the repository. */
export interface Comparison {
  /** Runs the job `bench` in a page that contains the peers. */
  readonly runJob: RunJob<{ bench: typeof bench }>;
  /** Adds the cold starts, which need fresh browsers, and the peers' versions. */
  complete(result: BenchResult, options: PeersOptions, observer: CompleteObserver): Promise<BenchResult>;
}

export interface CompleteObserver {
  readonly browser: LaunchOptions;
  readonly signal: AbortSignal;
  readonly onEvent: (event: BenchEvent) => void;
}

export async function openComparison(): Promise<Comparison> {
  const pages = bundledPages(await bundle("bench/peers/page.ts", false));
  return { runJob: createHost(pages, async () => ({ bench })), complete };
}

async function complete(
  result: BenchResult,
  { coldStarts }: PeersOptions,
  { browser, signal, onEvent }: CompleteObserver,
): Promise<BenchResult> {
  const { peers } = result.results;
  if (peers === undefined) return result;
  const begin = performance.now();
  const progress = new Progress();
  progress.add("visits", 3 * (1 + (coldStarts ?? 0)), 4);
  const smallest =
    coldStarts === undefined || signal.aborted
      ? []
      : await smallestPages({
          starts: coldStarts,
          browser,
          signal,
          begin: (doing) => onEvent({ doing, secondsLeft: progress.secondsLeft }),
          done: (seconds) => progress.advance("visits", 1, seconds),
        });
  return {
    ...result,
    complete: result.complete && !signal.aborted,
    seconds: result.seconds + (performance.now() - begin) / 1000,
    results: { ...result.results, peers: { ...peers, versions: await versions(), smallest } },
  };
}

async function versions(): Promise<Partial<Record<PeerName, string>>> {
  const of = async (name: string): Promise<string> => {
    const url = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
    return (JSON.parse(await readFile(url, "utf8")) as { version: string }).version;
  };
  return { tfjs: await of("@tensorflow/tfjs-core"), jax: await of("@jax-js/jax") };
}
