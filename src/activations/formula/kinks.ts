import { type Expr, Program, isCondition } from "./expr.ts";
import { rootsOfValues } from "./points.ts";
import { type Point, defaultsOf, valuesAt } from "./real.ts";

type Params = Point["params"];

/** Functions of x that are 0 where a formula may change its branch. */
function switches(program: Program): ((values: readonly number[]) => number)[] {
  return program.nodes.flatMap((node) => {
    const at = node.args.map((arg) => program.place(arg));
    if (isCondition(node) || node.op === "min" || node.op === "max")
      return [(values: readonly number[]) => values[at[0]!]! - values[at[1]!]!];
    const edges = edgesOf(node);
    return edges.map((edge) => (values: readonly number[]) => values[at[0]!]! - edge);
  });
}

function edgesOf({ op, record }: Expr): readonly number[] {
  if (op === "abs" || op === "relu") return [0];
  return op === "call" ? record!.kinks(defaultsOf(record!)) : [];
}

/**
 * Where the derivative of an expression (or the expression itself) jumps: candidates are the points at which a branch
 * changes, found by their change of sign on a grid; those stay at which a jump is really seen.
 * @param slope the derivative
 */
export function findKinks(root: Expr, slope: Expr, params: Params): number[] {
  const program = new Program(root);
  const candidates = rootsOfValues(program, switches(program), params);
  const both = new Program(root, slope);
  const places = [both.place(root), both.place(slope)];
  const look = (x: number): number[] => {
    const values = valuesAt(both, { x, params });
    return places.map((place) => values[place]!);
  };
  const found: number[] = [];
  // A root between two float32 numbers comes as both.
  for (const x of candidates)
    if (jumps(look, x) && (found.length === 0 || !isNear(found.at(-1)!, x))) found.push(x);
  return found;
}

const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= 2e-7 * Math.max(1, Math.abs(a));

/** Whether one of several functions has different limits on both sides of x, or another value at x itself. */
function jumps(look: (x: number) => readonly number[], x: number): boolean {
  const size = Math.max(1, Math.abs(x));
  const spread = (h: number): number[] => {
    const [left, middle, right] = [look(x - h), look(x), look(x + h)];
    return left.map((a, i) => {
      const [b, c] = [middle[i]!, right[i]!];
      return Math.max(Math.abs(c - a), Math.abs(b - (a + c) / 2));
    });
  };
  const [far, near] = [spread(1e-4 * size), spread(1e-6 * size)];
  // Continuous functions shrink with the distance, poles grow.
  return far.some((d, i) => near[i]! > 1e-9 && near[i]! > 0.3 * d && near[i]! < 3 * d);
}

/** Where an expression may stop being defined or finite: zeros of denominators and of arguments of log, sqrt and pow. */
export function findEdges(root: Expr, params: Params): number[] {
  const program = new Program(root);
  const functions = program.nodes.flatMap(({ op, args }) => {
    const place = program.place(args[op === "div" ? 1 : 0] ?? root);
    if (op === "log1p") return [(values: readonly number[]) => values[place]! + 1];
    const partial = op === "div" || op === "log" || op === "sqrt" || op === "pow";
    return partial || (op === "powi" && args[1]!.value < 0)
      ? [(values: readonly number[]) => values[place]!]
      : [];
  });
  return rootsOfValues(program, functions, params);
}
