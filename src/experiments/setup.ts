/** The set-up of a run. */
import { type Changes, changed } from "./drag.ts";
import type { Experiment, Setup } from "./experiment.ts";

/** Numbers of training and test images. `rowFields`: the fields of set-ups that state them. */
interface Rows {
  readonly rows: number;
  readonly tests: number;
}
const rowFields: Readonly<Record<string, keyof Rows>> = {
  rows: "rows",
  judged: "rows",
  looked: "rows",
  tests: "tests",
};

/**
 * The set-up of a full or quick run, with changes, and with no more images than exist.
 * @throws ActigradError "option" for a change that is not its `drag`, or is out of range
 */
export function setupOf(
  experiment: Pick<Experiment, "name" | "setup" | "quick" | "drag">,
  {
    quick,
    images = { rows: Infinity, tests: Infinity },
    set = {},
  }: { readonly quick: boolean; readonly images?: Rows | undefined; readonly set?: Changes | undefined },
): Setup {
  const all = quick ? { ...experiment.setup, ...experiment.quick } : experiment.setup;
  const fitting = Object.entries(all).map(([name, value]) => {
    const field = rowFields[name];
    return [name, field !== undefined && typeof value === "number" ? Math.min(value, images[field]) : value];
  });
  return changed(experiment, Object.fromEntries(fitting) as Setup, set);
}

/** Whether a quick run is smaller; exact experiments never are. */
export const isSmaller = ({ exact = false }: Pick<Experiment, "exact">, quick: boolean): boolean =>
  quick && !exact;

/** Number of seeds in a quick run of a trained experiment. */
const QUICK_SEEDS = 2;

/** Seeds 0, 1, ... of an experiment. */
export function seedsOf(
  { seeds = 3, exact = false }: Experiment,
  { quick, seeds: wanted }: { readonly quick: boolean; readonly seeds?: number | undefined },
): number[] {
  const count = wanted ?? (isSmaller({ exact }, quick) ? Math.min(QUICK_SEEDS, seeds) : seeds);
  return Array.from({ length: count }, (_, i) => i);
}
