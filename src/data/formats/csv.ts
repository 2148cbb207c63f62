/** Tables as text: RFC 4180 with the delimiter and the header found out, and a column to be predicted. */
import { ActigradError, unknownName } from "../../core/errors.ts";
import { checkDataset, type Dataset } from "../dataset.ts";

export type Delimiter = "," | ";" | "\t";

export interface CsvOptions {
  /** Found out when left out. */
  readonly delimiter?: Delimiter;
  /** Whether the first record names the columns; found out when left out. */
  readonly header?: boolean;
  /** The column to predict: its name, or its number from 1, or from -1 backwards. Default -1, the last. */
  readonly label?: string | number;
  /**
   * Whether the label is a class or a number to predict. When left out: text is a class, and so are whole numbers
   * with at most 256 different values; other numbers are values.
   */
  readonly task?: "classes" | "values";
}

/** One record: its fields, and the line (from 1) of the file where it begins. */
export interface CsvRecord {
  readonly fields: readonly string[];
  readonly line: number;
}

const delimiters: readonly Delimiter[] = ["\t", ";", ","];
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const missing = new Set(["", "na", "n/a", "nan", "null", "?"]);

/**
 * Reads a CSV file (UTF-8) into a dataset: every column but the label is a feature and must be a decimal number.
 * Classes are sorted (numerically if all are numbers), so that they do not depend on the order of the rows.
 * Throws ActigradError "format" (not text, quoting, ragged records) or "data" (missing and unfit values), with line
 * and column from 1, and "option" for a label column that does not exist.
 */
export function csvDataset(bytes: Uint8Array, name: string, options: CsvOptions = {}): Dataset {
  const text = decode(bytes, name);
  const delimiter = options.delimiter ?? detectDelimiter(text, name);
  const records = parseCsv(text, delimiter, name);
  const first = records[0];
  if (first === undefined)
    throw new ActigradError("data", `${name}: expected a table, got no records`, { name });
  const width = first.fields.length;
  if (width < 2) {
    const hint = 'columns are separated by "," or ";" or a tab';
    throw new ActigradError("data", `${name}: expected a feature and a label column, got 1 column`, {
      hint,
      name,
    });
  }
  for (const { fields, line } of records) {
    if (fields.length === width) continue;
    throw new ActigradError("format", `${name}:${line}: expected ${width} fields, got ${fields.length}`, {
      name,
      line,
    });
  }
  const header = options.header ?? detectHeader(records);
  const columns = header
    ? first.fields.map((field) => field.trim())
    : first.fields.map((_, i) => `column ${i + 1}`);
  const rows = header ? records.slice(1) : records;
  if (rows.length === 0)
    throw new ActigradError("data", `${name}: expected rows below the header, got none`, { name });
  const label = findColumn(options.label ?? -1, columns, name);

  const place = (line: number, column: number): string =>
    `${name}:${line}: column ${column + 1}${header ? ` (${clip(columns[column]!)})` : ""}`;
  const value = ({ fields, line }: CsvRecord, column: number): number => {
    const field = fields[column]!.trim();
    const number = decimal.test(field) ? Math.fround(Number(field)) : Number.NaN;
    if (Number.isFinite(number)) return number;
    if (missing.has(field.toLowerCase())) throw missingValue(place(line, column), field);
    const hint = /^[+-]?\d*,\d+$/.test(field)
      ? "use a decimal point"
      : "features are numbers: encode text as numbers, or drop the column";
    const message = `${place(line, column)}: expected a finite float32 number, got "${clip(field)}"`;
    throw new ActigradError("data", message, { hint, name, line, column });
  };

  const features = columns.filter((_, column) => column !== label);
  const x = new Float32Array(rows.length * features.length);
  let at = 0;
  for (const row of rows) {
    for (let column = 0; column < width; column++) if (column !== label) x[at++] = value(row, column);
  }
  const labels = rows.map(({ fields, line }) => {
    const field = fields[label]!.trim();
    if (missing.has(field.toLowerCase())) throw missingValue(place(line, label), field);
    return field;
  });
  const common = { name, rows: rows.length, shape: [features.length], x, features };
  if ((options.task ?? detectTask(labels)) === "values") {
    const targets = Float32Array.from(rows, (row) => value(row, label));
    return checkDataset({ ...common, kind: "values", targets, width: 1 });
  }
  const { classNames, indices } = classesOf(labels);
  const classes = classNames.length;
  return checkDataset({ ...common, kind: "classes", labels: indices, classes, classNames });
}

/**
 * Splits text into records (RFC 4180: fields in quotes may hold delimiters, line breaks and doubled quotes). Line
 * ends are LF, CRLF or CR; empty lines are left out. Throws ActigradError "format" for quotes that do not match.
 */
