import { type Expr, Program, isCondition } from "./expr.ts";
import { type Difference, gridOf, isWithin, rootsOf } from "./points.ts";
import { type Point, defaultsOf, valuesOn } from "./real.ts";

type Params = Point["params"];

/** Differences that are 0 where a formula may change its branch. */
const switches = ({ nodes }: Program): Difference[] =>
  nodes.flatMap((node): Difference[] => {
    const [a, b] = node.args;
    if (isCondition(node) || node.op === "min" || node.op === "max") return [{ of: a!, less: b! }];
    return edgesOf(node).map((edge) => ({ of: a!, less: edge }));
  });

/** Jumps of a floor, within the searched range. */
const wholes = Array.from({ length: 21 }, (_, i) => i - 10);

function edgesOf({ op, record }: Expr): readonly number[] {
  if (op === "abs" || op === "relu" || op === "sign") return [0];
  if (op === "floor") return wholes;
  if (op === "round") return wholes.map((n) => n + 0.5);
  return op === "call" ? record!.kinks(defaultsOf(record!)) : [];
}

/** Points per batch. */
const BLOCK = 256;

/**
 * Where the derivative of an expression (or the expression itself) jumps. Candidates are the points where a branch changes, found
 * by sign changes on a grid; those with an actual jump remain.
 * @param slope the derivative
 */
export function findKinks(root: Expr, slope: Expr, params: Params): number[] {
  const candidates = rootsOf(switches(new Program(root)), { xs: gridOf(400), params });
  const both = new Program(root, slope);
  const look = (xs: readonly number[]): Float64Array[] => {
    const columns = valuesOn(both, { xs, params });
    return [root, slope].map((of) => columns[both.place(of)]!);
  };
  const jumping = (xs: readonly number[]): number[] => {
    const blocks = Array.from({ length: Math.ceil(xs.length / BLOCK) }, (_, i) =>
      xs.slice(i * BLOCK, (i + 1) * BLOCK),
    );
    return blocks.flatMap((block) => jumps(look, block));
  };
  // A root between two float32 numbers is found as both: the second is checked if the first is not a kink.
  const first = candidates.filter((x, i) => i === 0 || !isNear(candidates[i - 1]!, x));
  const found = jumping(first);
  const rest = candidates.filter(
    (x, i) => i > 0 && isNear(candidates[i - 1]!, x) && !isWithin(NEAR * sizeOf(x), found, x),
  );
  return [...found, ...jumping(rest)].toSorted((a, b) => a - b);
}

/** Of adjacent float32 numbers. */
const NEAR = 2e-7;
const sizeOf = (x: number): number => Math.max(1, Math.abs(x));
const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= NEAR * sizeOf(a);

/** Those x where one of several functions has different limits on both sides, or another value at x itself. */
function jumps(look: (xs: readonly number[]) => readonly Float64Array[], xs: readonly number[]): number[] {
  const middle = look(xs);
  const spread = (h: number): Float64Array[] => {
    const [left, right] = [-h, h].map((step) => look(xs.map((x) => x + step * sizeOf(x)))) as [
      Float64Array[],
      Float64Array[],
    ];
    return left.map((column, f) =>
      column.map((a, i) => {
        const [b, c] = [middle[f]![i]!, right[f]![i]!];
        return Math.max(Math.abs(c - a), Math.abs(b - (a + c) / 2));
      }),
    );
  };
  const [far, near] = [spread(1e-4), spread(1e-6)];
  // With the distance, the difference shrinks where a function is continuous, and grows at a pole.
  return xs.filter((_, i) =>
    far.some((column, f) => {
      const [d, e] = [column[i]!, near[f]![i]!];
      return e > 1e-9 && e > 0.3 * d && e < 3 * d;
    }),
  );
}

/** Where expressions may be undefined or infinite: zeros of denominators and of arguments of log, sqrt and pow. */
export function findEdges(roots: readonly Expr[], params: Params): number[] {
  const differences = new Program(...roots).nodes.flatMap(({ op, args }): Difference[] => {
    if (op === "log1p") return [{ of: args[0]!, less: -1 }];
    const partial = op === "div" || op === "log" || op === "sqrt" || op === "pow";
    return partial || (op === "powi" && args[1]!.value < 0)
      ? [{ of: args[op === "div" ? 1 : 0]!, less: 0 }]
      : [];
  });
  return rootsOf(differences, { xs: gridOf(400), params });
}
