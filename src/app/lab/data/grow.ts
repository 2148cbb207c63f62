/** Extends the grid of learning rates if the best one lies at its edge. */
import { nextRates } from "../../../../bench/contest/rates.ts";
import { MOST_RATES } from "../setup.ts";
import type { RaceResults } from "./results.ts";

export interface Grown {
  /** Activations whose best rate lay at the edge. */
  readonly names: readonly string[];
  readonly lr: readonly number[];
}

/** The grid with what the contest would try next, as far as the page has room; undefined if the choice stands. */
export function grownGrid(results: RaceResults): Grown | undefined {
  const { setup, facts, runners, better } = results;
  const { lr, target, activations } = setup;
  if (lr.length < 2 || target > 0) return undefined; // those that stop at a target are not trained equally far
  const wishes = runners.map((runner) => nextRates(results.trials(runner), better, facts.chance));
  const distance = (rate: number): number => Math.min(...lr.map((own) => Math.abs(Math.log(rate / own))));
  const wanted = [...new Set(wishes.flat())].filter((rate) => !lr.includes(rate));
  const taken = wanted.toSorted((a, b) => distance(a) - distance(b)).slice(0, MOST_RATES - lr.length);
  if (taken.length === 0) return undefined;
  const names = activations.filter((_, i) => wishes[i]!.some((rate) => taken.includes(rate)));
  return { names, lr: [...lr, ...taken].toSorted((a, b) => a - b) };
}
