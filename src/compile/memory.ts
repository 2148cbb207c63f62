/** A tensor's life: from the dispatch that makes it to the last that reads it, both included. */
export interface Lifetime<Key> {
  readonly key: Key;
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

export interface Assignment<Key> {
  /** Bytes of each physical buffer. */
  readonly buffers: readonly number[];
  readonly place: ReadonlyMap<Key, number>;
  readonly lowerBoundBytes: number;
}

const overlap = (a: Lifetime<unknown>, b: Lifetime<unknown>): boolean =>
  a.first <= b.last && b.first <= a.last;

/**
 * Whole buffers for tensors, largest first, each into the smallest buffer that is free for its whole life. Whole ones,
 * because WebGPU tracks the use of a buffer, not of its parts. Two tensors that live at the same dispatch never share.
 */
export function assignBuffers<Key>(lifetimes: readonly Lifetime<Key>[]): Assignment<Key> {
  const buffers: { bytes: number; tenants: Lifetime<Key>[] }[] = [];
  const place = new Map<Key, number>();
  for (const tensor of lifetimes.toSorted((a, b) => b.bytes - a.bytes || a.first - b.first)) {
    // Sorted by size: any buffer made so far is large enough, and the last fitting one is the smallest.
    let index = buffers.findLastIndex((b) => !b.tenants.some((t) => overlap(t, tensor)));
    if (index < 0) index = buffers.push({ bytes: tensor.bytes, tenants: [] }) - 1;
    buffers[index]!.tenants.push(tensor);
    place.set(tensor.key, index);
  }
  return { buffers: buffers.map((b) => b.bytes), place, lowerBoundBytes: lowerBound(lifetimes) };
}

/** The largest sum of sizes that live at one dispatch. */
function lowerBound(lifetimes: readonly Lifetime<unknown>[]): number {
  const at = lifetimes.map(({ first }) => {
    const alive = lifetimes.filter((t) => t.first <= first && first <= t.last);
    return alive.reduce((total, t) => total + t.bytes, 0);
  });
  return Math.max(0, ...at);
}
