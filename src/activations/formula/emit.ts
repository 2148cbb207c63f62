import type { Activation } from "../activation.ts";
import { type Expr, type InnerOp, Program, isLeaf } from "./expr.ts";
import { inlineForm } from "./inline.ts";
import { numberText } from "./print.ts";
import { defaultsOf } from "./real.ts";

/** A WGSL literal that cannot be taken for an integer. */
const literal = (value: number): string => `T(${numberText(value).replace(/^(-?\d+)$/, "$1.0")})`;

const infix: Readonly<Partial<Record<InnerOp, string>>> = {
  add: "+",
  sub: "-",
  mul: "*",
  div: "/",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
  eq: "==",
  ne: "!=",
};

/** Operations that are one call. WGSL's own abs and sqrt are exact enough, the others are the prelude's. */
const calls: Readonly<Partial<Record<InnerOp, string>>> = {
  abs: "abs",
  sqrt: "sqrt",
  exp: "exp_",
  expm1: "expm1_",
  log: "log_",
  log1p: "log1p_",
  sin: "sin_",
  cos: "cos_",
  tanh: "tanh_",
  sigmoid: "sigmoid_",
  softplus: "softplus_",
  erf: "erf_",
  floor: "floor",
  round: "round",
};

/** Nesting depth beyond which expressions become variables. */
const MAX_NESTING = 8;

/**
 * The body of a WGSL function of x and the parameters, over the lane type T: branch-free, with each shared part computed once and
 * stored in a variable. Variables are named v_1, v_2, ..., which cannot name a parameter.
 */
export function emitWgsl(root: Expr): string {
  return new Emitter(root).body();
}

class Emitter {
  readonly #root: Expr;
  readonly #uses = new Map<Expr, number>();
  readonly #text = new Map<Expr, { readonly text: string; readonly nesting: number }>();
  readonly #squares = new Map<string, string>();
  readonly #lines: string[] = [];
  #variables = 0;

  constructor(root: Expr) {
    this.#root = root;
    for (const { args } of new Program(root).nodes)
      for (const arg of args) this.#uses.set(arg, (this.#uses.get(arg) ?? 0) + 1);
  }

  body(): string {
    const result = this.#value(this.#root);
    return [...this.#lines, `return ${stripped(result)};`].map((line) => `\n  ${line}`).join("");
  }

  /** An expression for a node: a literal, a variable, or something in parentheses. */
  #value(node: Expr): string {
    const known = this.#text.get(node);
    if (known !== undefined) return known.text;
    if (isLeaf(node)) return node.op === "number" ? literal(node.value) : node.op === "x" ? "x" : node.name;
    const text = this.#computed(node);
    const nesting = 1 + Math.max(...node.args.map((arg) => this.#text.get(arg)?.nesting ?? 0));
    const shared = (this.#uses.get(node) ?? 0) > 1;
    const made =
      shared || nesting > MAX_NESTING ? { text: this.#variable(text), nesting: 0 } : { text, nesting };
    this.#text.set(node, made);
    return made.text;
  }

  #variable(expression: string): string {
    if (/^\w+$/.test(expression)) return expression;
    const name = `v_${++this.#variables}`;
    this.#lines.push(`let ${name} = ${stripped(expression)};`);
    return name;
  }

  /** A node's value as a variable, x or a parameter. */
  #named(node: Expr): string {
    const text = this.#value(node);
    if (/^\w+$/.test(text)) return text;
    const name = this.#variable(text);
    this.#text.set(node, { text: name, nesting: 0 });
    return name;
  }

  #computed(node: Expr): string {
    const { op, args } = node;
    if (op === "call" || op === "slope") return this.#catalogue(node);
    if (op === "powi") return this.#power(args[0]!, args[1]!.value);
    const square = op === "exp" ? negativeSquare(args[0]!) : undefined;
    if (square !== undefined) return `exp_neg_square_(${this.#value(square)})`;
    // A constant that was not folded because it is not a number must not be folded by WGSL either.
    const constant = args.every((arg) => arg.op === "number");
    const [a, b, c] = args.map((arg) => (constant ? this.#named(arg) : this.#value(arg))) as [
      string,
      string,
      string,
    ];
    const sign = infix[op as InnerOp];
    if (sign !== undefined) return `(${a} ${sign} ${b})`;
    const callee = calls[op as InnerOp];
    if (callee !== undefined) return `${callee}(${stripped(a)})`;
    if (op === "neg") return `(-${a})`;
    if (op === "sign") return this.#sign(args[0]!);
    if (op === "where") return `select(${c}, ${b}, ${stripped(a)})`;
    if (op === "relu") return this.#positive(args[0]!);
    if (op === "min" || op === "max") return this.#extreme(op === "max" ? "<" : ">", args[0]!, args[1]!);
    return this.#realPower(args[0]!, args[1]!);
  }

  /** Not max(x, 0), which turns NaN into 0. */
  #positive(node: Expr): string {
    const a = this.#named(node);
    return `select(${a}, T(0.0), ${a} < T(0.0))`;
  }

  /** Not just sign(x), which may turn NaN into a number. */
  #sign(node: Expr): string {
    const a = this.#named(node);
    return `select(sign(${a}), ${a}, is_nan_(${a}))`;
  }

