/** A race's verdict, by the contest's statistics. */
import { type JudgedContest, type Ranked, type Verdict, judge } from "../../../../bench/contest/judge.ts";
import { ranking } from "./curve-data.ts";
import type { RaceResults } from "./results.ts";

/** `together`: not told apart from the first. */
export type RaceVerdict = "together" | "behind" | "nothing" | "diverged";

/** A race so far, as a contest of one task. */
export interface JudgedRace {
  readonly contest: JudgedContest;
  readonly verdict: Verdict;
}

/** The last verdict of each race, and what it was based on: the page asks every second, but evaluations are rare. */
const judged = new WeakMap<RaceResults, { readonly by: string; readonly race: JudgedRace | undefined }>();

/** Undefined before all have been evaluated. */
export function judgeRace(results: RaceResults): JudgedRace | undefined {
  const by = results.runners
    .map(({ activation, evaluations, diverged }) => `${activation} ${evaluations.length} ${diverged}`)
    .join();
  const known = judged.get(results);
  if (known?.by === by) return known.race;
  const race = judgeAnew(results);
  judged.set(results, { by, race });
  return race;
}

function judgeAnew(results: RaceResults): JudgedRace | undefined {
  const { setup, facts } = results;
  const rows = ranking(results);
  if (rows.some(({ scores }) => scores.length === 0)) return undefined;
  const task = {
    task: setup.dataset,
    measure: facts.kind === "classes" ? ("accuracy" as const) : ("rmse" as const),
    rows: { train: facts.trainRows, validation: facts.validationRows, test: facts.testRows },
    chance: facts.chance,
    cells: rows.map(({ activation, rate, edge, scores, losses, diverged }) => ({
      activation,
      rate,
      edge,
      scores,
      losses,
      // As in the contest: a result without some seed is no result.
      diverged: scores.map(() => diverged > 0),
    })),
  };
  const { activations, replicas: seeds } = setup;
  const contest = { seeds, activations, tasks: [task], asked: [task.task] };
  return { contest, verdict: judge(contest) };
}

/** The place of each name; empty if there are too few seeds to tell anything apart. */
export const standings = ({ verdict }: JudgedRace): ReadonlyMap<string, Ranked> =>
  new Map([...verdict.tasks.values()].flatMap(({ ranked }) => ranked.map((own) => [own.activation, own])));

export function verdictOf({ place, learned }: Pick<Ranked, "place" | "learned">): RaceVerdict {
  if (place === null) return "diverged";
  return !learned ? "nothing" : place === 1 ? "together" : "behind";
}
