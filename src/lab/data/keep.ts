/** Keeps the last race over a reload, in IndexedDB. A browser that refuses (private windows may) keeps nothing. */
import * as v from "valibot";
import { experimentSchema } from "../experiment.ts";
import { RaceResults } from "./results.ts";

const [DATABASE, STORE, KEY] = ["actigrad-lab", "races", "last-1"];

interface Kept {
  readonly experiment: RaceResults["experiment"];
  readonly adapter: RaceResults["adapter"];
  readonly facts: RaceResults["facts"];
  readonly date: string;
  readonly runners: readonly {
    readonly losses: Float32Array;
    readonly marks: RaceResults["runners"][number]["marks"];
    readonly evaluations: RaceResults["runners"][number]["evaluations"];
    readonly reachedAt: number | undefined;
  }[];
}

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new Error("IndexedDB failed")));
  });

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.addEventListener("upgradeneeded", () => request.result.createObjectStore(STORE));
  return done(request);
}

export async function keep({ experiment, adapter, facts, date, runners }: RaceResults): Promise<void> {
  const kept: Kept = {
    experiment,
    adapter,
    facts,
    date,
    runners: runners.map(({ losses, marks, evaluations, reachedAt }) => ({
      losses: losses.slice(),
      marks,
      evaluations,
      reachedAt,
    })),
  };
  const database = await open();
  try {
    await done(database.transaction(STORE, "readwrite").objectStore(STORE).put(kept, KEY));
  } finally {
    database.close();
  }
}

/** What was kept; undefined when there is nothing, or nothing that this page understands. */
export async function kept(): Promise<RaceResults | undefined> {
  const database = await open();
  try {
    const found: unknown = await done(database.transaction(STORE).objectStore(STORE).get(KEY));
    return found === undefined ? undefined : restore(found as Kept);
  } finally {
    database.close();
  }
}

function restore({ experiment, adapter, facts, date, runners }: Kept): RaceResults {
  const results = new RaceResults(v.parse(experimentSchema, experiment), adapter, facts, date);
  for (const [i, { losses, marks, evaluations, reachedAt }] of runners.entries()) {
    let from = 0;
    for (const [to, seconds] of marks) {
      const values = losses.subarray(from * facts.columns, to * facts.columns);
      results.take({ kind: "losses", run: 0, runner: i, from, values, seconds });
      from = to;
    }
    for (const point of evaluations) results.take({ kind: "evaluation", run: 0, runner: i, ...point });
    if (reachedAt !== undefined) results.take({ kind: "reached", run: 0, runner: i, step: reachedAt });
  }
  return results;
}
