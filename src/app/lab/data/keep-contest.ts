/** Keeps contests over a reload, each under what was asked: their finished cells, and what came out. */
import { FORMAT, type BenchResult } from "../../../../bench/result.ts";
import { type ContestOptions, PROTOCOL } from "../../../../bench/contest/result.ts";
import { version } from "../../../core/version.ts";
import type { KeptCells } from "../worker/protocol.ts";
import { getAll, put, remove } from "./database.ts";

/** Another page would misread what is kept, or compute something else. */
const VERSION = `${FORMAT} ${PROTOCOL} ${version}`;
/** Contests that are kept, the newest. */
const MOST = 8;

export interface KeptContest {
  readonly options: ContestOptions;
  /** Which files the task "own" was read from: name, size and time. */
  readonly files: string;
  /** What it is computed by: cells of two adapters are not mixed. */
  readonly adapter: string;
  /** Those that a contest goes on from; none once it is whole. */
  readonly cells: KeptCells;
  readonly result: BenchResult | undefined;
}

interface Entry extends KeptContest {
  readonly version: typeof VERSION;
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Of what was asked: the same key, the same contest, files aside. */
export const keyOf = (options: ContestOptions): string => JSON.stringify(Object.entries(options).toSorted());

/** A browser that refuses keeps nothing. */
export const keepContest = (contest: KeptContest): Promise<unknown> => {
  const key = keyOf(contest.options);
  const entry: Entry = { ...contest, version: VERSION, key, at: Date.now() };
  return put("contests", key, entry).catch(() => undefined);
};

/** By their keys; the oldest beyond a few are removed. */
export async function keptContests(): Promise<ReadonlyMap<string, KeptContest>> {
  const all = (await getAll("contests").catch(() => [])) as Entry[];
  const newest = all.toSorted((a, b) => b.at - a.at);
  for (const { key } of newest.slice(MOST)) await remove("contests", key);
  const current = newest.slice(0, MOST).filter(({ version }) => version === VERSION);
  return new Map(current.map((entry) => [entry.key, entry]));
}
