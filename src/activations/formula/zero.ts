import { type Expr, Program } from "./expr.ts";
import type { Parsed } from "./parse.ts";
import { gridOf, rootsOf } from "./points.ts";
import { type Point, single, valuesAt } from "./real.ts";
import { excerpt, formulaError } from "./tokens.ts";

/** The nodes that a value comes from: of a where only the branch that is taken. */
function* reached(root: Expr, value: (node: Expr) => number): Generator<Expr> {
  const seen = new Set<Expr>();
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    yield node;
    const [condition, a, b] = node.args;
    if (node.op === "where") open.push(condition!, value(condition!) === 0 ? b! : a!);
    else open.push(...node.args);
  }
}

/**
 * Refuses a formula that is 0/0 at a point that its x can reach, and names the division. Looked at, in float32: a grid
 * over |x| <= 10, the formula's own numbers, and the points at which a denominator changes its sign for |x| <= 1e4.
 * That both become 0 far out, because they grow small, is left to `checkFormula`.
 * @throws ActigradError "formula"
 */
export function refuseZeroByZero({ root, places, text }: Parsed, params: Point["params"]): void {
  const program = new Program(root);
  const divisions = program.nodes.filter(({ op }) => op === "div");
  if (divisions.length === 0) return;
  const grid = gridOf(80);
  const rows = new Map<number, number[]>();
  const row = (x: number): number[] => {
    const known = rows.get(x) ?? valuesAt(program, { x, params }, single);
    rows.set(x, known);
    return known;
  };
  const numbers = program.nodes.flatMap(({ op, value }) => (op === "number" ? [value, -value] : []));
  const roots = divisions.flatMap(({ args }) => rootsOf((x) => row(x)[program.place(args[1]!)]!, grid));
  const near = [0, ...numbers, ...Object.values(params), ...roots, ...grid].filter((x) => Math.abs(x) <= 10);
  const far = roots.filter((x) => !grid.includes(x));
  for (const x of new Set([...near, ...far])) {
    const values = row(x);
    const value = (node: Expr): number => values[program.place(node)]!;
    for (const node of reached(root, value)) {
      if (node.op !== "div" || value(node.args[0]!) !== 0 || value(node.args[1]!) !== 0) continue;
      const place = places.get(node)!;
      throw formulaError(
        place[0],
        `${excerpt(text, place)} is 0/0 at x = ${x}`,
        `give it a value there, with where(x == ${x}, ..., ...)`,
      );
    }
  }
}
