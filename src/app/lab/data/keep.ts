/** Stores each tab's race across a reload or a crash: its results, and what its networks need to continue. */
import { checkSetup } from "../setup.ts";
import type { RaceSnapshot } from "../worker/protocol.ts";
import { getAll, put, remove } from "./database.ts";
import { RaceResults } from "./results.ts";

/** Increases when an older page would misread the stored data. */
const VERSION = 5;
/** Number of races kept, the newest. */
const MOST = 8;

/** A race as it is kept. */
export interface KeptRace {
  readonly version: typeof VERSION;
  /** The tab's name. */
  readonly name: string;
  /** When it was kept, in milliseconds since 1970. */
  readonly at: number;
  readonly setup: RaceResults["setup"];
  readonly adapter: RaceResults["adapter"];
  readonly facts: RaceResults["facts"];
  readonly date: string;
  readonly bentAt: number | undefined;
  readonly runners: readonly {
    readonly losses: readonly Float32Array[];
    readonly marks: RaceResults["runners"][number]["marks"];
    readonly evaluations: RaceResults["runners"][number]["evaluations"];
    readonly reachedAt: number | undefined;
  }[];
  /** From the same step that the results end with. */
  readonly snapshot: RaceSnapshot;
}

export const keptOf = (
  name: string,
  { setup, adapter, facts, date, bentAt, runners }: RaceResults,
  snapshot: RaceSnapshot,
): KeptRace => ({
  version: VERSION,
  name,
  at: Date.now(),
  setup,
  adapter,
  facts,
  date,
  bentAt,
  runners: runners.map(({ losses, marks, evaluations, reachedAt }) => ({
    losses: losses.map((column) => column.slice()),
    marks: [...marks],
    evaluations: [...evaluations],
    reachedAt,
  })),
  snapshot,
});

export const keep = (race: KeptRace): Promise<unknown> => put("races", race.name, race);

/** The races of all tabs, newest first; all but the newest few are removed. */
export async function keptRaces(): Promise<readonly KeptRace[]> {
  const all = ((await getAll("races")) as KeptRace[]).filter(({ version }) => version === VERSION);
  const newest = all.toSorted((a, b) => b.at - a.at);
  for (const { name } of newest.slice(MOST)) await remove("races", name);
  return newest.slice(0, MOST);
}

/** Deletes a race. */
export const forget = ({ name }: KeptRace): Promise<unknown> => remove("races", name);

/** @throws ActigradError "option" for a set-up of another page version */
export function resultsOf({ setup, adapter, facts, date, bentAt, runners }: KeptRace): RaceResults {
  const results = new RaceResults(checkSetup(setup), adapter, facts, date);
  results.bentAt = bentAt;
  for (const [i, { losses, marks, evaluations, reachedAt }] of runners.entries()) {
    let from = 0;
    for (const [to, seconds] of marks) {
      const own = losses.map((column) => column.subarray(from, to));
      results.take({ kind: "losses", run: 0, runner: i, from, losses: own, seconds });
      from = to;
    }
    for (const point of evaluations) results.take({ kind: "evaluation", run: 0, runner: i, ...point });
    if (reachedAt !== undefined) results.take({ kind: "reached", run: 0, runner: i, step: reachedAt });
  }
  return results;
}
