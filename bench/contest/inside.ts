/** What the units of a trained network do. */
import { median } from "../../src/core/statistics.ts";
import { type Dataset, type Trainer, inspect, probes } from "../../src/index.ts";
import type { Inside } from "./result.ts";

/** Number of rows examined. */
const LOOK = 256;

/** One layer; a value per seed. */
interface Look {
  readonly layer: string;
  readonly title: string;
  readonly dead: readonly number[];
  readonly saturated?: readonly number[];
  readonly signal: readonly number[];
}

/** Dead and saturated units and the gradient norm of each activation's layer. */
export async function lookInside(trainer: Trainer, rows: Dataset): Promise<Look[]> {
  const inspection = await inspect(trainer, rows, {
    rows: Math.min(LOOK, rows.rows),
    probes: [probes.dead(), probes.saturated(), probes.signal()],
    keep: false,
  });
  try {
    inspection.run();
    const [dead, saturated, signal] = [
      await inspection.numbers("dead"),
      await inspection.numbers("saturated"),
      await inspection.numbers("signal"),
    ];
    return inspection.layers.flatMap(({ name, title }) => {
      if (dead[name] === undefined) return [];
      const flat = saturated[name];
      return {
        layer: name,
        title,
        dead: dead[name],
        ...(flat && { saturated: flat }),
        signal: signal[name] ?? [],
      };
    });
  } finally {
    inspection.dispose();
  }
}

/** Medians over the seeds of all splits. */
export const insideOf = (splits: readonly (readonly Look[])[]): Inside[] =>
  splits[0]!.map(({ layer, title, saturated }, i) => {
    const over = (of: (look: Look) => readonly number[]): number =>
      median(splits.flatMap((looks) => of(looks[i]!)));
    return {
      layer,
      title,
      dead: over(({ dead }) => dead),
      ...(saturated && { saturated: over((look) => look.saturated ?? []) }),
      signal: over(({ signal }) => signal),
    };
  });
