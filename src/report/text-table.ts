/** Tables as data, for terminal and report alike. */
import type { Spread } from "../core/statistics.ts";

export interface Cell {
  readonly text: string;
  /** The best of its column, or not to be told from it. */
  readonly best?: boolean;
}
export interface Table {
  readonly title: string;
  readonly heading: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly notes: readonly string[];
}

export const none: Cell = { text: "–" };
export const cell = (text: string, best = false): Cell => (best ? { text, best } : { text });

/** `[3.41, 3.62]` */
export const interval = ({ low, high }: Spread, show: (value: number) => string): string =>
  `[${show(low)}, ${show(high)}]`;
