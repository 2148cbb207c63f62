/** Formulas as syntax trees of the parser's own nodes: reads, prints, generates, mutates and crosses them. Pure. */
import { type Expr, type InnerOp, Pool, arities, isLeaf } from "../../activations/formula/expr.ts";
import { type Callee, callees } from "../../activations/formula/names.ts";
import { limits, parseFormula } from "../../activations/formula/parse.ts";
import { numberText, printExpr } from "../../activations/formula/print.ts";
import { Simplifier } from "../../activations/formula/simplify.ts";
import type { Draws } from "./draws.ts";

/** A formula without its text. */
export interface Tree {
  readonly root: Expr;
  /** Learned parameters, and their starting values. */
  readonly learned: Readonly<Record<string, number>>;
}

/** The building blocks of trees. */
export interface Space {
  /** Functions of one argument: operations, and activations of the catalogue. */
  readonly operations: readonly Callee[];
  readonly activations: readonly Callee[];
  readonly binary: readonly InnerOp[];
  /** Possible names of learned parameters; none if nothing is learned. */
  readonly names: readonly string[];
  /** Maximum size of a tree. */
  readonly nodes: number;
  readonly depth: number;
}

/** Functions without a slope, or with one that training cannot follow. */
const flat: readonly InnerOp[] = ["sign", "floor", "round"];
/** Undefined for x < 0. */
const half: readonly InnerOp[] = ["log", "sqrt"];

/** Callable operations of one argument; others have their own syntax. */
const operations: readonly Callee[] = [
  { op: "neg" },
  { op: "powi" },
  ...[...callees.values()].filter(
    ({ op }) => op !== "call" && arities[op] === 1 && !flat.includes(op) && !half.includes(op),
  ),
];

/** Activations whose value is a function of x only. */
const catalogue: readonly Callee[] = [...new Map([...callees.values()].map((c) => [c.record, c])).values()]
  .filter(({ record }) => record !== undefined && record.drawn === undefined)
  .filter(({ record }) => record!.name !== "identity");

const binary: readonly InnerOp[] = ["add", "sub", "mul", "mul", "div", "min", "max"];

/** Activations to train networks with. */
export const ofActivations: Space = {
  operations,
  activations: catalogue,
  binary,
  names: ["alpha", "beta"],
  nodes: 14,
  depth: 6,
};

/** To match a function of that name: uses only operations, without the function itself. */
export const ofOperations = (without: string): Space => ({
  ...ofActivations,
  operations: operations.filter(({ op }) => op !== without),
  activations: [],
  names: [],
  nodes: 20,
  depth: 8,
});

/** @throws ActigradError "formula" */
export function treeOf(text: string): Tree {
  const { root, params } = parseFormula(text);
  return { root, learned: Object.fromEntries([...params].map(([name, param]) => [name, param.default])) };
}

/** Parses back to the same tree. */
export const textOf = ({ root, learned }: Tree): string =>
  [
    printExpr(root, limits.characters),
    ...Object.entries(learned).map(([name, value]) => `${name} = ${numberText(value)} learned`),
  ].join("; ");

/** The exponent of a whole power belongs to the operation. */
const childrenOf = ({ op, args }: Expr): readonly Expr[] => (op === "powi" ? args.slice(0, 1) : args);

/** In writing order, with shared nodes at each of their places. */
export const nodesOf = (root: Expr): Expr[] => [root, ...childrenOf(root).flatMap(nodesOf)];

const depthOf = (root: Expr): number => 1 + Math.max(0, ...childrenOf(root).map(depthOf));

/** Copies a node and its children to another pool; `replace` substitutes some. */
export function copy(
  pool: Pool,
  root: Expr,
  replace: (node: Expr, place: number) => Expr | undefined = () => undefined,
): Expr {
  let place = 0;
  const made = (node: Expr): Expr => {
    const instead = replace(node, place);
    place++;
    if (instead !== undefined) {
      place += nodesOf(node).length - 1;
      return instead;
    }
    if (node.op === "number") return pool.number(node.value);
    if (isLeaf(node)) return pool.variable(node.op === "x" ? "x" : node.name);
    const [exponent] = node.op === "powi" ? [pool.number(node.args[1]!.value)] : [];
    const args = [...childrenOf(node).map(made), ...(exponent ? [exponent] : [])];
    return pool.node(node.op as InnerOp, args, node.record);
  };
  return made(root);
}

/** The numbers of a tree that are not exponents, in order. */
export const numbersOf = (root: Expr): number[] =>
  nodesOf(root).flatMap(({ op, value }) => (op === "number" ? [value] : []));

/** The tree with these numbers replaced. */
export function mapNumbers(
  pool: Pool,
  root: Expr,
  to: (value: number, which: number) => number | string,
): Expr {
  let which = 0;
  return copy(pool, root, ({ op, value }) => {
    if (op !== "number") return undefined;
    const made = to(value, which++);
    return typeof made === "string" ? pool.variable(made) : pool.number(made);
  });
}

/** Few digits, for readable formulas. */
const toDigits = (value: number, digits: number): number => Number(value.toPrecision(digits));
const rounded = (value: number): number => toDigits(value, 4);

