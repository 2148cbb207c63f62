import { ActigradError, checkOptions } from "../core/errors.ts";
import type { RawDataset } from "./dataset.ts";
import { type TableOptions, tableDataset } from "./formats/table.ts";

/** Options of `fromCsv`; those left out are detected as in `loadDataset`. */
export interface CsvOptions extends TableOptions {
  /** For messages and reports. Default "table". */
  readonly name?: string;
}

const known = [
  "name",
  "delimiter",
  "header",
  "decimal",
  "label",
  "task",
  "columns",
  "drop",
  "missing",
] as const satisfies (keyof CsvOptions)[];

/**
 * The rows of a table, in float64 and in order: `standardise(split(fromCsv(text, { label: "species" })))`. All columns but the
 * label are features; docs/data.md lists what is guessed.
 * @param text of a CSV file, or its bytes in UTF-8
 * @throws ActigradError "format" for anything but a table (an HTML page, quotes that do not match), "data" for missing and
 * unsuitable values, with line and column from 1; "option" for a column that does not exist
 */
export function fromCsv(text: string | Uint8Array, options: CsvOptions = {}): RawDataset {
  checkOptions("fromCsv", options, known);
  if (typeof text !== "string" && !(text instanceof Uint8Array))
    throw new ActigradError("data", `fromCsv: expected the text of a table, got ${typeof text}`, {
      hint: "await response.text(), or read the file first",
    });
  const { name = "table", ...table } = options;
  return tableDataset(text, name, table).dataset;
}
