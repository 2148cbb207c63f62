/** The spread of a metric over the seeds. */
import { type Spread, range } from "../core/statistics.ts";
import type { Values } from "./experiment.ts";

/** Undefined if a value is not finite or none was measured. */
export function spreadOf(values: Values[string] | undefined): Spread | undefined {
  const finite = (values ?? []).filter((v) => v !== null && Number.isFinite(v)) as number[];
  if (values === undefined || finite.length === 0 || finite.length < values.length) return undefined;
  return range(finite);
}
