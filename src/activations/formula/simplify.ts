import { type Expr, type InnerOp, type Pool, Program, isLeaf } from "./expr.ts";
import { real } from "./real.ts";

const isNumber = (node: Expr, value?: number): boolean =>
  node.op === "number" && (value === undefined || node.value === value);
const isNeg = (node: Expr): boolean => node.op === "neg";
const inner = (node: Expr): Expr => node.args[0]!;

/** Whether a number fits float32: finite, and 0 or normal. */
const representable = (value: number): boolean =>
  Number.isFinite(Math.fround(value)) && (value === 0 || Math.abs(value) >= 2 ** -126);

/** Operations that are not defined everywhere, or have poles. */
const partial: ReadonlySet<string> = new Set(["div", "pow", "powi", "log", "log1p", "sqrt"]);

/** Makes nodes as requested. */
export class Builder {
  protected readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  node(op: InnerOp, args: readonly Expr[], record?: Expr["record"]): Expr {
    return this.pool.node(op, args, record);
  }
  number(value: number): Expr {
    return this.pool.number(value);
  }
  variable(name: string): Expr {
    return this.pool.variable(name);
  }

  neg = (a: Expr): Expr => this.node("neg", [a]);
  add = (a: Expr, b: Expr): Expr => this.node("add", [a, b]);
  sub = (a: Expr, b: Expr): Expr => this.node("sub", [a, b]);
  mul = (a: Expr, b: Expr): Expr => this.node("mul", [a, b]);
  div = (a: Expr, b: Expr): Expr => this.node("div", [a, b]);
  where = (c: Expr, a: Expr, b: Expr): Expr => this.node("where", [c, a, b]);
  /** a to a whole power. */
  power = (a: Expr, n: number): Expr => this.node("powi", [a, this.number(n)]);
}

/**
 * Makes nodes simpler than they were asked for, where that changes no value:
 * - operations of numbers are computed, unless the result is not a float32;
 * - x + 0, x * 1, x / 1, x^1, -(-x), x + (-y), where(c, x, x) and the like;
 * - 0 * x becomes 0 only where x is defined everywhere (overflow aside), so that no NaN or pole is hidden: 0 * log(x)
 *   and x / x stay;
 * - forms that overflow or cancel become the function that does not, which has the same value for every real number:
 *   1 / (1 + exp(-x)) is sigmoid(x), log(1 + exp(x)) softplus(x), exp(x) - 1 expm1(x), log(1 + x) log1p(x).
 */
export class Simplifier extends Builder {
  readonly #total = new Map<Expr, boolean>();

  /** The same expression, simplified. */
  simplify(root: Expr): Expr {
    const program = new Program(root);
    const made = new Map<Expr, Expr>();
    for (const node of program.nodes) {
      made.set(node, isLeaf(node) ? node : this.like(node, ...node.args.map((arg) => made.get(arg)!)));
    }
    return made.get(root)!;
  }

  /** A node of the same operation with other arguments. */
  like({ op, record }: Expr, ...args: Expr[]): Expr {
    return this.node(op as InnerOp, args, record);
  }

  override node(op: InnerOp, args: readonly Expr[], record?: Expr["record"]): Expr {
    const plain = super.node(op, args, record);
    return this.#folded(op, args, plain) ?? this.#simpler(op, args) ?? plain;
  }

  /** Whether a node has a finite value for every finite x and parameter, apart from overflow. */
  isTotal(node: Expr): boolean {
    let known = this.#total.get(node);
    if (known === undefined) {
      const whole = node.op === "powi" && node.args[1]!.value >= 0;
      known = (whole || !partial.has(node.op)) && node.args.every((arg) => this.isTotal(arg));
      this.#total.set(node, known);
    }
    return known;
  }

