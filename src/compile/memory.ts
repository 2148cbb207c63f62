/** A tensor's lifetime: from the dispatch that writes it to the last that reads it, inclusive. */
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
 * Assigns whole buffers to tensors, largest first, each to the smallest buffer that is free for its whole lifetime. Whole
 * buffers, because WebGPU tracks the use of buffers, not of their parts. Two tensors that are live at the same dispatch never
 * share.
 */
export function assignBuffers<Key>(lifetimes: readonly Lifetime<Key>[]): Assignment<Key> {
  const buffers: { bytes: number; tenants: Lifetime<Key>[] }[] = [];
  const place = new Map<Key, number>();
  for (const tensor of lifetimes.toSorted((a, b) => b.bytes - a.bytes || a.first - b.first)) {
    // Sorted by size: every buffer made so far is large enough, and the last fitting one is the smallest.
    let index = buffers.findLastIndex((b) => !b.tenants.some((t) => overlap(t, tensor)));
    if (index < 0) index = buffers.push({ bytes: tensor.bytes, tenants: [] }) - 1;
    buffers[index]!.tenants.push(tensor);
    place.set(tensor.key, index);
  }
  return { buffers: buffers.map((b) => b.bytes), place, lowerBoundBytes: lowerBound(lifetimes) };
}

/** The largest total size of tensors live at one dispatch. */
function lowerBound(lifetimes: readonly Lifetime<unknown>[]): number {
  const at = lifetimes.map(({ first }) => {
    const alive = lifetimes.filter((t) => t.first <= first && first <= t.last);
    return alive.reduce((total, t) => total + t.bytes, 0);
  });
  return Math.max(0, ...at);
}
