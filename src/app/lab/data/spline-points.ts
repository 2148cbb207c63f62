/** The points of a spline in an activation's text, `spline:points=x/y/x/y,monotone`. */

export type Point = readonly [x: number, y: number];

/** A visitor's initial spline: near silu. */
export const FIRST_SPLINE = "spline:points=-4/-0.1/-2/-0.25/-0.75/-0.25/0/0/1/0.75/3/3";
/** Minimum distance of neighbours along x. */
const APART = 0.05;
/** Range in which points can be dragged. */
export const REACH = 5;

/** Undefined for a text that is not a spline, or has no points. */
export function pointsOf(text: string): readonly Point[] | undefined {
  const list = /^spline:(?:.*,)?points=([-\d.e/]+)(?:,|$)/.exec(text)?.[1];
  if (list === undefined) return undefined;
  const numbers = list.split("/").map(Number);
  return Array.from(
    { length: numbers.length >> 1 },
    (_, i) => [numbers[2 * i]!, numbers[2 * i + 1]!] as const,
  );
}

/** The same text with other points. */
export const withPoints = (text: string, points: readonly Point[]): string =>
  text.replace(/points=[-\d.e/]+/, `points=${points.flat().join("/")}`);

/** Moves a point, rounded to two digits and kept between its neighbours. */
export function moved(points: readonly Point[], at: number, [x, y]: Point): readonly Point[] {
  const low = at === 0 ? -REACH : points[at - 1]![0] + APART;
  const high = at === points.length - 1 ? REACH : points[at + 1]![0] - APART;
  const rounded = (value: number): number => Number(value.toFixed(2));
  const within = (value: number, from: number, to: number): number => Math.min(to, Math.max(from, value));
  const next = [rounded(within(x, low, high)), rounded(within(y, -REACH, REACH))] as const;
  return points.map((point, i) => (i === at ? next : point));
}
