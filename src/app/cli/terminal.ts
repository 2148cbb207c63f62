/** Output for people: results on stdout, everything else on stderr. */
import { styleText } from "node:util";
import { unstyled, width, wrap } from "./wrap.ts";

type Style = "bold" | "dim" | "red" | "green" | "yellow";
/** Of progress in a log. */
const secondsBetweenLines = 5;
/** Maximum characters per line of text, and the default without a terminal. */
const COLUMNS = 100;

export class Terminal {
  readonly #out: NodeJS.WriteStream;
  readonly #err: NodeJS.WriteStream;
  /** Whether there is a progress line to overwrite. */
  #standing = false;
  #lastLineAt = -Infinity;
  #fault: NodeJS.ErrnoException | undefined;

  constructor(out: NodeJS.WriteStream = process.stdout, err: NodeJS.WriteStream = process.stderr) {
    this.#out = out;
    this.#err = err;
    // The reader of stdout or stderr may go away; that must not affect the work and its files.
    out.on("error", (error: NodeJS.ErrnoException) => (this.#fault ??= error));
    err.on("error", () => undefined);
  }

  /**
   * Waits until everything is printed. @returns the error that kept results from being printed, except for a reader that has seen
   * enough
   */
  async printed(): Promise<NodeJS.ErrnoException | undefined> {
    if (this.#fault === undefined) await new Promise((resolve) => this.#out.write("", resolve));
    return this.#fault?.code === "EPIPE" ? undefined : this.#fault;
  }

  /** A line of the result. */
  print(line = ""): void {
    this.clear();
    if (this.#fault === undefined) this.#out.write(`${line}\n`);
  }

  /** A table of the result, see `formatTable`, within the terminal's width. */
  table(rows: readonly (readonly string[])[]): void {
    for (const line of formatTable(rows, this.width)) this.print(line);
  }

  /** A sentence of the result, wrapped on a terminal; one line in a file. */
  tell(text: string, style?: Style): void {
    for (const line of this.#out.isTTY ? wrap(text, this.columns) : [text])
      this.print(style === undefined ? line : this.style(style, line));
  }

  /** A line beside the result. */
  say(line: string): void {
    this.clear();
    this.#err.write(`${line}\n`);
  }

  /** Characters per line for print(). */
  get columns(): number {
    return Math.min(COLUMNS, this.width);
  }

  /** Characters per line of a table; unlimited without a terminal. */
  get width(): number {
    return (this.#out.isTTY && this.#out.columns) || Infinity;
  }

  /**
   * The state of the work: one line overwritten in place on a terminal, otherwise a line every few seconds.
   * @param end such as the time left: text that is too long is cut before it
   */
  progress(doing: string, end = ""): void {
    const line = end === "" ? doing : `${doing}  ${end}`;
    if (this.#err.isTTY) {
      this.#err.write(`\r\u001b[2K${cut(line, (this.#err.columns || 80) - 1, end.length)}`);
      this.#standing = true;
    } else if (performance.now() - this.#lastLineAt >= secondsBetweenLines * 1000) {
      this.#err.write(`${line}\n`);
      this.#lastLineAt = performance.now();
    }
  }

  /** Removes the progress line. */
  clear(): void {
    if (this.#standing) this.#err.write("\r\u001b[2K");
    this.#standing = false;
  }

  /** Text for print() in a colour or weight; plain if stdout is not a terminal or NO_COLOR is set. */
  style(style: Style, text: string): string {
    return isColourful(this.#out) ? styleText(style, text) : text;
  }

  /** As style(), for say() and progress(). */
  styleError(style: Style, text: string): string {
    return isColourful(this.#err) ? styleText(style, text) : text;
  }
}

/** Shortens a longer line: keeps its end, and as much of its start as fits. */
function cut(line: string, columns: number, end: number): string {
  if (line.length <= columns) return line;
  if (end === 0) return `${line.slice(0, columns - 1)}…`;
  const start = Math.max(0, columns - end - 2);
  return `${line.slice(0, start)}… ${line.slice(-end)}`.slice(-columns);
}

const isColourful = (stream: NodeJS.WriteStream): boolean =>
  stream.isTTY && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";

/**
 * Aligns the columns of rows, of which the first is the heading: numbers and similar cells to the right, other text to the left.
 * Cells may be styled; most cells of a column decide its alignment.
 * @param most maximum characters per line: if the table needs more, columns move closer, then a last column of text is wrapped,
 * or columns go to further tables below, after the names of the rows
 */
export function formatTable(rows: readonly (readonly string[])[], most = Infinity): string[] {
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(...rows.map((row) => width(row[i] ?? ""))),
  );
  const toRight = Array.from({ length: columns }, (_, i) => {
    const cells = rows.slice(1).map((row) => unstyled(row[i] ?? ""));
    const filled = cells.filter((cell) => cell !== "" && cell !== "–");
    return filled.filter((cell) => /^[-+.]?\d/.test(cell)).length > filled.length / 2;
  });
  const whole = widths.reduce((sum, own) => sum + own + 2, -2);
  const gap = whole > most ? " " : "  ";
  const before = widths.slice(0, -1).reduce((sum, own) => sum + own + gap.length, 0);
  const room = most - before;
  const breaks = before + widths.at(-1)! > most && room >= NARROWEST && toRight.at(-1) === false;
  if (before + widths.at(-1)! > most && !breaks) {
    const parts = partsOf(widths, toRight.indexOf(false) + 1, most);
    if (parts.length > 1)
      return parts.flatMap((own, i) => [
        ...(i === 0 ? [] : [""]),
        ...formatTable(
          rows.map((row) => own.map((column) => row[column] ?? "")),
          most,
        ),
      ]);
  }
  return rows.flatMap((row) => {
    const last = row.at(-1) ?? "";
    const [first = "", ...more] = breaks && unstyled(last) === last ? wrap(last, room) : [last];
    const cells = [...row.slice(0, -1), first].map((cell, i) => {
      const space = " ".repeat(Math.max(0, widths[i]! - width(cell)));
      return toRight[i] ? space + cell : cell + space;
    });
    return [cells.join(gap).trimEnd(), ...more.map((line) => " ".repeat(before) + line)];
  });
}

/**
 * Splits the columns of a table that is too wide into as few tables as possible, each starting with the first `names` columns.
 * One part, if no other column would fit.
 */
function partsOf(widths: readonly number[], names: number, most: number): number[][] {
  const all = [...widths.keys()];
  const first = all.slice(0, names);
  const widthOf = (own: readonly number[]): number => own.reduce((sum, i) => sum + widths[i]! + 1, -1);
  const parts: number[][] = [];
  for (const i of all.slice(names)) {
    if (names === 0 || widthOf([...first, i]) > most) return [all];
    const last = parts.at(-1);
    if (last !== undefined && widthOf([...last, i]) <= most) last.push(i);
    else parts.push([...first, i]);
  }
  return parts;
}

/** Minimum width of a text column. */
const NARROWEST = 20;

/** 0.4 s, 12 s, 3 min 05 s, 2 h 07 min. */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const two = (n: number): string => String(n).padStart(2, "0");
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

/** "12 s left" from the finished share (0 to 1) and the seconds that it took; empty at the start. */
export function formatTimeLeft(done: number, seconds: number): string {
  return done > 0 ? `${formatSeconds((seconds * (1 - done)) / done)} left` : "";
}
