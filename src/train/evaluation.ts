import type { Dataset } from "../data/dataset.ts";
import type { Executor } from "../device/executor.ts";
import type { Loss } from "../nn/loss.ts";
import type { MetricValues, Metrics } from "./metric.ts";
import { EVALUATION } from "./step.ts";

/** Result of an evaluation, one value per replica; metrics have the names given to them. */
export type Evaluation<M extends Metrics = Record<never, never>> = {
  readonly loss: readonly number[];
  /** Share of correct answers; empty for losses without classes. */
  readonly accuracy: readonly number[];
  readonly rows: number;
} & MetricValues<M>;

/** Reads the sums over the batches of an evaluation (`evaluationGraph`). */
export async function readEvaluation<M extends Metrics>(
  { storage, plan }: Executor,
  dataset: Dataset,
  { loss, replicas, metrics }: { readonly loss: Loss; readonly replicas: number; readonly metrics: M },
): Promise<Evaluation<M>> {
  const names = plan.buffers.flatMap(({ name }) => (name.startsWith(EVALUATION) ? [name] : []));
  // All copies start before the first await: the next evaluation may use the same states.
  const read = await Promise.all(names.map((name) => storage.read(name)));
  const sums = new Map(names.map((name, i) => [name.slice(EVALUATION.length), [...read[i]!]]));
  const each = <T>(value: (r: number) => T): T[] => Array.from({ length: replicas }, (_, r) => value(r));
  const ratio = (name: string, by: string): number[] => each((r) => sums.get(name)![r]! / sums.get(by)![r]!);
  /** One replica's sums of a metric. */
  const sumsOf = (metric: string, r: number): Record<string, number[]> =>
    Object.fromEntries(
      [...sums].flatMap(([name, values]) => {
        const size = values.length / replicas;
        const own = name.startsWith(`${metric}.`);
        return own ? [[name.slice(metric.length + 1), values.slice(r * size, (r + 1) * size)]] : [];
      }),
    );
  const values = Object.entries(metrics).map(([key, { name, value }]) => [
    key,
    each((r) => value(sumsOf(name, r), sums.get("judged")![r]!, dataset)),
  ]);
  return {
    loss: loss.reduction === "sum" ? sums.get("loss")! : ratio("loss", "count"),
    accuracy: dataset.kind === "classes" ? ratio("correct", "judged") : [],
    rows: dataset.rows,
    ...(Object.fromEntries(values) as MetricValues<M>),
  };
}
