/** What a search gives: plain JSON. */
import type { ContestResult } from "../../../bench/contest/result.ts";
import type { AdapterInfo } from "../../core/adapter.ts";
import type { Rung } from "./evolution.ts";
import type { MatchResult } from "./match.ts";
import type { SearchPlan } from "./strategy.ts";

export const FORMAT = "actigrad-search-1";
export const MATCH_FORMAT = "actigrad-match-1";

/** A formula that was trained. */
export interface SearchMember {
  /** A name of the catalogue where the formula has its values, else the formula. */
  readonly activation: string;
  readonly formula: string;
  /** In which it came up, from 1. */
  readonly round: number;
  /** Logarithm of its validation loss over relu's, the mean over the tasks; infinite where it diverged. */
  readonly losses: Partial<Record<Rung, number>>;
}

/** One of the best, trained as the contest does. */
export interface Finalist extends SearchMember {
  /** Its validation loss over relu's, the geometric mean over the tasks. */
  readonly ratio: number;
  /** Time of a step over relu's, measured in turns, the mean over the tasks; null where it was not measured. */
  readonly cost: number | null;
  /** Nobody else is as good and cheaper, or as cheap and better. */
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
  /** False where it was stopped before its end. */
  readonly complete: boolean;
  /** ISO 8601, when it was written. */
  readonly date: string;
  readonly plan: SearchPlan;
  /** Whole rounds. */
  readonly rounds: number;
  /** That jobs have computed, of all workers together. */
  readonly seconds: number;
  /** The best ratio after each round, of formulas trained as the contest does. */
  readonly progress: readonly number[];
  readonly members: readonly SearchMember[];
  /** The best first. */
  readonly finalists: readonly Finalist[];
  /** The finalists, relu, gelu and swiglu on the tasks of the search. */
  readonly own?: ContestResult;
  /** The best of them, relu, gelu and swiglu on tasks that the search did not see. */
  readonly unseen?: ContestResult;
  readonly adapter?: AdapterInfo;
  readonly host?: string;
}

/** A formula that is near a given function. */
export interface MatchFile extends MatchResult {
  readonly format: typeof MATCH_FORMAT;
  readonly target: string;
  readonly range: readonly [from: number, to: number];
  readonly seed: number;
  readonly date: string;
}
