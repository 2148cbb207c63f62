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
  const names = ["loss", "count"];
  if (dataset.kind === "classes") names.push("correct", "judged");
  if (topK !== undefined) names.push("top");
  if (confusion === true) names.push("confusion");
  // All copies are under way before anything is waited for: the next evaluation may use the same states.
  const read = await Promise.all(names.map((name) => storage.read(`evaluation.${name}`)));
  const sums = new Map(names.map((name, i) => [name, [...read[i]!]]));
  const ratio = (name: string, by: string): number[] =>
    sums.get(name)!.map((sum, r) => sum / sums.get(by)![r]!);
  const classes = model.outputs;
  const row = (r: number, c: number): number[] =>
    sums.get("confusion")!.slice((r * classes + c) * classes, (r * classes + c + 1) * classes);
  const matrix = (r: number): number[][] => Array.from({ length: classes }, (_, c) => row(r, c));
  return {
    loss: loss.reduction === "sum" ? sums.get("loss")! : ratio("loss", "count"),
    accuracy: dataset.kind === "classes" ? ratio("correct", "judged") : [],
    rows: dataset.rows,
    ...(topK !== undefined && { topK: ratio("top", "judged") }),
    ...(confusion === true && { confusion: seeds.map((_, r) => matrix(r)) }),
  };
}
