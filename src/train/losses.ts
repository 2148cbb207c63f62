import type { Storage } from "../device/storage.ts";

/** Losses that the ring on the device keeps, a row a step: more than can be pending (two submits of 64). */
export const RING = 192;

/**
 * The losses of the `count` steps before `end`, [replica][step], as the ring holds them after everything submitted so far.
 * The layout of the ring, [slot][replica], is known here alone.
 */
export async function readLosses(
  storage: Storage,
  replicas: number,
  { end, count }: { readonly end: number; readonly count: number },
): Promise<Float32Array[]> {
  const ring = (await storage.read("losses")) as Float32Array;
  return Array.from({ length: replicas }, (_, r) =>
    Float32Array.from({ length: count }, (_unused, i) => ring[((end - count + i) % RING) * replicas + r]!),
  );
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
