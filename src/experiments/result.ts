/** What a run of experiments gives: plain JSON, the content of the file that --json names. */
import type { AdapterInfo } from "../index.ts";
import type { Changes } from "./drag.ts";
import type { Json, Setup, Values, Verdict } from "./experiment.ts";
import type { ImageSetName, RateSearch } from "./place.ts";

/** Changes when a reader of the file would have to. */
export const FORMAT = "actigrad-experiments-3";

/** What one experiment gave. */
export interface ExperimentResult {
  readonly name: string;
  readonly row: number;
  /** ISO 8601, when it ended. */
  readonly date: string;
  readonly adapter: AdapterInfo;
  readonly quick: boolean;
  readonly seeds: readonly number[];
  readonly setup: Setup;
  /** What was changed of the set-up; such a result is not held against the reference. */
  readonly set?: Changes;
  /** Which images, where some were needed. */
  readonly images?: ImageSetName;
  readonly values: Values;
  /** What the figure is drawn from. */
  readonly data: Json;
  /** Learning rates that a grid chose, with the grid's own results. */
  readonly rates: Readonly<Record<string, RateSearch>>;
  readonly seconds: number;
  /** For readers of the file; everything is computed anew from the values. */
  readonly verdict: Verdict;
  readonly passed: boolean;
}

export interface ExperimentsFile {
  readonly format: typeof FORMAT;
  /** "Chrome 149.0.1.2 headless" */
  readonly host: string;
  /** False while experiments that were asked for are missing. */
  readonly complete: boolean;
  readonly rows: readonly ExperimentResult[];
}
