import type { Dataset } from "../data/dataset.ts";
import type { Storage } from "../device/storage.ts";
import type { Loss } from "../nn/loss.ts";
import type { Model } from "../nn/sequential.ts";
import type { Metrics } from "./step.ts";

/** What an evaluation finds, one value a replica. */
export interface Evaluation {
  readonly loss: readonly number[];
  /** Share of right answers; empty for losses without classes. */
  readonly accuracy: readonly number[];
  /** Share of rows whose label is among the k largest outputs, where that was asked for. */
  readonly topK?: readonly number[];
  /** confusion[replica][label][prediction]: rows, where that was asked for. */
  readonly confusion?: readonly (readonly (readonly number[])[])[];
  readonly rows: number;
}

/** Reads what the batches of an evaluation (`evaluationGraph`) have summed. */
export async function readEvaluation(
  storage: Storage,
  dataset: Dataset,
  { model, loss, seeds }: { readonly model: Model; readonly loss: Loss; readonly seeds: readonly number[] },
  { topK, confusion }: Metrics,
): Promise<Evaluation> {
  const sums = async (name: string): Promise<number[]> => [...(await storage.read(`evaluation.${name}`))];
  const ratio = async (name: string, by: string): Promise<number[]> => {
    const [values, counts] = await Promise.all([sums(name), sums(by)]);
    return values.map((sum, r) => sum / counts[r]!);
  };
  const counts = confusion === true ? await sums("confusion") : [];
  const classes = model.outputs;
  const row = (r: number, c: number): number[] =>
    counts.slice((r * classes + c) * classes, (r * classes + c + 1) * classes);
  const matrix = (r: number): number[][] => Array.from({ length: classes }, (_, c) => row(r, c));
  return {
    loss: await (loss.reduction === "sum" ? sums("loss") : ratio("loss", "count")),
    accuracy: dataset.kind === "classes" ? await ratio("correct", "judged") : [],
    rows: dataset.rows,
    ...(topK !== undefined && { topK: await ratio("top", "judged") }),
    ...(confusion === true && { confusion: seeds.map((_, r) => matrix(r)) }),
  };
}
