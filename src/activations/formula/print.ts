import { type Expr, isLeaf } from "./expr.ts";

/** Operator and precedence of operations written between their arguments. */
const infix: Readonly<Record<string, readonly [string, number]>> = {
  lt: ["<", 1],
  le: ["<=", 1],
  gt: [">", 1],
  ge: [">=", 1],
  eq: ["==", 1],
  ne: ["!=", 1],
  add: ["+", 2],
  sub: ["-", 2],
  mul: ["*", 3],
  div: ["/", 3],
  powi: ["^", 5],
  pow: ["^", 5],
};
const UNARY = 4;
const ATOM = 6;

/** The shortest decimal text of a number that gives the same float32. */
export function numberText(value: number): string {
  const wanted = Math.fround(value);
  for (let digits = 1; digits < 9; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === wanted) return text;
  }
  return String(Number(value.toPrecision(9)));
}

/** An expression in the formula language, cut with "..." if it grows beyond `most` characters. */
export function printExpr(root: Expr, most = 400): string {
  // Shared parts are written out at each place, so the text may explode although the expression does not.
  let budget = 4 * most;
  const print = (node: Expr): readonly [string, number] => {
    if (--budget < 0) return ["...", ATOM];
    const { op, args, value, name } = node;
    if (op === "number") return [numberText(value), value < 0 ? UNARY : ATOM];
    if (isLeaf(node)) return [op === "x" ? "x" : name, ATOM];
    const [a, b] = args as [Expr, Expr];
    if (op === "neg") return [`-${operand(a, UNARY)}`, UNARY];
    if (op === "add" && a.op === "number" && a.value < 0)
      return [`${operand(b, 2)} - ${numberText(-a.value)}`, 2];
    const [sign, power] = infix[op] ?? [undefined, ATOM];
    if (sign === undefined) {
      const callee = op === "call" ? name : op === "slope" ? `${name}'` : op;
      return [`${callee}(${args.map((arg) => print(arg)[0]).join(", ")})`, ATOM];
    }
    // ^ groups to the right, the others to the left.
    const right = sign === "^";
    return [
      `${operand(a, right ? power + 1 : power)} ${sign} ${operand(b, right ? UNARY : power + 1)}`,
      power,
    ];
  };
  const operand = (node: Expr, least: number): string => {
    const [text, power] = print(node);
    return power < least ? `(${text})` : text;
  };
  const [text] = print(root);
  return text.length > most ? `${text.slice(0, most)}...` : text;
}
