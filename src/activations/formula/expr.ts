import type { Activation } from "../activation.ts";

/** How many arguments each operation takes. Comparisons give a condition, which only `where` takes. */
export const arities = {
  number: 0,
  x: 0,
  param: 0,
  neg: 1,
  add: 2,
  sub: 2,
  mul: 2,
  div: 2,
  powi: 2, // the exponent is a number, and whole
  pow: 2, // a^b = e^(b ln a), 1 for b = 0
  lt: 2,
  le: 2,
  gt: 2,
  ge: 2,
  eq: 2,
  ne: 2,
  where: 3,
  min: 2,
  max: 2,
  abs: 1,
  exp: 1,
  expm1: 1,
  log: 1,
  log1p: 1,
  sqrt: 1,
  sin: 1,
  cos: 1,
  tanh: 1,
  sigmoid: 1,
  softplus: 1,
  relu: 1,
  erf: 1,
  sign: 1, // -1, 0 or 1
  floor: 1,
  round: 1, // of two whole numbers as near, the even one
  call: 1, // an activation of the catalogue, with its default parameters
  slope: 1, // the derivative of one
} as const;

export type OpName = keyof typeof arities;
/** Operations with arguments. */
export type InnerOp = Exclude<OpName, "number" | "x" | "param">;

/**
 * A node of an expression. Equal nodes of one pool are the same object, so an expression is a graph rather than a
 * tree, and a derivative, whose tree would explode, stays as small as the number of its different parts.
 */
export interface Expr {
  readonly op: OpName;
  readonly args: readonly Expr[];
  /** Of a number, else 0. */
  readonly value: number;
  /** Of a parameter or of the activation of a call or slope, else "". */
  readonly name: string;
  readonly record: Activation | undefined;
  /** Arguments have lower ones. */
  readonly id: number;
}

/** Makes nodes, each once. */
export class Pool {
  readonly #known = new Map<string, Expr>();

  node(op: InnerOp, args: readonly Expr[], record?: Activation): Expr {
    return this.#intern({ op, args, value: 0, name: record?.name ?? "", record });
  }
  number(value: number): Expr {
    return this.#intern({ op: "number", args: [], value, name: "", record: undefined });
  }
  /** The variable x, or a parameter. */
  variable(name: string): Expr {
    const op = name === "x" ? "x" : "param";
    return this.#intern({ op, args: [], value: 0, name, record: undefined });
  }

  #intern(node: Omit<Expr, "id">): Expr {
    const { op, args, value, name } = node;
    const key = `${op} ${Object.is(value, -0) ? "-0" : value} ${name} ${args.map(({ id }) => id).join(" ")}`;
    let known = this.#known.get(key);
    if (known === undefined) {
      known = { ...node, id: this.#known.size };
      this.#known.set(key, known);
    }
    return known;
  }
}

/** The nodes that some roots reach, arguments before what uses them, ready to be computed over and over. */
export class Program {
  readonly nodes: readonly Expr[];
  readonly #places: ReadonlyMap<Expr, number>;
  /** Three places a node: those of its arguments. */
  readonly #args: readonly number[];

  constructor(...roots: readonly Expr[]) {
    const found = new Set<Expr>();
    const open = [...roots];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (found.has(node)) continue;
      found.add(node);
      open.push(...node.args);
    }
    this.nodes = [...found].toSorted((a, b) => a.id - b.id);
    this.#places = new Map(this.nodes.map((node, place) => [node, place]));
    this.#args = this.nodes.flatMap(({ args }) =>
      [0, 1, 2].map((i) => (args[i] === undefined ? -1 : this.place(args[i]))),
    );
  }

  /** Where a node's value lies in what `evaluate` gives. */
  place(node: Expr): number {
    return this.#places.get(node)!;
  }

  /**
   * Computes all nodes over some kind of values.
   * @param leaf values of numbers, x and parameters
   */
  evaluate<V>(rules: Rules<V>, leaf: (node: Expr) => V): V[] {
    const values: V[] = [];
    for (let i = 0; i < this.nodes.length; i++) {
      const node = this.nodes[i]!;
      // Operations of fewer than three arguments look at no more.
      const at = (k: number): V => values[this.#args[3 * i + k]!] as V;
      values.push(isLeaf(node) ? leaf(node) : rules[node.op as InnerOp](at(0), at(1), at(2), node));
    }
    return values;
  }

  /** As `evaluate`, by one function for all operations. */
  fold<V>(leaf: (node: Expr) => V, inner: (node: Expr, args: readonly V[]) => V): V[] {
    const values: V[] = [];
    for (const node of this.nodes)
      values.push(
        isLeaf(node)
          ? leaf(node)
          : inner(
              node,
              node.args.map((arg) => values[this.place(arg)]!),
            ),
      );
    return values;
  }
}

/** How an operation computes, over values of some kind: numbers, duals, WGSL text. */
export type Rule<V> = (a: V, b: V, c: V, node: Expr) => V;
export type Rules<V> = Readonly<Record<InnerOp, Rule<V>>>;

export const isLeaf = ({ args }: Expr): boolean => args.length === 0;

export const isCondition = ({ op }: Expr): boolean =>
  op === "lt" || op === "le" || op === "gt" || op === "ge" || op === "eq" || op === "ne";
