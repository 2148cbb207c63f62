import type { Activation } from "../activation.ts";

/** Number of arguments of each operation. Comparisons give a condition, which only `where` takes. */
export const arities = {
  number: 0,
  x: 0,
  param: 0,
  neg: 1,
  add: 2,
  sub: 2,
  mul: 2,
  div: 2,
  powi: 2, // the exponent is a whole number
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
  round: 1, // ties go to the even number
  call: 1, // a catalogue activation, with its default parameters
  slope: 1, // its derivative
} as const;

export type OpName = keyof typeof arities;
/** Operations with arguments. */
export type InnerOp = Exclude<OpName, "number" | "x" | "param">;

/**
 * A node of an expression. Equal nodes of one pool are the same object, so an expression is a graph rather than a tree: a
 * derivative, whose tree would explode, has only as many nodes as it has different parts.
 */
export interface Expr {
  readonly op: OpName;
  readonly args: readonly Expr[];
  /** For a number; otherwise 0. */
  readonly value: number;
  /** For a parameter, or the activation of a call or slope; otherwise "". */
  readonly name: string;
  readonly record: Activation | undefined;
  /** Arguments have smaller ones. */
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

/** The nodes reachable from some roots, arguments before their users, ready for repeated evaluation. */
export class Program {
  readonly nodes: readonly Expr[];
  readonly #places: ReadonlyMap<Expr, number>;
  /** Three entries per node: the indices of its arguments. */
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

  /** Index of a node's value in the result of `evaluate`. */
  place(node: Expr): number {
    return this.#places.get(node)!;
  }

  /**
   * Evaluates all nodes over some kind of values.
   * @param leaf values of numbers, x and parameters
   */
  evaluate<V>(rules: Rules<V>, leaf: (node: Expr) => V): V[] {
    const values: V[] = [];
    for (let i = 0; i < this.nodes.length; i++) {
      const node = this.nodes[i]!;
      // Operations with fewer than three arguments ignore the others.
      const at = (k: number): V => values[this.#args[3 * i + k]!] as V;
      values.push(isLeaf(node) ? leaf(node) : rules[node.op as InnerOp](at(0), at(1), at(2), node));
    }
    return values;
  }

  /** As `evaluate`, with one function for all operations. */
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
