/** What a comparison of activations gives: plain JSON. */
import type { ContestResult } from "../../../bench/contest/result.ts";
import type { AdapterInfo, DataDescription } from "../../index.ts";

export const FORMAT = "actigrad-compare-2";

/** What was measured, and on whom. */
export interface CompareResult {
  readonly adapter: AdapterInfo;
  readonly host: string;
  readonly data: DataDescription;
  /** Widths from input to output; of a network of another kind its name. */
  readonly network: string;
  /** With one task, the data: every rate, every score of every seed. */
  readonly contest: ContestResult;
  readonly seconds: number;
  /** False where it was stopped before all activations were trained. */
  readonly complete: boolean;
}
