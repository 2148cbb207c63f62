/** Turns the records of a table into a dataset: chooses features, label, and what to leave out. */
import { ActigradError, unknownName } from "../../core/errors.ts";
import { checkDataset, type RawDataset } from "../dataset.ts";
import { type CsvRecord, type Delimiter, decodeText, parseCsv } from "./csv.ts";
import { detectDecimal, detectDelimiter, detectHeader, isIndex } from "./csv-guesses.ts";
import { type Decimal, clip, isMissing, numberOf } from "./field.ts";

/** A column by name, or by number from 1 (or from -1 backwards). */
export type Column = string | number;

export interface TableOptions {
  /** Detected if left out. */
  readonly delimiter?: Delimiter | undefined;
  /** Whether the first record names the columns; detected if left out. */
  readonly header?: boolean | undefined;
  /** Detected if left out: a comma if the delimiter is not a comma and no number has a point. */
  readonly decimal?: Decimal | undefined;
  /** The column to predict. Default -1, the last. */
  readonly label?: Column | undefined;
  /**
   * Whether the label is a class or a number to predict. By default text is a class, and so are whole numbers with at most 256
   * different values; other numbers are values.
   */
  readonly task?: "classes" | "values" | undefined;
  /** The features, in this order. Default: all columns but the label and an index. */
  readonly columns?: readonly Column[] | undefined;
  /** Columns to leave out of the features. */
  readonly drop?: readonly Column[] | undefined;
  /** The text of a missing value, "" for an empty field: rows that have one are skipped. Other missing values are refused. */
  readonly missing?: readonly string[] | undefined;
}

/** A dataset as read, with notes on how: the format, and each guess with the option that overrides it. */
export interface ReadData<D extends RawDataset = RawDataset> {
  readonly dataset: D;
  readonly format: string;
  readonly notes: readonly string[];
}

const delimiterNames: Readonly<Record<Delimiter, string>> = { ",": "comma", ";": "semicolon", "\t": "tab" };

/** A table with named columns and rows of equal width; fields are still text. */
export interface Table {
  readonly name: string;
  readonly format: string;
  readonly columns: readonly string[];
  readonly rows: readonly CsvRecord[];
  readonly decimal: Decimal;
  readonly header: boolean;
}

/**
 * Reads a CSV file (UTF-8), or its text, into a dataset: every column but the label is a feature and must contain decimal
 * numbers. Classes are sorted (numerically if all are numbers), so that they do not depend on the order of rows. Numbers are
 * float64.
 * @throws ActigradError "format" (not text, quoting, uneven records) or "data" (missing and unsuitable values), with line and
 * column from 1; "option" for a column that does not exist
 */
export function tableDataset(bytes: Uint8Array | string, name: string, options: TableOptions = {}): ReadData {
  const notes: string[] = [];
  const table = openTable(bytes, name, options, notes);
  if (table.columns.length < 2) {
    const hint = 'columns are separated by "," or ";" or a tab (delimiter=)';
    const message = `${name}: expected a feature and a label column, got 1 column`;
    throw new ActigradError("data", message, { hint, name });
  }
  const label = findColumn("label", options.label ?? -1, table);
  const features = chooseFeatures(table, label, options, notes);
  const rows = withoutMissing(table, [...features, label], options.missing, notes);
  const common = {
    name,
    rows: rows.length,
    shape: [features.length],
    x: numbersAt(table, rows, features),
    features: features.map((column) => table.columns[column]!),
    target: table.columns[label]!,
  };
  const { format } = table;
  const labels = rows.map(({ fields }) => fields[label]!.trim());
  const task = options.task ?? detectTask(labels, table, label, notes);
  if (task === "values") {
    const targets = Float64Array.from(rows, (row) =>
      numberAt(table, row, label, "values to predict are numbers; task=classes takes each text as a class"),
    );
    return { dataset: checkDataset({ ...common, kind: "values", targets, width: 1 }), format, notes };
  }
  const { classNames, indices } = classesOf(labels, table.decimal);
  const classes = classNames.length;
  const dataset = checkDataset({ ...common, kind: "classes", labels: indices, classes, classNames });
  return { dataset, format, notes };
}

