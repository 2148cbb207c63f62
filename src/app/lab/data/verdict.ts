/** How the activations of a race stand to the first, by the contest's statistics. */
import { LEAST_SEEDS, type Ranked as Judged, isBetter, rank } from "../../../../bench/contest/judge.ts";
import type { Ranked } from "./curve-data.ts";

/** `together`: not told apart from the first. */
export type RaceVerdict = "together" | "behind" | "nothing" | "diverged";

/**
 * A verdict for each of the rows, in their order: pairs are compared seed by seed and adjusted for all pairs (Holm). Undefined before all
 * have been evaluated, and for fewer seeds than tell anything apart.
 * @param chance what whoever learned nothing scores; undefined where that is not known
 */
export function verdictsOf(
  rows: readonly Ranked[],
  kind: "classes" | "values",
  chance: number | undefined,
): readonly RaceVerdict[] | undefined {
  if (rows.length < 2 || rows.some(({ scores }) => scores.length < LEAST_SEEDS)) return undefined;
  const better = kind === "classes" ? "high" : "low";
  const sign = better === "high" ? 1 : -1;
  const { ranked } = rank(
    rows.map(({ runner, scores, diverged }) => ({
      name: String(runner),
      values: scores,
      out: diverged > 0,
      learned: chance === undefined || isBetter(scores.map((score) => sign * (score - chance))),
    })),
    better,
  );
  return rows.map(({ runner }) => verdictOf(ranked.find(({ activation }) => activation === String(runner))!));
}

export function verdictOf({ place, learned }: Judged): RaceVerdict {
  if (place === null) return "diverged";
  return !learned ? "nothing" : place === 1 ? "together" : "behind";
}
