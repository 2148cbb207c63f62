/** Guesses what a table does not state: its delimiter, its header, its decimal sign, and index columns. */
import { type CsvRecord, type Delimiter, parseCsv } from "./csv.ts";
import { type Decimal, isFraction, isMissing, numberOf } from "./field.ts";

const delimiters: readonly Delimiter[] = ["\t", ";", ","];
/** Number of records used to guess a column's kind. */
const LOOK = 200;

/** The delimiter that splits the first records evenly: first by the most numbers, then by the most fields. */
export function detectDelimiter(text: string, name: string): Delimiter {
  const head = headOf(text);
  let best: { delimiter: Delimiter; numbers: number; fields: number } | undefined;
  for (const delimiter of delimiters) {
    let records: CsvRecord[];
    try {
      records = parseCsv(head, delimiter, name, 10);
    } catch {
      continue; // quotes that only fit another delimiter
    }
    const fields = records[0]?.fields.length ?? 0;
    if (fields < 2 || records.some((record) => record.fields.length !== fields)) continue;
    const isNumber = (field: string): boolean =>
      !Number.isNaN(numberOf(field.trim())) ||
      (delimiter !== "," && !Number.isNaN(numberOf(field.trim(), "comma")));
    const numbers = records.flatMap((record) => record.fields).filter(isNumber).length;
    if (best === undefined || numbers > best.numbers || (numbers === best.numbers && fields > best.fields))
      best = { delimiter, numbers, fields };
  }
  if (best !== undefined) return best.delimiter;
  // Uneven with every delimiter: take the most frequent in the first line, whose error then names the line.
  const line = text.slice(0, text.search(/[\r\n]|$/));
  const count = (delimiter: Delimiter): number => line.split(delimiter).length;
  return delimiters.reduce((a, b) => (count(b) > count(a) ? b : a), ",");
}

/** Whole lines from the start of a text, as many as a guess needs. */
function headOf(text: string): string {
  const enough = 1 << 16;
  return text.length <= enough ? text : text.slice(0, text.lastIndexOf("\n", enough) + 1 || enough);
}

/** "comma" if some fields are numbers only with a decimal comma, and none only with a point. */
export function detectDecimal(records: readonly CsvRecord[], delimiter: Delimiter): Decimal {
  if (delimiter === ",") return "point";
  const fields = records.slice(0, LOOK).flatMap((record) => record.fields.map((field) => field.trim()));
  const has = (decimal: Decimal): boolean => fields.some((field) => isFraction(field, decimal));
  return has("comma") && !has("point") ? "comma" : "point";
}

/** Whether the first record names the columns, and whether that was a guess. */
export interface HeaderGuess {
  readonly header: boolean;
  readonly weighed: boolean;
}

/**
 * A first record without any number, or with text above numbers, names the columns. So does a first record of distinct whole
 * numbers if its text occurs nowhere below while the values below repeat, or if it counts the columns (0, 1, 2) above a column of
 * fractions.
 */
export function detectHeader(records: readonly CsvRecord[], decimal: Decimal): HeaderGuess {
  const [first, ...below] = records.slice(0, LOOK);
  const names = first!.fields.map((field) => field.trim());
  const isNumber = (field: string): boolean => !Number.isNaN(numberOf(field, decimal));
  const numbers = names.filter(isNumber);
  if (numbers.length === 0) return { header: true, weighed: false };
  const columns = names.map((name, c) => ({
    name,
    fields: below.map((record) => record.fields[c]?.trim() ?? "").filter((field) => !isMissing(field)),
  }));
  const isAbove = ({ name, fields }: (typeof columns)[number]): boolean =>
    !isNumber(name) && !isMissing(name) && 2 * fields.filter(isNumber).length > fields.length;
  if (columns.some(isAbove)) return { header: true, weighed: false };
  const whole = numbers.every((name) => /^\d+$/.test(name)) && new Set(numbers).size === numbers.length;
  if (!whole) return { header: false, weighed: false };
  const text = columns.filter(({ name }) => !isNumber(name) && !isMissing(name));
  if (text.length > 0) {
    const alone = text.every(({ name, fields }) => !fields.includes(name) && comesAgain(fields));
    return { header: alone, weighed: true };
  }
  const counts = names.length > 2 && names.every((name, c) => Number(name) === c + Number(names[0]));
  const fractions = columns.some(
    ({ fields }) => fields.length > 0 && fields.every((field) => isFraction(field, decimal)),
  );
  return { header: counts && Number(names[0]) <= 1 && fractions, weighed: counts };
}

/** Whether there are values, each of them at least twice. */
function comesAgain(fields: readonly string[]): boolean {
  const counts = new Map<string, number>();
  for (const field of fields) counts.set(field, (counts.get(field) ?? 0) + 1);
  return counts.size > 0 && [...counts.values()].every((count) => count > 1);
}

/** Whether a column's fields only identify rows: whole numbers or text, each once. */
export function isIndex(fields: readonly string[]): boolean {
  const tellApart = fields.every((field) => !isMissing(field) && !/^[+-]?\d*[.,]/.test(field));
  return tellApart && new Set(fields).size === fields.length;
}
