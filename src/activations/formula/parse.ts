import { nearest } from "../../core/errors.ts";
import { type Expr, type InnerOp, Pool, Program, arities, isCondition } from "./expr.ts";
import { callees, constants, shorthands } from "./names.ts";
import { valuesAt } from "./real.ts";
import { type DeclaredParam, readDeclarations, readNumber } from "./declarations.ts";
import { type Token, formulaError, shown, tokensOf } from "./tokens.ts";

/** Limits of a formula. */
export const limits = { characters: 512, nodes: 200, depth: 32, exponent: 1024 } as const;

/** Maximum length of a text. */
type Size = Readonly<Record<"characters" | "nodes" | "depth", number>>;

/** A formula as written, unsimplified. */
export interface Parsed {
  readonly pool: Pool;
  readonly root: Expr;
  /** The backward factor that replaces the derivative. */
  readonly backward?: Expr;
  /** The parameters between which training draws a number. */
  readonly drawn?: Drawn;
  readonly params: ReadonlyMap<string, DeclaredParam>;
  /** Where a node first occurs in the text: the columns of its first character and after its last. */
  readonly places: ReadonlyMap<Expr, readonly [number, number]>;
  /** The whole text, and the part without parameters. */
  readonly text: string;
  readonly body: string;
}

/** The names of the two ends of a range. */
export type Drawn = readonly [low: string, high: string];

/** Precedence of the infix operators, and their operation. */
const infix: ReadonlyMap<string, readonly [number, InnerOp]> = new Map([
  ["<", [1, "lt"]],
  ["<=", [1, "le"]],
  [">", [1, "gt"]],
  [">=", [1, "ge"]],
  ["==", [1, "eq"]],
  ["!=", [1, "ne"]],
  ["+", [2, "add"]],
  ["-", [2, "sub"]],
  ["*", [3, "mul"]],
  ["/", [3, "div"]],
  ["^", [5, "pow"]],
]);
const UNARY = 4;

/**
 * Parses a formula: an expression in x, then, after semicolons, its backward factor and the declarations of its parameters,
 * `sign(x); backward abs(x) <= 1`, `x * sigmoid(beta * x); beta = 1 learned per channel`. -x^2 is -(x^2), a^b^c is a^(b^c).
 *
 * A custom parser, because errors name the column of every fault: jsep's tree has no positions, and its unary operators bind
 * tighter than ^.
 * @param given parameters declared elsewhere
 * @param most maximum length: for outside texts as `limits` says
 * @throws ActigradError "formula" with the column, what was expected and what came
 */
export function parseFormula(text: string, given: Iterable<string> = [], most: Size = limits): Parsed {
  if (text.length > most.characters) {
    throw formulaError(
      most.characters + 1,
      `the formula has ${text.length} characters; at most ${most.characters} are allowed`,
    );
  }
  const [first, ...others] = partsOf(tokensOf(text));
  const known = new Set(given);
  const params = new Map<string, DeclaredParam>();
  const isBackward = ([word, next]: readonly Token[]): boolean =>
    word!.text === "backward" && next!.text !== "=";
  for (const part of others.filter((p) => !isBackward(p))) readDeclarations(part, known, params);
  const pool = new Pool();
  const places: Places = new Map();
  const parser = new Parser(first!, known, pool, places, most);
  const root = parser.whole();
  const [own, again] = others.filter(isBackward);
  if (again !== undefined) throw formulaError(again[0]!.column, "a formula can have only one backward");
  const behind = own && new Parser(own.slice(1), known, pool, places, most, parser.drawn);
  const backward = behind?.whole(true);
  const { drawn } = behind ?? parser;
  const body = [first!, ...(own ? [own] : [])].map((part) => textOf(text, part)).join("; ");
  return { pool, root, ...(backward && { backward }), ...(drawn && { drawn }), params, places, text, body };
}

const endAt = ({ column }: Token): Token => ({ kind: "end", text: "", column, end: column });
const textOf = (text: string, part: readonly Token[]): string =>
  text.slice(part[0]!.column - 1, part.at(-1)!.column - 1).trim();

/** The words between semicolons; each part has its own end. */
function partsOf(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]];
  for (const token of tokens) {
    const last = parts.at(-1)!;
    if (token.text !== ";") last.push(token);
    else {
      last.push(endAt(token));
      parts.push([]);
    }
  }
  return parts;
}

type Places = Map<Expr, readonly [number, number]>;

/** The value of an expression without x and parameters. */
function constantOf(root: Expr): number | undefined {
  const program = new Program(root);
  if (program.nodes.some(({ op }) => op === "x" || op === "param")) return undefined;
  return valuesAt(program, { x: 0, params: {} }).at(-1);
}

class Parser {
  readonly #pool: Pool;
  readonly #places: Places;
  readonly #tokens: readonly Token[];
  readonly #params: ReadonlySet<string>;
  readonly #most: Size;
  /** What `drawn` was called with. */
  drawn: Drawn | undefined;
  #at = 0;
  #nodes = 0;
  #depth = 0;

