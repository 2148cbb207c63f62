/** The result of a run of experiments: plain JSON, as written by --json. */
import type { AdapterInfo } from "../index.ts";
import type { Changes } from "./drag.ts";
import type { Json, Setup, Values, Verdict } from "./experiment.ts";
import type { ImageSetName, RateSearch } from "./place.ts";

/** Changes if readers of the file have to change. */
export const FORMAT = "actigrad-experiments-3";

/** The result of one experiment. */
export interface ExperimentResult {
  readonly name: string;
  readonly row: number;
  /** When it ended, ISO 8601. */
  readonly date: string;
  readonly adapter: AdapterInfo;
  readonly quick: boolean;
  readonly seeds: readonly number[];
  readonly setup: Setup;
  /** Changes to the set-up; such a result is not compared with the reference. */
  readonly set?: Changes;
  /** The images, if any were needed. */
  readonly images?: ImageSetName;
  readonly values: Values;
  /** Data for the figure. */
  readonly data: Json;
  /** Learning rates chosen from a grid, with the results of the whole grid. */
  readonly rates: Readonly<Record<string, RateSearch>>;
  readonly seconds: number;
  /** For readers of the file; we compute everything anew from the values. */
  readonly verdict: Verdict;
  readonly passed: boolean;
}

export interface ExperimentsFile {
  readonly format: typeof FORMAT;
  /** "Chrome 149.0.1.2 headless" */
  readonly host: string;
  /** False while selected experiments are missing. */
  readonly complete: boolean;
  readonly rows: readonly ExperimentResult[];
}
