/**
 * JSON in which every number stays what it is. JSON itself has no NaN and no infinity, and JSON.stringify makes null of
 * them, which later counts as 0. Everything that crosses a boundary (page to Node, files) is written and read here;
 * docs/json.md says so to readers in other languages.
 */

/** A number as text: `NaN`, `Infinity`, `-Infinity`; a string that reads the same is told apart by quotes before it. */
const named = /^'*(?:NaN|-?Infinity)$/;

/** How `toJson` writes. */
export interface JsonStyle {
  /** Spaces a level; without it everything is on one line. */
  readonly indent?: number;
  /** Significant digits of numbers that are not whole: 7 hold a float32 of the usual sizes. Default: all. */
  readonly digits?: number;
}

/** A value as JSON: numbers that are not finite as "NaN", "Infinity" and "-Infinity". */
export function toJson(value: unknown, { indent, digits }: JsonStyle = {}): string {
  const encode = (_: string, v: unknown): unknown => {
    if (typeof v === "string") return named.test(v) ? `'${v}` : v;
    if (typeof v !== "number") return v;
    if (!Number.isFinite(v)) return String(v);
    return digits === undefined || Number.isInteger(v) ? v : Number(v.toPrecision(digits));
  };
  return JSON.stringify(value, encode, indent);
}

const arrayOfNumbers = /\[\s+((?:(?:-?[\d.]+(?:e[-+]?\d+)?|null|"NaN"|"-?Infinity"),?\s+)+)\]/g;

/** Indented JSON for people too: each array of numbers is on one line, and a line end closes it. */
export const toJsonText = (value: unknown, style: JsonStyle = {}): string =>
  `${toJson(value, { indent: 1, ...style }).replaceAll(arrayOfNumbers, (_, list: string) => `[${list.trim().replaceAll(/\s+/g, " ")}]`)}\n`;

/** What `toJson` was given, as plain data. @throws SyntaxError for what is no JSON */
export const fromJson = (text: string): unknown =>
  JSON.parse(text, (_, v: unknown) => {
    if (typeof v !== "string" || !named.test(v)) return v;
    return v.startsWith("'") ? v.slice(1) : Number(v);
  });
