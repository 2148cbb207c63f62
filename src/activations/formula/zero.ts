import { type Expr, Program } from "./expr.ts";
import type { Parsed } from "./parse.ts";
import { gridOf, rootsOf } from "./points.ts";
import { type Point, single, valuesOn } from "./real.ts";
import { excerpt, formulaError } from "./tokens.ts";

/** The nodes that a value comes from; for a where, only the branch taken. */
function* reached(root: Expr, holds: (condition: Expr) => boolean): Generator<Expr> {
  const seen = new Set<Expr>();
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    yield node;
    const [condition, a, b] = node.args;
    if (node.op === "where") open.push(condition!, holds(condition!) ? a! : b!);
    else open.push(...node.args);
  }
}

/**
 * Refuses a formula that is 0/0 at a point that x can reach, and names the division. Examines, in float32: a grid over |x| <= 10,
 * the formula's own numbers, and the points where a denominator changes sign for |x| <= 1e4. Far out, where both become 0 because
 * they shrink, is left to `checkFormula`.
 * @throws ActigradError "formula"
 */
export function refuseZeroByZero(parsed: Parsed, params: Point["params"]): void {
  const { root, backward } = parsed;
  for (const part of backward === undefined ? [root] : [root, backward]) refuse(part, parsed, params);
}

function refuse(root: Expr, { places, text }: Parsed, params: Point["params"]): void {
  const program = new Program(root);
  const divisions = program.nodes.filter(({ op }) => op === "div");
  if (divisions.length === 0) return;
  const grid = gridOf(80);
  const numbers = program.nodes.flatMap(({ op, value }) => (op === "number" ? [value, -value] : []));
  const denominators = divisions.map(({ args }) => ({ of: args[1]!, less: 0 }));
  const roots = rootsOf(denominators, { xs: grid, params }, single);
  const near = [0, ...numbers, ...Object.values(params), ...roots, ...grid].filter((x) => Math.abs(x) <= 10);
  const far = roots.filter((x) => !grid.includes(x));
  const xs = [...new Set([...near, ...far])];
  const columns = valuesOn(program, { xs, params }, single);
  const isZero = (node: Expr, i: number): boolean => columns[program.place(node)]![i] === 0;
  for (const [i, x] of xs.entries()) {
    const open = divisions.filter(({ args }) => args.every((arg) => isZero(arg, i)));
    if (open.length === 0) continue;
    const taken = new Set(reached(root, (condition) => !isZero(condition, i)));
    const division = open.find((node) => taken.has(node));
    if (division === undefined) continue;
    const place = places.get(division)!;
    throw formulaError(
      place[0],
      `${excerpt(text, place)} is 0/0 at x = ${x}`,
      `give it a value there, with where(x == ${x}, ..., ...)`,
    );
  }
}
