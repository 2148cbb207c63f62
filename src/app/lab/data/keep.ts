/** Keeps the last race over a reload. */
import { checkSetup } from "../setup.ts";
import { get, put } from "./database.ts";
import { RaceResults } from "./results.ts";

const KEY = "last-3";

interface Kept {
  readonly setup: RaceResults["setup"];
  readonly adapter: RaceResults["adapter"];
  readonly facts: RaceResults["facts"];
  readonly date: string;
  readonly runners: readonly {
    readonly losses: readonly Float32Array[];
    readonly marks: RaceResults["runners"][number]["marks"];
    readonly evaluations: RaceResults["runners"][number]["evaluations"];
    readonly reachedAt: number | undefined;
  }[];
}

export async function keep({ setup, adapter, facts, date, runners }: RaceResults): Promise<void> {
  const kept: Kept = {
    setup,
    adapter,
    facts,
    date,
    runners: runners.map(({ losses, marks, evaluations, reachedAt }) => ({
      losses: losses.map((column) => column.slice()),
      marks,
      evaluations,
      reachedAt,
    })),
  };
  await put("races", KEY, kept);
}

/** What was kept; undefined when there is nothing, or nothing that this page understands. */
export async function kept(): Promise<RaceResults | undefined> {
  const found = await get("races", KEY);
  return found === undefined ? undefined : restore(found as Kept);
}

function restore({ setup, adapter, facts, date, runners }: Kept): RaceResults {
  const results = new RaceResults(checkSetup(setup), adapter, facts, date);
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
