/** A table's field: a number, empty, or text. */

/** The character between a number's whole part and its fraction. */
export type Decimal = "point" | "comma";

const patterns: Readonly<Record<Decimal, RegExp>> = {
  point: /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i,
  comma: /^[+-]?(\d+(,\d*)?|,\d+)(e[+-]?\d+)?$/i,
};
const missingWords = new Set(["", "na", "n/a", "nan", "null", "?"]);

/** A field as a number, spaces trimmed; NaN if it is not one. */
export function numberOf(field: string, decimal: Decimal = "point"): number {
  if (!patterns[decimal].test(field)) return NaN;
  return Number(decimal === "comma" ? field.replace(",", ".") : field);
}

/** Whether a number has a fraction with one decimal sign and is not a number with the other. */
export const isFraction = (field: string, decimal: Decimal): boolean =>
  field.includes(decimal === "comma" ? "," : ".") && patterns[decimal].test(field);

/** Whether a field, without spaces, is one of the usual words for a missing value. */
export const isMissing = (field: string): boolean =>
  field.length < 5 && missingWords.has(field.toLowerCase());

/** Truncated to 40 characters, for messages. */
export const clip = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}...` : text);
