import { ActigradError } from "../core/errors.ts";
import type { Prediction } from "./trainer.ts";

/** A result in which each array with one entry per replica is replaced by one replica's entry. */
export type OfReplica<T> = {
  readonly [K in keyof T]: T[K] extends readonly (infer Entry)[]
    ? K extends "accuracy"
      ? Entry | undefined // none for losses without classes
      : Entry
    : T[K];
};

/** One replica's rows of a prediction. */
export interface ReplicaPrediction {
  readonly shape: readonly [rows: number, outputs: number];
  readonly data: Float32Array;
}

/**
 * One replica's part of a result of `fit`, `evaluate`, `predict`, `trainStep` or `gradients`. The results have an entry for each
 * replica and stay unchanged.
 *
 *     const { loss, accuracy } = replicaOf(await trainer.evaluate(test)); // numbers
 *     replicaOf(await trainer.fit(train)).losses;                         // Float32Array [steps]
 *     replicaOf(await trainer.predict(x));                                // { shape: [rows, outputs], data }
 *     replicaOf(await trainStep(trainer, batch));                          // a number
 *
 * @param replica which one; may be omitted if there is only one
 * @throws ActigradError "option" for a replica that does not exist, or if there are several and none is given
 */
export function replicaOf(result: Prediction, replica?: number): ReplicaPrediction;
export function replicaOf<E>(result: readonly E[], replica?: number): E;
export function replicaOf<T extends object>(result: T, replica?: number): OfReplica<T>;
export function replicaOf(result: object, replica?: number): unknown {
  if (Array.isArray(result)) return result[chosen(result.length, replica)];
  if (isPrediction(result)) {
    const [replicas, rows, outputs] = result.shape;
    const size = rows * outputs;
    const start = chosen(replicas, replica) * size;
    return { shape: [rows, outputs], data: result.data.subarray(start, start + size) };
  }
  const entries = Object.entries(result) as [string, unknown][];
  const replicas = Math.max(0, ...entries.map(([, value]) => (Array.isArray(value) ? value.length : 0)));
  const at = chosen(replicas, replica);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Array.isArray(value) ? (value as unknown[])[at] : value]),
  );
}

const isPrediction = (result: object): result is Prediction =>
  "data" in result && result.data instanceof Float32Array;

function chosen(replicas: number, replica: number | undefined): number {
  const at = replica ?? 0;
  if (Number.isInteger(at) && at >= 0 && at < replicas && (replica !== undefined || replicas === 1))
    return at;
  throw new ActigradError(
    "option",
    replica === undefined
      ? `the result has ${replicas} replicas, and none was named`
      : `replica must be a whole number from 0 to ${replicas - 1}, got ${replica}`,
    { hint: `name one, 0 to ${replicas - 1}` },
  );
}
