import type { Storage } from "../device/storage.ts";

/** Losses that the ring on the device keeps, a row a step: more than can be pending (two submits of 64). */
export const RING = 192;

/** Losses of steps, [replica][step]; NaN in a step that was skipped because its mean is over nothing. */
export interface StepLosses {
  readonly losses: readonly Float32Array[];
  /** Whether a step was skipped, [replica][step]; none was where this is absent. */
  readonly skipped?: readonly (readonly boolean[])[];
}

/**
 * The losses of the `count` steps before `end`, as the rings hold them after everything submitted so far. Their layout,
 * [slot][replica], is known here alone.
 * @param counted whether the step records what its mean divides by
 */
export async function readLosses(
  storage: Storage,
  replicas: number,
  { end, count, counted }: { readonly end: number; readonly count: number; readonly counted: boolean },
): Promise<StepLosses> {
  const rings = counted ? ["losses", "counts"] : ["losses"];
  const [losses, counts] = await Promise.all(rings.map((name) => storage.read(name)));
  const each = <T>(value: (at: number) => T): T[][] =>
    Array.from({ length: replicas }, (_, r) =>
      Array.from({ length: count }, (_unused, i) => value(((end - count + i) % RING) * replicas + r)),
    );
  if (counts === undefined)
    return { losses: each((at) => losses![at]!).map((own) => Float32Array.from(own)) };
  // A count that is NaN comes from a loss that is too.
  const skipped = (at: number): boolean => counts[at] === 0;
  return {
    losses: each((at) => (skipped(at) ? NaN : losses![at]!)).map((own) => Float32Array.from(own)),
    skipped: each(skipped),
  };
}

/** Losses of a training whose end may not be known, [replica][step]. */
export class LossRecord {
  #losses: Float32Array[];
  /** Steps so far. */
  count = 0;

  /** @param steps as many as are expected; it grows when there are more */
  constructor(replicas: number, steps: number) {
    this.#losses = Array.from({ length: replicas }, () => new Float32Array(steps));
  }

  append(losses: readonly Float32Array[]): void {
    const end = this.count + losses[0]!.length;
    if (end > this.#losses[0]!.length) {
      this.#losses = this.#losses.map((before) => {
        const longer = new Float32Array(2 * end);
        longer.set(before);
        return longer;
      });
    }
    for (const [r, own] of losses.entries()) this.#losses[r]!.set(own, this.count);
    this.count = end;
  }

  /** Those before step `end`, all by default. */
  before(end = this.count): Float32Array[] {
    return this.#losses.map((own) => own.subarray(0, end));
  }
}
