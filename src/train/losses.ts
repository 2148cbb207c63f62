import { LANES } from "../core/shape.ts";
import type { HostArray } from "../device/layout.ts";
import type { Storage } from "../device/storage.ts";
import { aliveName } from "../graph/ops/guard.ts";

/** Losses that the ring on the device holds, a row per step: more than can be pending (two submits of 64). */
export const RING = 192;

/** What a training step records besides its losses: the divisor of its mean, and the norm of its gradients. */
export type Recorded = Readonly<Partial<Record<"count" | "norm", unknown>>>;

/** Losses of steps, [replica][step]; NaN in a step that was skipped because its mean is over nothing. */
export interface StepLosses {
  readonly losses: readonly Float32Array[];
  /** Whether a step was skipped, [replica][step]; if absent, none was. */
  readonly skipped?: readonly (readonly boolean[])[];
  /** Norms of the gradients, [replica][step], if computed. */
  readonly norms?: readonly (readonly number[])[];
  /**
   * The first step whose gradients were not finite, one per replica; Infinity if all were finite. Used if no norms are computed.
   */
  readonly marked?: readonly number[];
}

/**
 * The losses of the `count` steps before `end`, as the rings have them after everything submitted so far. Only this function
 * knows their layout, [slot][replica].
 * @param recorded what else the step records
 */
export async function readLosses(
  storage: Storage,
  replicas: number,
  { end, count, recorded }: { readonly end: number; readonly count: number; readonly recorded: Recorded },
): Promise<StepLosses> {
  const read = (name: string, wanted: boolean) => (wanted ? storage.read(name) : undefined);
  const [losses, counts, norms, alive] = await Promise.all([
    storage.read("losses"),
    read("counts", recorded.count !== undefined),
    read("norms", recorded.norm !== undefined),
    recorded.norm === undefined ? readAlive(storage, replicas) : undefined,
  ]);
  const slots = Array.from({ length: count }, (_, i) => (end - count + i) % RING);
  const each = <T>(value: (at: number) => T): T[][] =>
    Array.from({ length: replicas }, (_, r) => slots.map((slot) => value(slot * replicas + r)));
  // The mark of an earlier step stays: the replica no longer trains.
  const stepOf = (mark: number): number => (mark === 0 ? Infinity : Math.max(0, slots.indexOf(mark - 1)));
  const sizes = {
    ...(norms && { norms: each((at) => norms[at]!) }),
    ...(alive && { marked: Array.from({ length: replicas }, (_, r) => stepOf(alive[r * LANES + 1]!)) }),
  };
  if (counts === undefined)
    return { losses: each((at) => losses[at]!).map((own) => Float32Array.from(own)), ...sizes };
  // If a count is NaN, so is the loss.
  const skipped = (at: number): boolean => counts[at] === 0;
  return {
    losses: each((at) => (skipped(at) ? NaN : losses[at]!)).map((own) => Float32Array.from(own)),
    skipped: each(skipped),
    ...sizes,
  };
}

/** The whole slots of `alive`, which contain its mark (see `guard`). */
function readAlive(storage: Storage, replicas: number): Promise<HostArray> {
  const whole = { shape: [replicas, 1, LANES], dtype: "f32" } as const;
  return storage.copy(() => storage.buffer(aliveName, whole, "state"), whole);
}

/**
 * The first step, and its first replica, with a loss or gradients that are not finite. A skipped step has no loss, and the norm
 * of its gradients is ignored.
 */
export function firstBad({ losses, skipped, norms, marked }: StepLosses): BadStep | undefined {
  const steps = losses.map((own, r) => {
    const at = own.findIndex(
      (loss, i) =>
        skipped?.[r]?.[i] !== true && !(Number.isFinite(loss) && Number.isFinite(norms?.[r]?.[i] ?? 0)),
    );
    return Math.min(at < 0 ? Infinity : at, marked?.[r] ?? Infinity);
  });
  const step = Math.min(...steps);
  if (step === Infinity) return undefined;
  const replica = steps.indexOf(step);
  return { step, replica, loss: losses[replica]![step]! };
}

/** A step that diverged, counted from the first of those examined. */
export interface BadStep {
  readonly step: number;
  readonly replica: number;
  /** Finite if it is a gradient that is not. */
  readonly loss: number;
}
