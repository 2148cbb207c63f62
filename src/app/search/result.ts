/** Result of a search, as plain JSON. */
import type { ContestResult } from "../../../bench/contest/result.ts";
import type { AdapterInfo } from "../../core/adapter.ts";
import type { Rung } from "./evolution.ts";
import type { MatchResult } from "./match.ts";
import type { SearchPlan } from "./strategy.ts";

export const FORMAT = "actigrad-search-1";
export const MATCH_FORMAT = "actigrad-match-1";

/** A formula that was trained. */
export interface SearchMember {
  /** A name of the catalogue if the formula has its values, otherwise the formula. */
  readonly activation: string;
  readonly formula: string;
  /** The round in which it came up, from 1. */
  readonly round: number;
  /** Logarithm of its validation loss over relu's, the mean over the tasks; infinite if it diverged. */
  readonly losses: Partial<Record<Rung, number>>;
}

/** One of the best, trained as the contest does. */
export interface Finalist extends SearchMember {
  /** Its validation loss over relu's, the geometric mean over the tasks. */
  readonly ratio: number;
  /** Time of a step over relu's, measured in turns, the mean over the tasks; null if not measured. */
  readonly cost: number | null;
  /** No other is as good and cheaper, or as cheap and better. */
  readonly front: boolean;
  /** As a GPU computes it. */
  readonly wgsl: {
    readonly f: string;
    readonly dfdx: string;
    readonly dfdp?: Readonly<Record<string, string>>;
  };
}

export interface SearchResult {
  readonly format: typeof FORMAT;
  /** False if it was stopped before its end. */
  readonly complete: boolean;
  /** ISO 8601, when it was written. */
  readonly date: string;
  readonly plan: SearchPlan;
  /** Completed rounds. */
  readonly rounds: number;
  /** Seconds computed by jobs, summed over all workers. */
  readonly seconds: number;
  /** The best ratio after each round, among formulas trained as the contest does. */
  readonly progress: readonly number[];
  readonly members: readonly SearchMember[];
  /** Best first. */
  readonly finalists: readonly Finalist[];
  /** The finalists, relu, gelu and swiglu on the tasks of the search. */
  readonly own?: ContestResult;
  /** The best of them, relu, gelu and swiglu on tasks that the search did not see. */
  readonly unseen?: ContestResult;
  readonly adapter?: AdapterInfo;
  readonly host?: string;
}

/** A formula close to a given function. */
export interface MatchFile extends MatchResult {
  readonly format: typeof MATCH_FORMAT;
  readonly target: string;
  readonly range: readonly [from: number, to: number];
  readonly seed: number;
  readonly date: string;
}