/**
 * The records of a table (UTF-8): removes irregularities at the edges and finds the header and the decimal sign.
 * @param expected columns; the first line is a header if it names all of them
 */
export function openTable(
  bytes: Uint8Array | string,
  name: string,
  options: TableOptions,
  notes: string[],
  expected: readonly string[] = [],
): Table {
  const text = decodeText(bytes, name);
  const delimiter = options.delimiter ?? detectDelimiter(text, name);
  const records = parseCsv(text, delimiter, name);
  if (records.length === 0)
    throw new ActigradError("data", `${name}: expected a table, got no records`, { name });
  const even = evenRecords(records, name, notes);
  const first = even[0]!;
  const decimal = options.decimal ?? detectDecimal(even, delimiter);
  if (decimal === "comma" && options.decimal === undefined)
    notes.push("commas are read as decimal commas (decimal=point turns this off)");
  const fields = new Set(first.fields.map((field) => field.trim()));
  const named = expected.length > 0 && expected.every((column) => fields.has(column)) ? true : undefined;
  const known = options.header ?? named;
  const guess = known === undefined ? detectHeader(even, decimal) : { header: known, weighed: false };
  const { header } = guess;
  if (guess.weighed)
    notes.push(
      header
        ? "the first line, all whole numbers, is read as column names (header=no reads it as a row)"
        : "the first line, all whole numbers, is read as a row (header=yes reads it as names)",
    );
  const rows = header ? even.slice(1) : even;
  if (rows.length === 0)
    throw new ActigradError("data", `${name}: expected rows below the header, got none`, { name });
  const columns = first.fields.map((field, i) => (header && field.trim()) || `column ${i + 1}`);
  const line = header ? "the first line names the columns" : "no header line";
  const format = `CSV, ${delimiterNames[delimiter]} between fields, decimal ${decimal}, ${line}`;
  return { name, format, columns, rows, decimal, header };
}

/** Records of equal width: removes an extra delimiter at the end of every line, and gives row names a nameless column. */
function evenRecords(records: readonly CsvRecord[], name: string, notes: string[]): readonly CsvRecord[] {
  const [first, ...below] = records;
  const width = first!.fields.length;
  const wider = below.length > 0 && below.every(({ fields }) => fields.length === width + 1);
  const empty = below.length > 0 && below.every(({ fields }) => fields.at(-1)!.trim() === "");
  const endsOpen = empty && first!.fields.at(-1)!.trim() === "" && width > 2;
  if (empty && (wider || endsOpen)) {
    notes.push("each line ends with a delimiter: the empty last column is left out");
    const most = wider ? width : width - 1;
    return records.map(({ fields, line }) => ({ fields: fields.slice(0, most), line }));
  }
  if (wider) return [{ fields: ["", ...first!.fields], line: first!.line }, ...below];
  for (const { fields, line } of records) {
    if (fields.length === width) continue;
    const message = `${name}:${line}: expected ${width} fields, got ${fields.length}`;
    throw new ActigradError("format", message, { name, line });
  }
  return records;
}

/** Numbers (from 0) of the feature columns. */
function chooseFeatures(table: Table, label: number, options: TableOptions, notes: string[]): number[] {
  const { name, columns } = table;
  const dropped = new Set(findColumns("drop", options.drop ?? [], table));
  const chosen =
    options.columns === undefined
      ? withoutIndex(table, label, dropped, notes)
      : findColumns("columns", options.columns, table);
  const fault = (message: string, hint: string): ActigradError =>
    new ActigradError("option", `${name}: ${message}`, { hint, name });
  const twice = chosen.find((column, i) => chosen.indexOf(column) !== i);
  if (twice !== undefined)
    throw fault(`columns: ${clip(columns[twice]!)} is given twice`, "name each column once");
  if (chosen.includes(label))
    throw fault(
      `columns: ${clip(columns[label]!)} is the label, so it cannot be a feature`,
      "choose another label=",
    );
  const features = chosen.filter((column) => !dropped.has(column));
  if (features.length > 0) return features;
  throw fault(
    "expected a feature besides the label, but all columns are left out",
    "leave out fewer columns",
  );
}

