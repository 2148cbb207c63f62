/**
 * Places near those wanted, in their order, at least `apart` from each other, and from `from` to `to` as far as there is room.
 */
export function spreadOut(
  wanted: readonly number[],
  apart: number,
  [from, to]: readonly [from: number, to: number],
): number[] {
  const order = [...wanted.keys()].toSorted((a, b) => wanted[a]! - wanted[b]!);
  const places: number[] = [];
  let least = from;
  for (const i of order) {
    places[i] = Math.max(wanted[i]!, least);
    least = places[i] + apart;
  }
  let most = to;
  for (const i of order.toReversed()) {
    places[i] = Math.min(places[i]!, most);
    most = places[i] - apart;
  }
  return places;
}
