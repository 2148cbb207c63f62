/**
 * A command as data: its options are one table (see `core/options.ts`), from which parsing, checking and --help derive.
 * An option `clipNorm` is `--clip-norm`, and commas part the elements of a list.
 */
import { parseArgs } from "node:util";
import { ActigradError, nearest } from "../../core/errors.ts";
import {
  type Option,
  type OptionTable,
  type OptionValues,
  type WordsOption,
  checkOptions,
  dashed,
  flag,
  readOption,
} from "../../core/options.ts";
import type { Comparison } from "../../../bench/peers/host.ts";
import type { RunJob } from "../../host/host.ts";
import type { Jobs } from "../jobs/index.ts";
import type { Terminal } from "./terminal.ts";

/** What a command has at hand. */
export interface Shell {
  readonly terminal: Terminal;
  readonly runJob: RunJob<Jobs>;
  /** What holds the engine against others; the package leaves it out. */
  readonly openComparison?: (() => Promise<Comparison>) | undefined;
  /** The built lab page. */
  readonly labFolder: string;
  /** Aborted by Ctrl-C; pass it to runJob, and report what was reached. */
  readonly signal: AbortSignal;
}

export interface Command<O extends OptionTable = OptionTable> {
  readonly name: string;
  readonly summary: string;
  readonly options: O;
  /** Such as "FILE..."; without it the command takes none. */
  readonly positionals?: string;
  /** Examples and whatever else --help should say at its end. */
  readonly notes?: readonly string[];
  /** Gives the exit code: 0, or 1 when the result is a failure. Errors are thrown. */
  run(args: { options: OptionValues<O>; positionals: readonly string[] }, shell: Shell): Promise<number>;
}

/** A command whose `run` knows the types of its options. */
export function defineCommand<const O extends OptionTable>(command: Command<O>): Command {
  // `run` takes the values of this very table, which parseCommandLine makes.
  return command as unknown as Command;
}

const ofAll = { help: flag("print this (-h)") } as const satisfies OptionTable;

/** A command's options by their dashed names, and those of all commands. */
export const optionsOf = ({ options }: Command): [name: string, option: Option][] =>
  Object.entries<Option>({ ...options, ...ofAll }).map(([name, option]) => [dashed(name), option]);

/**
 * @throws ActigradError "usage" for what the command does not know, with the nearest name; "option" for values that are
 * not as their options say
 */
export function parseCommandLine(
  command: Command,
  argv: readonly string[],
): { options: OptionValues<OptionTable>; positionals: readonly string[]; help: boolean } {
  const table: OptionTable = { ...command.options, ...ofAll };
  const byName = new Map(Object.entries(table).map((entry) => [dashed(entry[0]).slice(2), entry] as const));
  const { tokens, positionals } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      [...byName].map(([name, [, { kind }]]) => [
        name,
        { type: kind === "flag" ? "boolean" : "string", ...(name === "help" && { short: "h" }) },
      ]),
    ),
    allowPositionals: true,
    strict: false, // so that an unknown name gets our own message
    tokens: true,
  });
  const given = new Map<string, unknown>();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const known = byName.get(token.name);
    if (known === undefined) throw unknownOption(token.rawName, [...byName.keys()]);
    const [name, option] = known;
    const swallowed = token.inlineValue === false && token.value?.startsWith("--");
    const repeated = option.kind === "words" && option.repeated === true;
    const value = readOption(
      token.rawName,
      repeated ? elementOf(option) : option,
      swallowed === true ? undefined : token.value,
      ",",
    );
    given.set(name, repeated ? [...((given.get(name) as string[] | undefined) ?? []), value] : value);
  }
  if (command.positionals === undefined && positionals.length > 0) {
    throw new ActigradError("usage", `${command.name} takes no "${positionals[0]}"`, {
      hint: helpHint(command),
    });
  }
  const help = given.get("help") === true;
  const missing = Object.entries(command.options).find(([name, o]) => o.required && !given.has(name));
  if (missing !== undefined && !help) {
    const [name, option] = missing;
    throw new ActigradError("usage", `${command.name}: ${dashed(name)} ${valueName(option)} is missing`, {
      hint: option.doc ?? helpHint(command),
    });
  }
  const { help: _, ...values } = Object.fromEntries(given);
  return { options: help ? {} : checkOptions(command.name, command.options, values), positionals, help };
}

const helpHint = ({ name }: Command): string => `see actigrad ${name} --help`;

function unknownOption(rawName: string, names: readonly string[]): ActigradError {
  const near = nearest(rawName.replace(/^-+/, ""), names);
  const hint =
    near === undefined
      ? `options are ${names.map((name) => `--${name}`).join(", ")}`
      : `did you mean --${near}?`;
  return new ActigradError("usage", `unknown option ${rawName}`, { hint });
}

/** One word of a list. */
const elementOf = (words: WordsOption): Option => ({ ...words, kind: "word", default: undefined });

/** What stands for an option's value in help. */
function valueName(option: Option): string {
  const choices = "choices" in option ? option.choices : undefined;
  if (option.value !== undefined) return option.value;
  if (choices !== undefined && choices.length <= 4) return choices.join("|");
  switch (option.kind) {
    case "flag":
      return "";
    case "number":
      return option.whole === true ? "N" : "NUMBER";
    case "numbers":
      return "N,N,...";
    case "word":
      return "NAME";
    case "words":
      return option.repeated === true ? "NAME" : "NAME,...";
  }
}

/** The widest line of help. */
const HELP_COLUMNS = 100;

/** The lines of `actigrad NAME --help`. */
export function formatHelp(command: Command): string[] {
  const rows = optionsOf(command).map(([name, option]): [string, string] => {
    const { default: usual, doc = "" } = option;
    const choices = "choices" in option ? (option.choices ?? []) : [];
    const all = choices.length > 4 ? `; ${choices.join(", ")}` : "";
    const otherwise = usual === undefined || usual === false ? "" : ` [${String(usual)}]`;
    return [`  ${name} ${valueName(option)}`.trimEnd(), `${doc}${all}${otherwise}`];
  });
  const width = Math.min(32, Math.max(...rows.map(([left]) => left.length)) + 2);
  return [
    `actigrad ${command.name} [options] ${command.positionals ?? ""}`.trimEnd(),
    ...wrap(command.summary, HELP_COLUMNS),
    "",
    ...rows.flatMap(([left, right]) => {
      const lines = wrap(right, HELP_COLUMNS - width);
      const aside = left.length + 2 <= width ? [left.padEnd(width) + lines.shift()!] : [left];
      return [...aside, ...lines.map((line) => " ".repeat(width) + line)];
    }),
    ...(command.notes === undefined
      ? []
      : ["", ...command.notes.flatMap((line) => wrap(line, HELP_COLUMNS))]),
  ];
}

/** A text in lines of at most so many characters, broken at spaces; a longer word keeps a line of its own. */
function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/(?<=\S) /)) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
