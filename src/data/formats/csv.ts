/** Tables as text: RFC 4180, plus spaces around quotes, which spreadsheets and people write. */
import { ActigradError } from "../../core/errors.ts";
import { HTML, kindOf } from "./signature.ts";

/** Separates the fields of a record. */
export type Delimiter = "," | ";" | "\t";

/** A record: its fields, and the line (from 1) of the file where it begins. */
export interface CsvRecord {
  readonly fields: readonly string[];
  readonly line: number;
}

/** The text of a table, UTF-8. @throws ActigradError "format" for other bytes, and for an HTML page */
export function decodeText(bytes: Uint8Array | string, name: string): string {
  const kind = kindOf(bytes);
  if (kind !== undefined) {
    const hint =
      kind === HTML
        ? 'the file may not exist, or this is a page about it: use the address of the file itself (on GitHub, behind "Raw")'
        : "save the table as CSV in UTF-8";
    throw new ActigradError("format", `${name}: expected a table as text, got ${kind}`, { hint, name });
  }
  if (typeof bytes === "string") return bytes.replace(/^\ufeff/, "");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes); // a byte order mark is dropped
  } catch (cause) {
    const hint = "save the table as CSV in UTF-8";
    const message = `${name}: expected text in UTF-8, got other bytes`;
    throw new ActigradError("format", message, { hint, cause, name });
  }
}

/**
 * Splits text into records (RFC 4180: quoted fields may contain delimiters, line breaks and doubled quotes). Spaces around quotes
 * are ignored. Line ends are LF, CRLF or CR; empty lines are skipped.
 * @throws ActigradError "format" for quotes that do not match
 */
export function parseCsv(text: string, delimiter: Delimiter, name: string, limit = Infinity): CsvRecord[] {
  const records: CsvRecord[] = [];
  const opening = / *"/y;
  const plain = new RegExp(`[^${delimiter}\r\n"]*`, "y");
  let at = 0;
  let line = 1;
  let fields: string[] = [];
  let start = line; // line where the record begins
  const fault = (where: number, message: string): ActigradError =>
    new ActigradError("format", `${name}:${where}: ${message}`, { name, line: where });
  while (at < text.length && records.length < limit) {
    let field: string;
    opening.lastIndex = at;
    if ((text[at] === '"' || text[at] === " ") && opening.test(text)) {
      const from = opening.lastIndex;
      const end = closingQuote(text, from);
      if (end < 0) throw fault(line, 'expected a closing ", got the end of the file');
      field = text.slice(from, end).replaceAll('""', '"');
      line += lineEnds(field);
      at = end + 1;
      while (text[at] === " ") at++;
      if (at < text.length && !`${delimiter}\r\n`.includes(text[at]!)) {
        const got = JSON.stringify(text[at]);
        throw fault(line, `expected a delimiter or a line end after a closing ", got ${got}`);
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
      fields.push(""); // the file ends with a delimiter, so the last field is empty
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

const QUOTE = 34;

/** The quote that ends a field whose text begins at `from`, skipping doubled ones; -1 without one. */
function closingQuote(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    if (text.charCodeAt(i) !== QUOTE) continue;
    if (text.charCodeAt(i + 1) !== QUOTE) return i;
    i++;
  }
  return -1;
}

function lineEnds(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 ? text.charCodeAt(i - 1) !== 13 : code === 13) count++;
  }
  return count;
}
