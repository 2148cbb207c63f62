import { ActigradError } from "../../core/errors.ts";

/** A token of a formula. `column` counts from 1. */
export interface Token {
  readonly kind: "number" | "name" | "sign" | "end";
  readonly text: string;
  readonly column: number;
  /** After its last character. */
  readonly end: number;
}

/** A token for a message. */
export const shown = ({ kind, text }: Token): string => (kind === "end" ? "the end" : `"${text}"`);

/** The error at a position of a formula's text. */
export function formulaError(column: number, message: string, hint?: string): ActigradError {
  return new ActigradError(
    "formula",
    `formula, column ${column}: ${message}`,
    hint === undefined ? { column } : { hint, column },
  );
}

/** A part of a formula's text for a message, shortened. */
export function excerpt(text: string, [from, to]: readonly [number, number]): string {
  const part = text.slice(from - 1, to - 1);
  return part.length > 40 ? `${part.slice(0, 37)}...` : part;
}

/** Advice for characters that people try; the general message covers the rest. */
const instead: readonly (readonly [string, string])[] = [
  [".", "values have no members; a number starts with a digit"],
  ["\"'`", "formulas have no strings"],
  ["[]{}", "formulas have no lists or blocks; group with ( )"],
  ["&|!", "nest where(condition, a, b) for several conditions"],
  ["×⋅∙", "write *"],
  ["−–—", "write -"],
  ["÷", "write /"],
  ["²", "write ^ 2"],
  ["³", "write ^ 3"],
  ["√", "write sqrt(...)"],
  ["π", "write pi"],
  ["≤", "write <="],
  ["≥", "write >="],
  ["≠", "write !="],
];

const number = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const name = /[A-Za-z_$][A-Za-z0-9_$]*/y;
const sign = /\*\*|=>|[<>=!]=|[-+*/^(),<>=;?:]/y;
/** Mathematical signs, and their meanings. */
const symbols = new Map([
  ["·", { kind: "sign", text: "*" }],
  ["σ", { kind: "name", text: "sigmoid" }],
] as const);

/** Signs that are read only to be refused with a specific hint. */
const refused: ReadonlyMap<string, string> = new Map([
  ["**", "write ^ for a power"],
  ["=>", "formulas cannot define functions"],
]);

/** Splits a formula into tokens. @throws ActigradError "formula" at the first invalid character */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp, kind: Token["kind"]): boolean => {
    pattern.lastIndex = at;
    const [word] = pattern.exec(text) ?? [];
    if (word === undefined) return false;
    tokens.push({ kind, text: word, column: at + 1, end: at + 1 + word.length });
    at += word.length;
    return true;
  };
  while (at < text.length) {
    const symbol = symbols.get(text[at] as "·" | "σ");
    if (/[ \t\r\n]/.test(text[at]!)) at++;
    else if (symbol !== undefined) tokens.push({ ...symbol, column: ++at, end: at + 1 });
    else if (!take(number, "number") && !take(name, "name") && !take(sign, "sign")) throw stray(text, at);
    const last = tokens.at(-1);
    const hint = refused.get(last?.text ?? "");
    if (hint !== undefined)
      throw formulaError(last!.column, `"${last!.text}" is not part of a formula`, hint);
  }
  tokens.push({ kind: "end", text: "", column: text.length + 1, end: text.length + 1 });
  return tokens;
}

function stray(text: string, at: number): ActigradError {
  const character = String.fromCodePoint(text.codePointAt(at)!);
  const hint = instead.find(([characters]) => characters.includes(character))?.[1];
  const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
  const shown = /[!-~]/.test(character) ? `"${character}"` : `"${character}" (U+${code})`;
  return formulaError(at + 1, `${shown} is not part of a formula`, hint);
}
