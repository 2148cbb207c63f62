import { ActigradError } from "../core/errors.ts";
import { checkRecord } from "../core/record.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Node } from "../graph/graph.ts";

/** A batch of an evaluation. */
export interface Judged {
  /** f32[R, batch, outputs] */
  readonly output: Node;
  /** Labels u32[1, batch, 1], or values f32[1, batch, outputs]. */
  readonly target: Node;
  /** 1 for rows that count, 0 for those whose label is the loss's `ignoreIndex`: f32[1, batch, 1], or one for all. */
  readonly counted: Node;
}

/** A measure of an evaluation besides loss and accuracy: sums over its rows on the GPU, and the value computed from them. */
export interface Metric<V = unknown> {
  /** Identifies the metric and its options, `topK(5)`: metrics with the same name are recorded once. */
  readonly name: string;
  /** The kind of dataset that it needs; any by default. */
  readonly targets?: Dataset["kind"];
  /** Sums over the rows of a batch by name, f32[1 or R, a, b]. The engine adds them up over all batches. */
  sums(batch: Judged): Readonly<Record<string, Node>>;
  /**
   * One replica's value.
   * @param sums over all batches, a * b numbers each
   * @param rows number of rows that count
   */
  value(sums: Readonly<Record<string, readonly number[]>>, rows: number, dataset: Dataset): V;
}

/** Metrics by the names for their values. */
export type Metrics = Readonly<Record<string, Metric>>;

/** Their values, one per replica. */
export type MetricValues<M extends Metrics> = {
  readonly [K in keyof M]: M[K] extends Metric<infer V> ? readonly V[] : never;
};

const taken = ["loss", "accuracy", "rows"];

/**
 * @throws ActigradError "option" for anything but a metric, one for another kind of dataset, or a name that every evaluation has
 */
export function checkMetrics(metrics: Metrics, { kind }: Dataset): void {
  for (const [key, metric] of Object.entries(metrics)) {
    checkRecord(`metric ${key}`, metric, {
      name: "string",
      targets: "string undefined",
      sums: "function",
      value: "function",
    } satisfies Record<keyof Metric, string>);
    if (taken.includes(key))
      throw new ActigradError("option", `metrics: "${key}" is taken: every evaluation reports it`);
    if ((metric.targets ?? kind) !== kind)
      throw new ActigradError(
        "option",
        `metrics: ${metric.name} needs a dataset of ${metric.targets}, got ${kind}`,
      );
  }
}
