/** Stores contests across reloads, by their options: their finished cells, and the result. */
import { FORMAT, type BenchResult } from "../../../../bench/result.ts";
import { type ContestOptions, PROTOCOL } from "../../../../bench/contest/result.ts";
import { version } from "../../../core/version.ts";
import type { KeptCells } from "../worker/protocol.ts";
import { getAll, put, remove } from "./database.ts";

/** Increases when another page would misread the stored data, or compute something else. */
const VERSION = `${FORMAT} ${PROTOCOL} ${version}`;
/** Number of contests kept, the newest. */
const MOST = 8;

export interface KeptContest {
  readonly options: ContestOptions;
  /** The files that the task "own" was read from: name, size and time. */
  readonly files: string;
  /** The adapter: cells of two adapters are not mixed. */
  readonly adapter: string;
  /** Cells that a contest resumes from; none once it is complete. */
  readonly cells: KeptCells;
  readonly result: BenchResult | undefined;
}

interface Entry extends KeptContest {
  readonly version: typeof VERSION;
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** From the options: the same key means the same contest, apart from files. */
export const keyOf = (options: ContestOptions): string => JSON.stringify(Object.entries(options).toSorted());

/** Nothing is stored if the browser refuses. */
export const keepContest = (contest: KeptContest): Promise<unknown> => {
  const key = keyOf(contest.options);
  const entry: Entry = { ...contest, version: VERSION, key, at: Date.now() };
  return put("contests", key, entry).catch(() => undefined);
};

/** By key; all but the newest few are removed. */
export async function keptContests(): Promise<ReadonlyMap<string, KeptContest>> {
  const all = (await getAll("contests").catch(() => [])) as Entry[];
  const newest = all.toSorted((a, b) => b.at - a.at);
  for (const { key } of newest.slice(MOST)) await remove("contests", key);
  const current = newest.slice(0, MOST).filter(({ version }) => version === VERSION);
  return new Map(current.map((entry) => [entry.key, entry]));
}
