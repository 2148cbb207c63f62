/** Options and result of a bench: plain JSON, the content of results/bench-*.json. */
import type { AdapterInfo } from "../src/index.ts";
import type { SuiteName, SuiteOptions, SuiteResults } from "./suites.ts";

/** Changes when a reader of the file would have to. */
export const FORMAT = "actigrad-bench-2";

/** What a cell of a suite is kept under by the whole job. */
export const keptName = (suite: SuiteName, cell: string): string => `${suite}: ${cell}`;

export interface BenchOptions {
  /** Whether the run was shortened for a quick look; every table and report says so. */
  readonly quick: boolean;
  /** Those that are to run. */
  readonly suites: SuiteOptions;
  /** The adapter of the baseline: on another one nothing is begun. */
  readonly expectedAdapter?: AdapterInfo;
}

/** What a job is sent: the options, without an earlier run's results. */
export interface BenchRequest extends BenchOptions {
  readonly earlier?: SuiteResults;
}

export interface BenchResult {
  readonly format: typeof FORMAT;
  /** False when it was stopped: then it holds what had been reached. */
  readonly complete: boolean;
  /** ISO 8601, when it began. */
  readonly date: string;
  /** "Chrome 149.0.1.2 headless" */
  readonly host: string;
  readonly adapter: AdapterInfo;
  readonly options: BenchOptions;
  readonly seconds: number;
  /** Of those that had begun. */
  readonly results: SuiteResults;
}

/** What a bench tells on its way. */
export interface BenchEvent {
  readonly doing: string;
  readonly secondsLeft: number;
  /** After a cell: the result as it would be if all ended here. */
  readonly reached?: BenchResult;
}
