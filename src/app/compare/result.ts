/** What a comparison of activations gives: plain JSON. */
import type { AdapterInfo, DataDescription } from "../../index.ts";
import type { Entry, Protocol, Standings } from "../../core/standings.ts";

export const FORMAT = "actigrad-compare-1";

/** What was measured, and on whom; a score of each seed of each rate of each activation. */
export interface CompareResult {
  readonly adapter: AdapterInfo;
  readonly host: string;
  readonly data: DataDescription;
  /** What scores are: shares of right answers, or errors in the targets' own units. */
  readonly measure: "accuracy" | "rmse";
  /** Widths from input to output; of a network of another kind its name. */
  readonly network: string;
  readonly rows: { readonly train: number; readonly validation: number; readonly test: number };
  readonly batch: number;
  /** Of each training. */
  readonly steps: number;
  readonly seeds: readonly number[];
  readonly protocol: Protocol;
  /** Those that were reached, in the order in which they were asked for. */
  readonly entries: readonly Entry[];
  readonly standings: Standings;
  readonly seconds: number;
  /** False where it was stopped before all activations were trained. */
  readonly complete: boolean;
}
