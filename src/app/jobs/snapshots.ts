/** Snapshots of a training, to continue after the browser has crashed. */
import type { Kept } from "../../host/kept.ts";
import { type LoadedData, type StoredCheckpoint, type Trainer, load } from "../../index.ts";
import { checkpointOf } from "./resume.ts";
import type { TrainOptions } from "./train-options.ts";
import type { EpochEvaluation } from "./train-result.ts";

/** How far a training has come: the contents of its result. */
export interface SoFar {
  /** The step that training resumed from. */
  readonly start: number;
  /** losses[replica][step] */
  readonly losses: readonly number[][];
  readonly evaluations: EpochEvaluation[];
  readonly seconds: number;
}

/** A snapshot takes at most this share of the time. */
const SHARE = 0.02;

/** Takes snapshots every few seconds, and less often if they take long. */
export class Snapshots {
  readonly #kept: Kept;
  readonly #everyMs: number;
  #dueAt: number;

  /** @param everySeconds 0 takes none */
  constructor(kept: Kept, everySeconds: number) {
    this.#kept = kept;
    this.#everyMs = everySeconds === 0 ? Infinity : everySeconds * 1000;
    this.#dueAt = performance.now() + this.#everyMs;
  }

  get due(): boolean {
    return performance.now() >= this.#dueAt;
  }

  /** Saves a trainer between two fits, with the results of its training so far. */
  async take(trainer: Trainer, data: LoadedData, options: TrainOptions, soFar: SoFar): Promise<void> {
    const begin = performance.now();
    const { losses, ...rest } = soFar;
    const columns = Float32Array.from(losses.flat());
    await this.#kept.put("losses", new Uint8Array(columns.buffer));
    await this.#kept.put("snapshot", await checkpointOf(trainer, data, options, rest));
    const now = performance.now();
    this.#dueAt = now + Math.max(this.#everyMs, (now - begin) / SHARE);
  }
}

/** The last snapshot of an earlier start; undefined for the first. */
export async function lastSnapshot(
  kept: Kept,
  replicas: number,
): Promise<{ readonly checkpoint: StoredCheckpoint; readonly soFar: SoFar } | undefined> {
  const [bytes, columns] = [await kept.get("snapshot"), await kept.get("losses")];
  if (bytes === undefined || columns === undefined) return undefined;
  const { checkpoint, extra } = load(bytes);
  const rest = (extra as { readonly soFar: Omit<SoFar, "losses"> }).soFar;
  const { step } = checkpoint!.position as { readonly step: number };
  const values = new Float32Array(columns.slice().buffer);
  // The losses are saved first: they may be from a later step.
  const each = values.length / replicas;
  const losses = Array.from({ length: replicas }, (_, r) =>
    Array.from(values.subarray(r * each, r * each + step - rest.start)),
  );
  return { checkpoint: checkpoint!, soFar: { ...rest, losses } };
}