export function parseCsv(text: string, delimiter: Delimiter, name: string, limit = Infinity): CsvRecord[] {
  const records: CsvRecord[] = [];
  const plain = new RegExp(`[^${delimiter}\r\n"]*`, "y");
  let at = 0;
  let line = 1;
  let fields: string[] = [];
  let start = line; // line on which the record begins
  const fault = (where: number, message: string): ActigradError =>
    new ActigradError("format", `${name}:${where}: ${message}`, { name, line: where });
  while (at < text.length && records.length < limit) {
    let field = "";
    if (text[at] === '"') {
      const opened = line;
      for (;;) {
        const end = text.indexOf('"', at + 1);
        if (end < 0) throw fault(opened, 'expected a closing ", got the end of the file');
        const part = text.slice(at + 1, end);
        field += part;
        line += part.match(/\r\n|\r|\n/g)?.length ?? 0;
        at = end + 1;
        if (text[at] !== '"') break;
        field += '"';
      }
      if (at < text.length && !`${delimiter}\r\n`.includes(text[at]!)) {
        throw fault(
          line,
          `expected a delimiter or a line end after a closing ", got ${JSON.stringify(text[at])}`,
        );
      }
    } else {
      plain.lastIndex = at;
      field = plain.exec(text)![0];
      at += field.length;
      if (text[at] === '"')
        throw fault(line, 'expected quotes around the whole field, got a " in its middle');
    }
    fields.push(field);
    if (text[at] === delimiter) {
      at++;
      if (at < text.length) continue;
      fields.push(""); // the file ends with a delimiter: an empty last field
    } else if (at < text.length) {
      at += text.startsWith("\r\n", at) ? 2 : 1;
      line++;
    }
    if (fields.length > 1 || fields[0] !== "") records.push({ fields, line: start });
    fields = [];
    start = line;
  }
  return records;
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes); // a byte order mark is left out
  } catch (cause) {
    const hint = "save the table as CSV in UTF-8";
    throw new ActigradError("format", `${name}: expected text in UTF-8, got other bytes`, {
      hint,
      cause,
      name,
    });
  }
}

/** The delimiter that splits the first records into equally many, and the most, fields. */
function detectDelimiter(text: string, name: string): Delimiter {
  let best: Delimiter = ",";
  let most = 1;
  for (const delimiter of delimiters) {
    let counts: number[];
    try {
      counts = parseCsv(text, delimiter, name, 10).map((record) => record.fields.length);
    } catch {
      continue; // quotes that only fit another delimiter
    }
    if (counts.length > 0 && counts[0]! > most && counts.every((count) => count === counts[0])) {
      [best, most] = [delimiter, counts[0]!];
    }
  }
  if (most > 1) return best;
  // Ragged under each of them: take the commonest in the first line, whose error then names the line.
  const line = text.slice(0, text.search(/[\r\n]|$/));
  const count = (delimiter: Delimiter): number => line.split(delimiter).length;
  return delimiters.reduce((a, b) => (count(b) > count(a) ? b : a), ",");
}

/** A first record without any number, or with text above a number, names the columns. */
function detectHeader(records: readonly CsvRecord[]): boolean {
  const isNumber = (field: string | undefined): boolean => decimal.test(field?.trim() ?? "");
  const [first, second] = records;
  if (!first!.fields.some(isNumber)) return true;
  return first!.fields.some((field, column) => {
    const isText = !isNumber(field) && !missing.has(field.trim().toLowerCase());
    return isText && isNumber(second?.fields[column]);
  });
}

function findColumn(label: string | number, columns: readonly string[], name: string): number {
  if (typeof label === "string") {
    const column = columns.indexOf(label);
    if (column < 0) throw unknownName(`label column of ${name}`, label, columns);
    return column;
  }
  const column = label < 0 ? columns.length + label : label - 1;
  if (columns[column] !== undefined) return column;
  const most = columns.length;
  const message = `${name}: expected a label column from 1 to ${most}, or from -1 to ${-most}, got ${label}`;
  throw new ActigradError("option", message, { name, label });
}

function detectTask(labels: readonly string[]): "classes" | "values" {
  if (!labels.every((label) => decimal.test(label))) return "classes";
  const distinct = new Set(labels.map(Number));
  return distinct.size <= 256 && [...distinct].every(Number.isInteger) ? "classes" : "values";
}

/** The different labels in order, and the place of each row's label in that order. */
function classesOf(labels: readonly string[]): { classNames: string[]; indices: Uint32Array } {
  const numeric = labels.every((label) => decimal.test(label));
  const key = (label: string): string => (numeric ? String(Number(label)) : label); // "1" and "1.0" are one class
  const keys = labels.map(key);
  const classNames = [...new Set(keys)].toSorted((a, b) =>
    numeric ? Number(a) - Number(b) : a < b ? -1 : 1,
  );
  const index = new Map(classNames.map((className, i) => [className, i]));
  return { classNames, indices: Uint32Array.from(keys, (label) => index.get(label)!) };
}

function missingValue(place: string, field: string): ActigradError {
  const got = field === "" ? "an empty field" : `"${field}"`;
  const hint = "fill in missing values or drop those rows first";
  return new ActigradError("data", `${place}: expected a value, got ${got}`, { hint });
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
