/** Equal parameters: widths at which a network has as many as the plain one. */

/** Share of the parameters by which it may be off where an even shape is to be had for it. */
const ENOUGH = 0.003;
/** How far the first width may be from an even shape. */
const REACH = 12;

/**
 * Widths near `widths` times one factor at which `count` is nearest to `target`: all scaled together, then the first moved by a
 * few and the last chosen to fit; the least moved of those that are near enough.
 * @param count parameters at so many widths; it grows with each
 */
export function matchWidths(
  count: (widths: readonly number[]) => number,
  widths: readonly number[],
  target: number,
): readonly number[] {
  if (count(widths) === target) return widths;
  /** The whole number at which something that grows is nearest to the target. */
  const nearest = (of: (n: number) => number, most: number): number => {
    let [low, high] = [1, most];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (of(middle) < target) low = middle;
      else high = middle;
    }
    return Math.abs(of(low) - target) <= Math.abs(of(high) - target) ? low : high;
  };
  const scaled = (per: number): number[] => widths.map((w) => Math.max(1, Math.round((w * per) / 1000)));
  const even = scaled(nearest((per) => count(scaled(per)), 4000));
  let best: readonly number[] = even;
  const last = even.length - 1;
  for (const by of Array.from({ length: 2 * REACH + 1 }, (_, i) => (i % 2 === 0 ? -i : i + 1) / 2)) {
    const own = even.map((w, i) => (i === 0 ? Math.max(1, w + by) : w));
    own[last] = nearest((w) => count(own.with(last, w)), 2 * even[last]! + REACH);
    if (Math.abs(count(own) - target) < Math.abs(count(best) - target)) best = own;
    if (Math.abs(count(best) - target) <= ENOUGH * target) break;
  }
  return best;
}
