/** Results of a training with several learning rates, rate by rate. */
import type { Trial } from "../../core/trials.ts";
import type { Dataset, LoadedData, Trainer } from "../../index.ts";
import { squaredErrors } from "../../../bench/contest/own-units.ts";

/** Rows that decide between rates, if any, and rows to judge by. */
export interface JudgingRows {
  readonly validation?: Dataset;
  readonly test: Dataset;
  readonly scaling: LoadedData["scaling"];
}

/**
 * The trials of a trainer whose columns are all seeds of the first rate, then all of the second.
 * @param losses losses[replica][step] of the training; a replica with one that is not finite has diverged
 */
export async function trialsOf(
  trainer: Trainer,
  rates: readonly number[],
  { validation, test, scaling }: JudgingRows,
  losses: readonly ArrayLike<number>[],
  options: { readonly average?: boolean } = {},
): Promise<Trial[]> {
  const scoresOn = async (rows: Dataset) => {
    const { loss, accuracy } = await trainer.evaluate(rows, options);
    if (rows.kind === "classes") return { loss, score: accuracy };
    return { loss, score: (await squaredErrors(trainer, rows, scaling, options)).map(Math.sqrt) };
  };
  const chosen = validation === undefined ? { loss: [], score: [] } : await scoresOn(validation);
  const judged = await scoresOn(test);
  const diverged = losses.map((column) => !Array.from(column).every(Number.isFinite));
  const seeds = trainer.replicas / rates.length;
  return rates.map((rate, r) => {
    const own = <T>(columns: readonly T[]): readonly T[] => columns.slice(r * seeds, (r + 1) * seeds);
    return {
      rate,
      validation: own(chosen.score),
      validationLoss: own(chosen.loss),
      test: own(judged.score),
      diverged: own(diverged),
    };
  });
}