  constructor(
    tokens: readonly Token[],
    params: ReadonlySet<string>,
    pool: Pool,
    places: Places,
    most: Size,
    drawn?: Drawn,
  ) {
    this.drawn = drawn;
    this.#most = most;
    this.#tokens = tokens;
    this.#params = params;
    this.#pool = pool;
    this.#places = places;
  }

  /** @param mayCompare whether a comparison may stand for 1 and 0 */
  whole(mayCompare = false): Expr {
    const start = this.#next;
    const made = this.#choice();
    const root =
      mayCompare && isCondition(made)
        ? this.#made(this.#pool.node("where", [made, this.#pool.number(1), this.#pool.number(0)]), start)
        : this.#numeric(start, made);
    if (this.#next.kind !== "end") throw this.#unexpected('an operator, ")" or the end');
    return root;
  }

  get #next(): Token {
    return this.#tokens[this.#at]!;
  }

  #unexpected(expected: string): Error {
    const token = this.#next;
    const before = this.#tokens[this.#at - 1];
    const product =
      expected.startsWith("an operator") &&
      (token.kind === "name" || token.kind === "number" || token.text === "(");
    const hint =
      token.text === "="
        ? "a formula cannot assign; compare with == in where(...), declare parameters after a ;"
        : product && before !== undefined
          ? `write a product with *: ${before.text} * ${token.text}`
          : undefined;
    return formulaError(token.column, `expected ${expected}, got ${shown(token)}`, hint);
  }

  #skip(text: string, expected: string): void {
    if (this.#next.text !== text) throw this.#unexpected(expected);
    this.#at++;
  }

  /** Counts one more level of parentheses, signs or powers. */
  #deeper<T>(token: Token, parse: () => T): T {
    if (++this.#depth > this.#most.depth) {
      throw formulaError(
        token.column,
        `nested more than ${this.#most.depth} deep (brackets, signs and powers)`,
      );
    }
    const result = parse();
    this.#depth--;
    return result;
  }

  /** Registers a node that extends from `start` to the token before the next one. */
  #made(node: Expr, start: Token): Expr {
    if (++this.#nodes > this.#most.nodes) {
      throw formulaError(
        start.column,
        `more than ${this.#most.nodes} numbers, names, operations and calls in the formula`,
      );
    }
    if (!this.#places.has(node)) {
      this.#places.set(node, [start.column, this.#tokens[this.#at - 1]!.end]);
    }
    return node;
  }

  #numeric(start: Token, node: Expr): Expr {
    if (isCondition(node)) {
      throw formulaError(
        start.column,
        "expected a number, got a comparison",
        "a comparison can only be the first argument of where(condition, a, b)",
      );
    }
    return node;
  }

  /** `condition ? a : b`, which groups to the right, or an expression without ?. */
  #choice(): Expr {
    const start = this.#next;
    const condition = this.#expression(0);
    if (this.#next.text !== "?") return condition;
    if (!isCondition(condition))
      throw formulaError(start.column, "expected a comparison before ?", "such as x > 0 ? x : 0");
    this.#at++;
    const part = (): Expr => this.#deeper(start, () => this.#numeric(this.#next, this.#choice()));
    const a = part();
    this.#skip(":", 'an operator or ":"');
    return this.#made(this.#pool.node("where", [condition, a, part()]), start);
  }

  /** Operators that bind at least as tightly as `power`, after an operand. */
  #expression(power: number): Expr {
    const start = this.#next;
    let left = this.#operand();
    for (;;) {
      const sign = this.#next;
      const [binds, op] = infix.get(sign.text) ?? [-1, "add" as const];
      if (binds < power || sign.kind !== "sign") return left;
      this.#at++;
      const rightStart = this.#next;
      if (binds === 1 && isCondition(left)) {
        throw formulaError(
          sign.column,
          `expected ")" or ",", got "${sign.text}" after a comparison`,
          "nest where(...)",
        );
      }
      this.#numeric(start, left);
      const right =
        op === "pow" ? this.#deeper(sign, () => this.#expression(UNARY)) : this.#expression(binds + 1);
      left = this.#made(this.#join(op, left, this.#numeric(rightStart, right), sign), start);
    }
  }

  #join(op: InnerOp, left: Expr, right: Expr, sign: Token): Expr {
    if (op !== "pow") return this.#pool.node(op, [left, right]);
    const exponent = constantOf(right) ?? NaN;
    // A whole exponent is a product, defined for negative numbers too.
    if (!Number.isInteger(exponent)) return this.#pool.node("pow", [left, right]);
    if (Math.abs(exponent) > limits.exponent) {
      throw formulaError(sign.column, `the exponent ${exponent} is out of range: at most ${limits.exponent}`);
    }
    return this.#pool.node("powi", [left, this.#pool.number(exponent)]);
  }

  #operand(): Expr {
    const token = this.#next;
    if (token.text === "-") {
      this.#at++;
      const operand = this.#deeper(token, () => this.#expression(UNARY));
      return this.#made(this.#pool.node("neg", [this.#numeric(token, operand)]), token);
    }
    if (token.text === "(") {
      this.#at++;
      const inner = this.#deeper(token, () => this.#choice());
      this.#skip(")", 'an operator or ")"');
      return inner;
    }
    if (token.kind === "number") {
      this.#at++;
      return this.#made(this.#pool.number(readNumber(token)), token);
    }
    if (token.kind === "name") {
      this.#at++;
      return this.#next.text === "(" ? this.#call(token) : this.#made(this.#name(token), token);
    }
    throw this.#unexpected('a number, a name, "-" or "("');
  }

  #name({ text, column }: Token): Expr {
    if (text === "x" || this.#params.has(text)) return this.#pool.variable(text);
    const constant = constants.get(text);
    if (constant !== undefined) return this.#pool.number(Math.fround(constant));
    if (callees.has(text)) {
      throw formulaError(column, `"${text}" is a function and needs an argument`, `write ${text}(x)`);
    }
    const near = nearest(text, ["x", ...this.#params, ...constants.keys()]);
    const hint =
      near === undefined || near === "x"
        ? `declare a parameter after the formula: ; ${/^[a-z][A-Za-z0-9]*$/.test(text) ? text : "beta"} = 1`
        : `did you mean "${near}"?`;
    throw formulaError(column, `unknown name "${text}"`, hint);
  }

  #call(token: Token): Expr {
    const { text, column } = token;
    if (shorthands.includes(text)) return this.#shorthand(token);
    const callee = callees.get(text);
    if (callee === undefined) {
      const near = nearest(text, callees.keys());
      const product = text === "x" || this.#params.has(text) || constants.has(text);
      const hint = product
        ? `write a product with *: ${text} * (...)`
        : near === undefined
          ? "functions are where, min, max, abs, exp, log, sqrt, sin, cos and the activations"
          : `did you mean "${near}"?`;
      throw formulaError(
        column,
        product ? `"${text}" is not a function` : `unknown function "${text}"`,
        hint,
      );
    }
    const args = this.#arguments(text);
    if (callee.op === "where" && args.length > 3 && args.length % 2 === 1) return this.#chain(args, token);
    const wanted: number = arities[callee.op];
    if (args.length !== wanted) {
      const hint =
        callee.record !== undefined && args.length > 1
          ? "its parameters take their default values"
          : undefined;
      const plural = wanted === 1 ? "argument" : "arguments";
      throw formulaError(column, `${text} takes ${wanted} ${plural}, got ${args.length}`, hint);
    }
    return this.#made(this.#pool.node(callee.op, args, callee.record), token);
  }

  /** where(c, a, d, b, ..., z): the value after the first true condition, otherwise the last. */
  #chain(args: readonly Expr[], token: Token): Expr {
    let made = args.at(-1)!;
    for (let i = args.length - 3; i >= 0; i -= 2)
      made = this.#made(this.#pool.node("where", [args[i]!, args[i + 1]!, made]), token);
    return made;
  }

  /** clamp(u, low, high) and pow(a, b), as min, max and ^; drawn(low, high) as the mean, which it is outside training. */
  #shorthand(token: Token): Expr {
    const args = this.#arguments(token.text);
    const wanted = token.text === "clamp" ? 3 : 2;
    if (args.length !== wanted)
      throw formulaError(token.column, `${token.text} takes ${wanted} arguments, got ${args.length}`);
    const [a, b, c] = args as [Expr, Expr, Expr];
    if (token.text === "drawn") return this.#mean(a, b, token);
    if (token.text === "pow") return this.#made(this.#join("pow", a, b, token), token);
    return this.#made(this.#pool.node("min", [this.#made(this.#pool.node("max", [a, b]), token), c]), token);
  }

  /** Half of low + high. In training both are the drawn number, and so is this. */
  #mean(low: Expr, high: Expr, token: Token): Expr {
    const refuse = (problem: string): never => {
      throw formulaError(token.column, problem, "such as drawn(low, high); low = 0.8, high = 1.2");
    };
    if (low.op !== "param" || high.op !== "param" || low === high)
      refuse("drawn takes the names of two parameters");
    if (this.drawn !== undefined && this.drawn.join() !== [low.name, high.name].join())
      refuse("a formula draws one number");
    this.drawn = [low.name, high.name];
    const sum = this.#made(this.#pool.node("add", [low, high]), token);
    return this.#made(this.#pool.node("mul", [sum, this.#pool.number(0.5)]), token);
  }

  #arguments(callee: string): Expr[] {
    const open = this.#next;
    this.#at++;
    if (this.#next.text === ")") {
      this.#at++;
      return [];
    }
    const args: Expr[] = [];
    do {
      if (args.length > 0) this.#at++;
      const start = this.#next;
      const value = this.#deeper(open, () => this.#choice());
      if (callee === "where" && args.length % 2 === 0 && this.#next.text === ",") {
        if (!isCondition(value))
          throw formulaError(start.column, "expected a comparison as where's condition", "such as x > 0");
        args.push(value);
      } else args.push(this.#numeric(start, value));
    } while (this.#next.text === ",");
    this.#skip(")", 'an operator, "," or ")"');
    return args;
  }
}