/** All columns but the label, and but an index: a nameless first column that only identifies rows, as pandas writes. */
function withoutIndex(
  { columns, rows, header }: Table,
  label: number,
  dropped: ReadonlySet<number>,
  notes: string[],
): number[] {
  const all = [...columns.keys()].filter((column) => column !== label);
  if (!header || label === 0 || dropped.has(0) || !/^(column 1|Unnamed: \d+)$/.test(columns[0]!)) return all;
  if (all.length < 2 || !isIndex(rows.map(({ fields }) => fields[0]!.trim()))) {
    notes.push("column 1 has no name and is taken as a feature (drop=1 leaves it out)");
    return all;
  }
  const keep = all.map((column) => column + 1);
  const list = keep.length === keep.at(-1) ? `1..${keep.at(-1)}` : keep.join("/");
  notes.push(
    `index column left out: column 1 has no name and only numbers the rows (columns=${list} keeps it)`,
  );
  return all.filter((column) => column !== 0);
}

/** Rows without a missing value in the wanted columns. @throws ActigradError "data" for a missing value that is not allowed */
export function withoutMissing(
  table: Table,
  wanted: readonly number[],
  words: readonly string[] | undefined,
  notes: string[],
): readonly CsvRecord[] {
  const { rows, name, decimal } = table;
  const numbers = new Set(words?.map((word) => numberOf(word, decimal)).filter((n) => !Number.isNaN(n)));
  const known = new Set(words?.map((word) => word.toLowerCase()));
  const stands = (field: string): boolean =>
    known.has(field.toLowerCase()) || (numbers.size > 0 && numbers.has(numberOf(field, decimal)));
  const whole = rows.filter(({ fields, line }) => {
    let kept = true;
    for (const column of wanted) {
      const field = fields[column]!.trim();
      if (words !== undefined && stands(field)) kept = false;
      else if (isMissing(field)) throw missingValue(place(table, line, column), field);
    }
    return kept;
  });
  if (words === undefined) return whole;
  const left = rows.length - whole.length;
  const list = words.map((word) => (word === "" ? "empty" : clip(word))).join("/");
  notes.push(`${left} of ${rows.length} rows left out for a missing value (na=${list})`);
  if (whole.length > 0) return whole;
  throw new ActigradError(
    "data",
    `${name}: each of its ${rows.length} rows has a missing value (na=${list})`,
  );
}

function missingValue(where: string, field: string): ActigradError {
  const got = field === "" ? "an empty field" : `"${field}"`;
  const hint = `na=${field === "" ? "empty" : field} leaves such rows out, or fill them in first`;
  return new ActigradError("data", `${where}: expected a value, got ${got}`, { hint });
}

/** The numbers of some columns, [rows, columns]. @throws ActigradError "data" for anything but a finite float32 number */
export function numbersAt(
  table: Table,
  rows: readonly CsvRecord[],
  columns: readonly number[],
): Float64Array {
  const x = new Float64Array(rows.length * columns.length);
  let at = 0;
  for (const row of rows)
    for (const column of columns) x[at++] = numberAt(table, row, column, featureHint(column));
  return x;
}

/** The number in a field. @throws ActigradError "data" for anything but a finite float32 number */
const featureHint = (column: number): string =>
  `features are numbers: encode text as numbers, or leave the column out (drop=${column + 1})`;

