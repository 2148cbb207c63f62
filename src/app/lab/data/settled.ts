/** When a race's answer is settled, so that nobody need wait for the end. */
import { judgeRace, standings, verdictOf } from "./verdict.ts";
import type { RaceResults } from "./results.ts";

/** Consecutive evaluations that must give the same verdict: a fifth of those of a whole race. */
export const STANDS = 8;

/** Follows one race's verdicts, evaluation by evaluation. */
export class Settling {
  readonly #results: RaceResults;
  #evaluations = 0;
  #last = "";
  #times = 0;

  constructor(results: RaceResults) {
    this.#results = results;
  }

  /** Called after every evaluation: whether all have been evaluated, and the verdict has been the same for long enough. */
  take(): boolean {
    const counts = this.#results.runners.map(({ evaluations }) => evaluations.length);
    const least = Math.min(...counts);
    if (least !== Math.max(...counts) || least === this.#evaluations) return false;
    this.#evaluations = least;
    const judged = judgeRace(this.#results);
    const places = judged === undefined ? [] : [...standings(judged)];
    const now = places
      .map(([name, standing]) => `${name} ${verdictOf(standing)}`)
      .toSorted()
      .join();
    // An activation that has learned nothing yet may still learn: such an answer is never settled before the end.
    const open = places.length === 0 || places.some(([, { learned, place }]) => !learned && place !== null);
    this.#times = open ? 0 : now === this.#last ? this.#times + 1 : 1;
    this.#last = now;
    return this.#times >= STANDS;
  }
}
