/** Derivatives of activations as activations, to any order. */
import type { Activation } from "../activation.ts";
import { ActigradError } from "../../core/errors.ts";
import { sigmoid } from "../records/sigmoid.ts";
import { tanh } from "../records/tanh.ts";
import { type Expr, type InnerOp, type Pool, Program, isLeaf } from "./expr.ts";
import { partsOf, recordFrom } from "./formula.ts";
import { parseFormula } from "./parse.ts";
import { printExpr } from "./print.ts";
import { defaultsOf } from "./real.ts";
import { Simplifier } from "./simplify.ts";

/** Limit for a record's derivative, which a program may have written (a spline has many pieces). */
const RECORDS = { characters: 1 << 16, nodes: 1 << 14, depth: 256 };

const known = new Map<Activation, Activation | number>();

/**
 * f' as a record, with those of f's parameters that it depends on; a number if it is constant. It has a derivative too: formulas
 * are derived symbolically, other records state theirs as `derivative`.
 * @throws ActigradError "option" for a record without one
 */
export function slopeOf(record: Activation): Activation | number {
  let slope = known.get(record);
  if (slope === undefined) known.set(record, (slope = derived(record)));
  return slope;
}

function derived(record: Activation): Activation | number {
  const own = partsOf(record);
  if (own?.backward !== undefined) throw none(record.name);
  const { pool, root } = own === undefined ? written(record) : { pool: own.pool, root: own.slopes.get("x")! };
  const f = spelledOut(new Simplifier(pool), root);
  if (f.op === "number") return f.value;
  const used = new Set(new Program(f).nodes.map(({ name }) => name));
  const specs = Object.entries(record.params).filter(([name]) => used.has(name));
  return recordFrom(printExpr(f), Object.fromEntries(specs), f, pool);
}

/** The expression of a record's `derivative`. */
function written({ name, params, derivative }: Activation): { pool: Pool; root: Expr } {
  if (derivative !== undefined) return parseFormula(derivative, Object.keys(params), RECORDS);
  throw none(name);
}

const none = (name: string): ActigradError =>
  new ActigradError("option", `activation "${name}" has no second derivative`, {
    hint: `write it as a formula("..."), or give its record a derivative: f' as the text of a formula`,
    name,
  });

/** The same expression, simplified, with the slopes of catalogue activations written out, except tanh's and sigmoid's. */
function spelledOut(s: Simplifier, root: Expr): Expr {
  return rebuilt(s, root, (node) => node);
}

function rebuilt(s: Simplifier, root: Expr, leaf: (node: Expr) => Expr): Expr {
  const made = new Map<Expr, Expr>();
  for (const node of new Program(root).nodes) {
    const args = node.args.map((arg) => made.get(arg)!);
    const { record } = node;
    if (isLeaf(node)) made.set(node, leaf(node));
    else if (node.op === "slope" && record !== tanh && record !== sigmoid)
      made.set(node, atPoint(s, record!, args[0]!));
    else made.set(node, s.node(node.op as InnerOp, args, record));
  }
  return made.get(root)!;
}

/** f'(u) of a catalogue activation with its default parameters. */
function atPoint(s: Simplifier, record: Activation, u: Expr): Expr {
  const { root } = written(record);
  const defaults = defaultsOf(record);
  return rebuilt(s, root, ({ op, value, name }) =>
    op === "x" ? u : s.number(op === "number" ? value : defaults[name]!),
  );
}