/** @param hint what to do about text */
function numberAt(table: Table, { fields, line }: CsvRecord, column: number, hint: string): number {
  const field = fields[column]!.trim();
  const number = numberOf(field, table.decimal);
  if (Number.isFinite(Math.fround(number))) return number;
  const other = table.decimal === "comma" ? "point" : "comma";
  const isText = Number.isNaN(numberOf(field, other));
  const message = `${place(table, line, column)}: expected a finite float32 number, got "${clip(field)}"`;
  throw new ActigradError("data", message, {
    hint: isText ? hint : `decimal=${other} reads it as a number`,
    name: table.name,
    line,
    column,
  });
}

const place = ({ name, header, columns }: Table, line: number, column: number): string =>
  `${name}:${line}: column ${column + 1}${header ? ` (${clip(columns[column]!)})` : ""}`;

function findColumns(what: string, wanted: readonly Column[], table: Table): number[] {
  return wanted.flatMap((column) => {
    const range = typeof column === "string" ? /^(\d+)\.\.(\d+)$/.exec(column) : null;
    if (range === null) return [findColumn(what, column, table)];
    const [from, to] = [range[1], range[2]].map((end) => findColumn(what, Number(end), table));
    return Array.from({ length: Math.max(0, to! - from! + 1) }, (_, i) => from! + i);
  });
}

function findColumn(what: string, wanted: Column, { name, columns }: Table): number {
  if (typeof wanted === "string") {
    const column = columns.indexOf(wanted);
    if (column < 0) throw unknownName(`${what} column of ${name}`, wanted, columns);
    if (columns.lastIndexOf(wanted) === column) return column;
    const hint = `give the column's number, ${column + 1} or ${columns.lastIndexOf(wanted) + 1}`;
    const message = `${name}: ${what}: more than one column is named ${clip(wanted)}`;
    throw new ActigradError("option", message, { hint, name });
  }
  const column = wanted < 0 ? columns.length + wanted : wanted - 1;
  if (columns[column] !== undefined) return column;
  const most = columns.length;
  const message = `${name}: expected a ${what} column from 1 to ${most}, or from -1 to ${-most}, got ${wanted}`;
  throw new ActigradError("option", message, { name, [what]: wanted });
}

function detectTask(
  labels: readonly string[],
  { columns, decimal }: Table,
  label: number,
  notes: string[],
): "classes" | "values" {
  const numbers = labels.map((field) => numberOf(field, decimal));
  if (numbers.some(Number.isNaN)) return "classes";
  const title = clip(columns[label]!);
  const distinct = new Set(numbers);
  if (!numbers.every(Number.isInteger)) {
    notes.push(`${title} has fractions: values to predict (task=classes takes each as a class)`);
    return "values";
  }
  const few = distinct.size <= 256 && (distinct.size <= 10 || 2 * distinct.size <= labels.length);
  const found = `${title} has ${distinct.size} different whole ${distinct.size === 1 ? "number" : "numbers"}`;
  notes.push(
    few
      ? `${found}: taken as classes (task=values predicts the number)`
      : `${found}: taken as values to predict (task=classes takes each as a class)`,
  );
  return few ? "classes" : "values";
}

/** The distinct labels in order, and the index of each row's label. */
function classesOf(
  labels: readonly string[],
  decimal: Decimal,
): { classNames: string[]; indices: Uint32Array } {
  const numbers = labels.map((label) => numberOf(label, decimal));
  const numeric = !numbers.some(Number.isNaN);
  const keys = numeric ? numbers.map(String) : labels; // "1" and "1.0" are one class
  const classNames = [...new Set(keys)].toSorted((a, b) =>
    numeric ? Number(a) - Number(b) : a < b ? -1 : 1,
  );
  const index = new Map(classNames.map((className, i) => [className, i]));
  return { classNames, indices: Uint32Array.from(keys, (label) => index.get(label)!) };
}