  #folded(op: InnerOp, args: readonly Expr[], node: Expr): Expr | undefined {
    if (op === "where") {
      const [condition, a, b] = args as [Expr, Expr, Expr];
      if (a === b) return a;
      if (!condition.args.every((arg) => isNumber(arg))) return undefined;
      const [left, right] = condition.args as [Expr, Expr];
      return real[condition.op as InnerOp](left.value, right.value, 0, condition) === 0 ? b : a;
    }
    if (!args.every((arg) => isNumber(arg)) || conditions.has(op)) return undefined;
    const [a = 0, b = 0, c = 0] = args.map(({ value }) => value);
    const value = real[op](a, b, c, node);
    return representable(value) ? this.number(value) : undefined;
  }

  #simpler(op: InnerOp, args: readonly Expr[]): Expr | undefined {
    const [a, b] = args as [Expr, Expr];
    if (op === "neg") {
      if (isNeg(a)) return inner(a);
      if (a.op === "sub") return this.sub(a.args[1]!, inner(a));
      if (a.op === "mul" && isNumber(inner(a))) return this.mul(this.number(-inner(a).value), a.args[1]!);
    }
    if (op === "add") return this.#sum(a, b);
    if (op === "sub") return this.#difference(a, b);
    if (op === "mul") return this.#product(a, b);
    if (op === "div") return this.#quotient(a, b);
    if (op === "powi" && isNumber(b, 1)) return a;
    if (op === "powi" && isNumber(b, 0)) return this.number(1); // NaN^0 is 1 too
    if (op === "pow" && isNumber(b, 0.5)) return this.node("sqrt", [a]);
    if ((op === "min" || op === "max") && a === b) return a;
    if (op === "log") return this.#logarithm(a);
    if (op === "log1p" && a.op === "exp") return this.node("softplus", [inner(a)]);
    return undefined;
  }

  #sum(a: Expr, b: Expr): Expr | undefined {
    if (isNumber(a, 0)) return b;
    if (isNumber(b) && !isNumber(a)) return this.add(b, a); // numbers come first
    if (isNeg(b)) return this.sub(a, inner(b));
    if (isNeg(a)) return this.sub(b, inner(a));
    if (isNumber(a, -1) && b.op === "exp") return this.node("expm1", [inner(b)]);
    if (isNumber(a) && b.op === "add" && isNumber(inner(b))) return this.#joined("add", a, b);
    return undefined;
  }

  #difference(a: Expr, b: Expr): Expr | undefined {
    if (isNumber(b) && !isNumber(a)) return this.add(this.number(-b.value), a);
    if (isNumber(a, 0)) return this.neg(b);
    if (isNeg(b)) return this.add(a, inner(b));
    return undefined;
  }

  #product(a: Expr, b: Expr): Expr | undefined {
    if (isNumber(a, 0) && this.isTotal(b)) return a;
    if (isNumber(a, 1)) return b;
    if (isNumber(a, -1)) return this.neg(b);
    if (isNumber(b) && !isNumber(a)) return this.mul(b, a);
    if (isNeg(a) && isNeg(b)) return this.mul(inner(a), inner(b));
    if (isNeg(b))
      return isNumber(a) ? this.mul(this.number(-a.value), inner(b)) : this.neg(this.mul(a, inner(b)));
    if (isNeg(a)) return this.neg(this.mul(inner(a), b));
    if (isNumber(a) && b.op === "mul" && isNumber(inner(b))) return this.#joined("mul", a, b);
    if (a === b) return this.power(a, 2);
    return undefined;
  }

  #quotient(a: Expr, b: Expr): Expr | undefined {
    if (isNumber(b, 1)) return a;
    if (isNumber(b, -1)) return this.neg(a);
    if (isNeg(a)) return this.neg(this.div(inner(a), b));
    if (b.op === "add" && isNumber(inner(b), 1) && b.args[1]!.op === "exp") {
      const exponent = inner(b.args[1]!);
      if (a === b.args[1]) return this.node("sigmoid", [exponent]);
      return this.mul(a, this.node("sigmoid", [this.neg(exponent)]));
    }
    return undefined;
  }

  #logarithm(a: Expr): Expr | undefined {
    if (a.op !== "add" || !isNumber(inner(a), 1)) return undefined;
    const rest = a.args[1]!;
    return this.node(rest.op === "exp" ? "softplus" : "log1p", [rest.op === "exp" ? inner(rest) : rest]);
  }

  /** c1 + (c2 + x) or c1 * (c2 * x) with one number, unless that does not fit float32. */
  #joined(op: "add" | "mul", a: Expr, b: Expr): Expr | undefined {
    const value = op === "add" ? a.value + inner(b).value : a.value * inner(b).value;
    return representable(value) ? this.node(op, [this.number(value), b.args[1]!]) : undefined;
  }
}

const conditions: ReadonlySet<string> = new Set(["lt", "le", "gt", "ge", "eq", "ne"]);
