/** Result of a comparison of activations, as plain JSON. */
import type { ContestResult } from "../../../bench/contest/result.ts";
import type { AdapterInfo, DataDescription } from "../../index.ts";

export const FORMAT = "actigrad-compare-2";

/** What was measured, and on which data. */
export interface CompareResult {
  readonly adapter: AdapterInfo;
  readonly host: string;
  readonly data: DataDescription;
  /** Widths from input to output; for other kinds of networks, the name. */
  readonly network: string;
  /** With one task, the data: every rate, every score of every seed. */
  readonly contest: ContestResult;
  readonly seconds: number;
  /** False if it was stopped before all activations were trained. */
  readonly complete: boolean;
}