/** Between a tenth and ten, or a small whole number or half. */
const someNumber = (draws: Draws): number =>
  draws.next() < 0.5 ? draws.pick([0.5, 1, 2, 3]) : toDigits(10 ** (2 * draws.next() - 1), 2);

/** The tree simplified, with short numbers, and only the parameters that it uses. */
export function tidy(pool: Pool, root: Expr, learned: Tree["learned"] = {}): Tree {
  const simplifier = new Simplifier(pool);
  const short = simplifier.simplify(mapNumbers(pool, simplifier.simplify(root), rounded));
  const names = new Set(nodesOf(short).map(({ name }) => name));
  return {
    root: short,
    learned: Object.fromEntries(Object.entries(learned).filter(([name]) => names.has(name))),
  };
}

/** Makes trees in one pool. */
class Maker {
  readonly pool = new Pool();
  readonly learned: Record<string, number>;
  readonly #space: Space;
  readonly #draws: Draws;

  constructor(space: Space, draws: Draws, learned: Tree["learned"] = {}) {
    this.#space = space;
    this.#draws = draws;
    this.learned = { ...learned };
  }

  #parameter(value: number): Expr | undefined {
    const name = this.#space.names.find((one) => !(one in this.learned));
    if (name === undefined) return undefined;
    this.learned[name] = value;
    return this.pool.variable(name);
  }

  #leaf(): Expr {
    const kind = this.#draws.next();
    if (kind < 0.65) return this.pool.variable("x");
    const value = someNumber(this.#draws);
    return (kind > 0.9 ? this.#parameter(value) : undefined) ?? this.pool.number(value);
  }

  unary(of: Expr): Expr {
    const draws = this.#draws;
    const { operations: plain, activations } = this.#space;
    const rare = activations.length > 0 && draws.next() < 0.3;
    const { op, record } = draws.pick(rare ? activations : plain);
    if (op === "powi") return this.pool.node(op, [of, this.pool.number(draws.pick([2, 3]))]);
    return this.pool.node(op, [of], record);
  }

  binary(a: Expr, b: Expr): Expr {
    const args = this.#draws.next() < 0.5 ? [a, b] : [b, a];
    return this.pool.node(this.#draws.pick(this.#space.binary), args);
  }

  grow(depth: number): Expr {
    const kind = depth <= 1 ? 0 : this.#draws.next();
    if (kind < 0.25) return this.#leaf();
    if (kind < 0.6) return this.unary(this.grow(depth - 1));
    return this.binary(this.grow(depth - 1), this.grow(depth - 1));
  }

  /** Replaces a node by another. */
  instead(node: Expr): Expr {
    const draws = this.#draws;
    const own = copy(this.pool, node);
    const kind = draws.next();
    if (kind < 0.3 && node.op === "number") {
      const value = toDigits(node.value * 2 ** (2 * draws.next() - 1), 3);
      return (draws.next() < 0.3 ? this.#parameter(value) : undefined) ?? this.pool.number(value);
    }
    if (kind < 0.3 && node.op === "param") {
      const value = this.learned[node.name]!;
      if (draws.next() < 0.3) return this.pool.number(value);
      this.learned[node.name] = toDigits(value * 2 ** (2 * draws.next() - 1), 3);
      return own;
    }
    if (kind < 0.5) return this.grow(3);
    if (kind < 0.6) return this.unary(own);
    if (kind < 0.75) return this.binary(own, this.grow(2));
    const [a, b] = childrenOf(node).map((child) => copy(this.pool, child));
    if (a === undefined) return this.grow(2);
    if (kind < 0.87) return b === undefined || draws.next() < 0.5 ? a : b;
    return b === undefined ? this.unary(a) : this.binary(a, b);
  }

  /** The text of the result; undefined if it is larger than allowed. */
  text(root: Expr): string | undefined {
    const { nodes, depth } = this.#space;
    const tree = tidy(this.pool, root, this.learned);
    return nodesOf(tree.root).length > nodes || depthOf(tree.root) > depth ? undefined : textOf(tree);
  }
}

/** A random formula; undefined if it is too large. */
export function randomFormula(space: Space, draws: Draws): string | undefined {
  const maker = new Maker(space, draws);
  return maker.text(maker.grow(2 + draws.below(space.depth - 2)));
}

/** A formula with one node replaced. */
export function mutated(space: Space, { root, learned }: Tree, draws: Draws): string | undefined {
  const maker = new Maker(space, draws, learned);
  const where = draws.below(nodesOf(root).length);
  return maker.text(
    copy(maker.pool, root, (node, place) => (place === where ? maker.instead(node) : undefined)),
  );
}

/** The first formula with a part of the second in it; parameters with the same name are merged. */
export function crossed(space: Space, a: Tree, b: Tree, draws: Draws): string | undefined {
  const maker = new Maker(space, draws, { ...b.learned, ...a.learned });
  const where = draws.below(nodesOf(a.root).length);
  const part = draws.pick(nodesOf(b.root));
  return maker.text(
    copy(maker.pool, a.root, (_, place) => (place === where ? copy(maker.pool, part) : undefined)),
  );
}
