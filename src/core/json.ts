/**
 * JSON that preserves every number. Plain JSON has no NaN and no infinity, and JSON.stringify turns them into null, which later
 * counts as 0. Everything that crosses a boundary (page to Node, files) is written and read here; docs/json.md explains the
 * format to readers in other languages.
 */

/** A number as text: `NaN`, `Infinity`, `-Infinity`; strings that read the same get extra quotes. */
const named = /^'*(?:NaN|-?Infinity)$/;

/** How `toJson` writes. */
export interface JsonStyle {
  /** Spaces per level; without it everything is on one line. */
  readonly indent?: number;
  /** Significant digits of fractions: 7 are enough for float32 of the usual sizes. Default: all. */
  readonly digits?: number;
}

/** A value as JSON, with numbers that are not finite as "NaN", "Infinity" and "-Infinity". */
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

/** Indented JSON, also for people: each array of numbers is on one line. Ends with a line break. */
export const toJsonText = (value: unknown, style: JsonStyle = {}): string =>
  `${toJson(value, { indent: 1, ...style }).replaceAll(arrayOfNumbers, (_, list: string) => `[${list.trim().replaceAll(/\s+/g, " ")}]`)}\n`;

/** Reads what `toJson` wrote, as plain data. @throws SyntaxError for invalid JSON */
export const fromJson = (text: string): unknown =>
  JSON.parse(text, (_, v: unknown) => {
    if (typeof v !== "string" || !named.test(v)) return v;
    return v.startsWith("'") ? v.slice(1) : Number(v);
  });
