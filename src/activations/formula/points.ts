/** Where functions of x are looked at. */
import type { Program } from "./expr.ts";
import { type Point, valuesAt } from "./real.ts";

const steps = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count + 1 }, (_, i) => from + ((to - from) * i) / count);

const tiny = [2 ** -30, 2 ** -20, 2 ** -10];
const wide = [16, 24, 32, 48, 64, 88, 90, 104, 128, 256, 512, 1024, 4096, 10_000];

/** |x| <= 10 in this many equal steps (0 among them), points next to 0 and out to 1e4; ascending float32 numbers. */
export function gridOf(count: number): number[] {
  const positive = [
    ...tiny,
    ...steps(0, 10, count / 2)
      .slice(1)
      .map(Math.fround),
    ...wide,
  ];
  return [...positive.toReversed().map((x) => -x), 0, ...positive];
}

/** Where a function is 0 or changes its sign between two points of a grid, to the last digit. */
export function rootsOf(f: (x: number) => number, grid: readonly number[]): number[] {
  const roots: number[] = [];
  let [before, at] = [NaN, NaN];
  for (const x of grid) {
    const value = f(x);
    if (value === 0) roots.push(x);
    else if (before * value < 0) roots.push(...bisect((t) => f(t) < 0 === before < 0, at, x));
    [before, at] = [value, x];
  }
  return roots;
}

/** The roots of several functions of a program's values. */
export function rootsOfValues(
  program: Program,
  functions: readonly ((values: readonly number[]) => number)[],
  params: Point["params"],
): number[] {
  if (functions.length === 0) return [];
  const grid = gridOf(400);
  const rows = new Map<number, readonly number[]>();
  const at = (x: number): readonly number[] => {
    let row = rows.get(x);
    if (row === undefined) rows.set(x, (row = valuesAt(program, { x, params })));
    return row;
  };
  const roots = functions.flatMap((f) => rootsOf((x) => f(at(x)), grid));
  return [...new Set(roots)].toSorted((a, b) => a - b);
}

/** The two neighbouring float32 numbers between which a property ends that `from` has and `to` has not. */
export function bisect(holds: (x: number) => boolean, from: number, to: number): [number, number] {
  let [inside, outside] = [from, to];
  for (;;) {
    const middle = Math.fround((inside + outside) / 2);
    if (middle === inside || middle === outside) return [inside, outside];
    if (holds(middle)) inside = middle;
    else outside = middle;
  }
}
