/** Points for examining functions of x. */
import { type Expr, Program, type Rules } from "./expr.ts";
import { type Points, real, valuesOn } from "./real.ts";

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

/** A function of x: the value of one node minus that of another, or minus a number. */
export interface Difference {
  readonly of: Expr;
  readonly less: Expr | number;
}

/** Where differences are 0 or change sign between two points of a grid, to the last digit; ascending. */
export function rootsOf(
  differences: readonly Difference[],
  { xs: grid, params }: Points,
  rules: Rules<number> = real,
): number[] {
  const roots = new Set<number>();
  for (const { of, less } of differences) {
    const program = new Program(of, ...(typeof less === "number" ? [] : [less]));
    const at = (xs: ArrayLike<number>): Float64Array => {
      const columns = valuesOn(program, { xs, params }, rules);
      const right = typeof less === "number" ? undefined : columns[program.place(less)]!;
      return columns[program.place(of)]!.map((value, i) => value - (right?.[i] ?? (less as number)));
    };
    const values = at(grid);
    const ends: [inside: number, outside: number][] = [];
    const signs: boolean[] = [];
    for (let i = 0; i < grid.length; i++) {
      if (values[i] === 0) roots.add(grid[i]!);
      else if (i > 0 && values[i - 1]! * values[i]! < 0) {
        ends.push([grid[i - 1]!, grid[i]!]);
        signs.push(values[i - 1]! < 0);
      }
    }
    halve(ends, (xs, which) => Array.from(at(xs), (value, k) => value < 0 === signs[which[k]!]));
    for (const x of ends.flat()) roots.add(x);
  }
  return [...roots].toSorted((a, b) => a - b);
}

/**
 * Halves intervals until their ends are adjacent float32 numbers, all together.
 * @param holds whether the property of the first end of interval `which[k]` holds at `xs[k]`
 */
function halve(
  ends: [inside: number, outside: number][],
  holds: (xs: readonly number[], which: readonly number[]) => readonly boolean[],
): void {
  for (let open = [...ends.keys()]; open.length > 0;) {
    const middles = ends.map(([inside, outside]) => Math.fround((inside + outside) / 2));
    open = open.filter((i) => !ends[i]!.includes(middles[i]!));
    const held = holds(
      open.map((i) => middles[i]!),
      open,
    );
    for (const [k, i] of open.entries()) ends[i]![held[k] === true ? 0 : 1] = middles[i]!;
  }
}

/** Whether one of some ascending numbers is within a distance of x. */
export function isWithin(distance: number, of: readonly number[], x: number): boolean {
  let [low, high] = [0, of.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (of[middle]! < x - distance) low = middle + 1;
    else high = middle;
  }
  return low < of.length && of[low]! <= x + distance;
}

/** The two adjacent float32 numbers between which a property ends that `from` has and `to` has not. */
export function bisect(holds: (x: number) => boolean, from: number, to: number): [number, number] {
  let [inside, outside] = [from, to];
  for (;;) {
    const middle = Math.fround((inside + outside) / 2);
    if (middle === inside || middle === outside) return [inside, outside];
    if (holds(middle)) inside = middle;
    else outside = middle;
  }
}
