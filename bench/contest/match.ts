/** Equal parameters: widths at which a network has as many as the plain one. */

/**
 * Widths near `widths` times one factor at which `count` is nearest to `target`. All are scaled together first, then each is moved
 * by a few as long as that brings it nearer.
 * @param count parameters at so many widths; it grows with each
 */
export function matchWidths(
  count: (widths: readonly number[]) => number,
  widths: readonly number[],
  target: number,
): readonly number[] {
  const miss = (own: readonly number[]): number => Math.abs(count(own) - target);
  if (miss(widths) === 0) return widths;
  const scaled = (factor: number): number[] => widths.map((w) => Math.max(1, Math.round(w * factor)));
  let [low, high] = [0, 4];
  for (let i = 0; i < 16; i++) {
    const middle = (low + high) / 2;
    if (count(scaled(middle)) < target) low = middle;
    else high = middle;
  }
  let best: readonly number[] = [scaled(low), scaled(high)].toSorted((a, b) => miss(a) - miss(b))[0]!;
  let least = miss(best);
  for (let better = true; better && least > target / 1000;) {
    better = false;
    for (const at of best.keys())
      for (const by of [-2, -1, 1, 2]) {
        const next = best.map((w, i) => (i === at ? Math.max(1, w + by) : w));
        const off = miss(next);
        if (off < least) [best, least, better] = [next, off, true];
      }
  }
  return best;
}
