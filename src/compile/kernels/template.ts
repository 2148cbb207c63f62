import { ActigradError } from "../../core/errors.ts";

/** Names in a template: numbers to count and compute with, text to insert, flags to test. */
export type TemplateValues = Readonly<Record<string, string | number | boolean>>;

/** A kernel file, and by name the files that it includes. */
export interface Template {
  readonly file: string;
  readonly parts?: Readonly<Record<string, string>>;
}

/**
 * Expands a kernel file. Lines `//#for i in N`, `//#if flag`, `//#else` and `//#end` repeat or drop lines, `//#include name`
 * inserts a part; `$i` is a loop's variable, `${...}` a value, or a sum, product, quotient or shift of values and numbers.
 * @throws ActigradError "kernel" for a block without end, an unknown part, or a value that is not a number
 */
export function expandTemplate({ file, parts = {} }: Template, values: TemplateValues): string {
  const out: string[] = [];
  const expand = (text: string, inner: TemplateValues): void => {
    const lines = text.split("\n");
    expandBlock(lines, 0, lines.length, inner, out, (name, at) => {
      const part = parts[name];
      if (part === undefined) throw new ActigradError("kernel", `template: no part is named "${name}"`);
      expand(part.trimEnd(), at);
    });
  };
  expand(file, values);
  return out.join("\n");
}

type Include = (name: string, values: TemplateValues) => void;

function expandBlock(
  lines: string[],
  from: number,
  to: number,
  values: TemplateValues,
  out: string[],
  include: Include,
): void {
  for (let at = from; at < to; at++) {
    const part = /^\s*\/\/#include\s+(\w+)/.exec(lines[at]!)?.[1];
    if (part !== undefined) {
      include(part, values);
      continue;
    }
    const directive = /^\s*\/\/#(for|if)\s+(.*)$/.exec(lines[at]!);
    if (directive === null) {
      out.push(substitute(lines[at]!, values));
      continue;
    }
    const { end, otherwise } = findEnd(lines, at, to);
    const body = otherwise ?? end;
    if (directive[1] === "if") {
      if (values[directive[2]!.trim()]) expandBlock(lines, at + 1, body, values, out, include);
      else if (otherwise !== undefined) expandBlock(lines, otherwise + 1, end, values, out, include);
    } else {
      const [variable, bound] = directive[2]!.split(" in ") as [string, string];
      for (let i = 0; i < evaluate(bound, values); i++) {
        expandBlock(lines, at + 1, body, { ...values, [variable]: i }, out, include);
      }
    }
    at = end;
  }
}

/** The line that ends the block opened at `open`, and its `//#else` if it has one. */
function findEnd(lines: string[], open: number, to: number): { end: number; otherwise: number | undefined } {
  let depth = 0;
  let otherwise: number | undefined;
  for (let at = open; at < to; at++) {
    const word = /^\s*\/\/#(for|if|else|end)\b/.exec(lines[at]!)?.[1];
    if (word === "for" || word === "if") depth++;
    if (word === "else" && depth === 1) otherwise = at;
    if (word === "end" && --depth === 0) return { end: at, otherwise };
  }
  throw new ActigradError("kernel", `template: "${lines[open]!.trim()}" has no //#end`);
}

function substitute(line: string, values: TemplateValues): string {
  return line
    .replace(/\$([a-z])/g, (whole, name: string) => (name in values ? String(values[name]) : whole))
    .replace(/\$\{([^}]*)\}/g, (_, expression: string) => {
      const text = values[expression.trim()];
      return typeof text === "string" ? text : String(evaluate(expression, values));
    });
}

const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => Math.floor(a / b),
  ">>": (a, b) => a >> b,
  "&": (a, b) => a & b,
};

/** Evaluates `value (op value)*` from left to right, except that a product binds before a sum. */
function evaluate(expression: string, values: TemplateValues): number {
  const tokens = expression.match(/[A-Za-z_]\w*|\d+|>>|[-+*/&]/g) ?? [];
  const operand = (token = ""): number => {
    const value = /^\d/.test(token) ? Number(token) : values[token];
    if (typeof value === "number") return value;
    throw new ActigradError("kernel", `template: "${token}" in "${expression}" is not a number`);
  };
  for (const binding of [
    ["*", "/"],
    ["+", "-"],
    [">>", "&"],
  ]) {
    for (let i = 1; i < tokens.length; i += 2) {
      if (!binding.includes(tokens[i]!)) continue;
      tokens.splice(i - 1, 3, String(operators[tokens[i]!]!(operand(tokens[i - 1]), operand(tokens[i + 1]))));
      i -= 2;
    }
  }
  return operand(tokens[0]);
}