  /** The second of two where `first sign second`; NaN in either stays NaN, unlike with max and min. */
  #extreme(sign: string, first: Expr, second: Expr): string {
    if (first.op === "number" && second.op !== "number") return this.#extreme(sign, second, first);
    const [a, b] = [this.#named(first), second.op === "number" ? literal(second.value) : this.#named(second)];
    return second.op === "number"
      ? `select(${a}, ${b}, ${a} ${sign} ${b})`
      : `select(${a}, ${b}, (${a} ${sign} ${b}) | is_nan_(${b}))`;
  }

  /** a^b = e^(b ln a), 1 for b = 0. */
  #realPower(base: Expr, exponent: Expr): string {
    const b = exponent.op === "number" ? literal(exponent.value) : this.#named(exponent);
    const power = `exp_(${b} * log_(${stripped(this.#value(base))}))`;
    return exponent.op === "number" ? power : `select(${power}, T(1.0), ${b} == T(0.0))`;
  }

  /** a^n by squaring. */
  #power(base: Expr, n: number): string {
    if (n === 0) return literal(1);
    const factors: string[] = [];
    let square = this.#named(base);
    for (let rest = Math.abs(n); rest > 0; rest = Math.floor(rest / 2)) {
      if (rest % 2 === 1) factors.push(square);
      if (rest > 1) square = this.#squared(square);
    }
    const product = factors.length === 1 ? factors[0]! : `(${factors.join(" * ")})`;
    return n > 0 ? product : `(T(1.0) / ${product})`;
  }

  /** The square of a variable, shared by other powers. */
  #squared(name: string): string {
    const known = this.#squares.get(name) ?? this.#variable(`${name} * ${name}`);
    this.#squares.set(name, known);
    return known;
  }

  /** A catalogue activation or its derivative with the default parameters, written out. */
  #catalogue(node: Expr): string {
    const record: Activation = node.record!;
    const names = new Map(Object.entries(defaultsOf(record)).map(([name, value]) => [name, literal(value)]));
    names.set("x", this.#named(node.args[0]!));
    const prefix = `v_${++this.#variables}_`;
    if (node.op === "slope" && record.saves === "y") {
      const { statements, result } = inlineForm(record.wgsl.f, names, `${prefix}y_`);
      this.#lines.push(...statements);
      names.set("y", this.#variable(result));
    }
    const form = node.op === "call" ? record.wgsl.f : record.wgsl.dfdx;
    const { statements, result } = inlineForm(form, names, prefix);
    this.#lines.push(...statements);
    return result;
  }
}

/** u if a node is -(u^2). */
function negativeSquare(node: Expr): Expr | undefined {
  const square = node.op === "neg" ? node.args[0]! : undefined;
  return square?.op === "powi" && square.args[1]!.value === 2 ? square.args[0] : undefined;
}

/** Without the outer parentheses. */
function stripped(text: string): string {
  if (!text.startsWith("(") || !text.endsWith(")")) return text;
  let depth = 0;
  for (let i = 0; i < text.length - 1; i++) {
    if (text[i] === "(") depth++;
    if (text[i] === ")") depth--;
    if (depth === 0) return text;
  }
  return text.slice(1, -1);
}
