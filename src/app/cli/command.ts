/**
 * A command as data: parsing, checking and --help derive from one table of options (see `core/options.ts`). An option `clipNorm`
 * is `--clip-norm`, and commas separate the elements of a list.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { ActigradError, nearest, unknownName } from "../../core/errors.ts";
import {
  type Option,
  type OptionTable,
  type OptionValues,
  type WordsOption,
  checkOption,
  checkOptions,
  dashed,
  flag,
  readOption,
} from "../../core/options.ts";
import type { Comparison } from "../../../bench/peers/host.ts";
import type { KeptHost, RunJob } from "../../host/host.ts";
import type { Jobs } from "../jobs/index.ts";
import type { Terminal } from "./terminal.ts";
import { wrap } from "./wrap.ts";

/** What a command can use. */
export interface Shell {
  readonly terminal: Terminal;
  readonly runJob: RunJob<Jobs>;
  /** For many jobs, one after the other; the caller closes it. */
  readonly keepHost: () => KeptHost<Jobs>;
  /** Compares the engine with others; the package does not contain it. */
  readonly openComparison?: (() => Promise<Comparison>) | undefined;
  /** The built lab page. */
  readonly labFolder: string;
  /** Aborted by Ctrl-C; pass it to runJob, and report what was reached. */
  readonly signal: AbortSignal;
}

/** What a line of words is read by. */
export interface CommandLine<O extends OptionTable = OptionTable> {
  readonly name: string;
  /** How it is called. Default: `actigrad NAME`. */
  readonly start?: string;
  readonly summary: string;
  readonly options: O;
  /** Such as "FILE..."; without it the command takes no arguments except `positional`. */
  readonly positionals?: string;
  /** The option whose value may be given without its name: `compare iris.csv`. */
  readonly positional?: keyof O & string;
  /** Examples and other text at the end of --help. */
  readonly notes?: readonly string[];
}

export interface Command<O extends OptionTable = OptionTable> extends CommandLine<O> {
  /** Returns the exit code: 0, or 1 if the result is a failure. Throws errors. */
  run(args: { options: OptionValues<O>; positionals: readonly string[] }, shell: Shell): Promise<number>;
}

/** A command whose `run` knows the types of its options. */
export function defineCommand<const O extends OptionTable>(command: Command<O>): Command {
  // `run` takes the values of this same table, which parseCommandLine makes.
  return command as unknown as Command;
}

/** The theme of options that every command takes. */
const EVERYWHERE = "every command";

const ofAll = {
  config: {
    kind: "word",
    value: "FILE",
    doc: 'JSON of options by long names, as {"epochs": 3}; the command line wins',
    theme: EVERYWHERE,
  },
  help: { ...flag("print this (-h)"), theme: EVERYWHERE },
} as const satisfies OptionTable;

/** A command's options by their dashed names, and those of all commands. */
export const optionsOf = ({ options }: CommandLine): [name: string, option: Option][] =>
  Object.entries<Option>({ ...options, ...ofAll }).map(([name, option]) => [dashed(name), option]);

/**
 * @param read returns the text of a file named by --config
 * @throws ActigradError "usage" for unknown options, with the nearest name; "option" for invalid values; "file" and "format" for
 * a --config that cannot be read
 */
export function parseCommandLine(
  command: CommandLine,
  argv: readonly string[],
  read: (path: string) => string = readText,
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
  const help = given.get("help") === true;
  const config = given.get("config");
  if (typeof config === "string" && !help)
    for (const [name, value] of readConfig(config, read(config), byName))
      if (!given.has(name)) given.set(name, value);
  takePositional(command, positionals, tokens, given);
  const missing = Object.entries(command.options).find(([name, o]) => o.required && !given.has(name));
  if (missing !== undefined && !help) {
    const [name, option] = missing;
    throw new ActigradError("usage", `${command.name}: ${dashed(name)} ${valueName(option)} is missing`, {
      hint: option.doc ?? helpHint(command),
    });
  }
  const { help: _, config: __, ...values } = Object.fromEntries(given);
  return { options: help ? {} : checkOptions(command.name, command.options, values), positionals, help };
}

type ByName = ReadonlyMap<string, readonly [name: string, option: Option]>;

/** The options in a JSON file. @throws ActigradError "format" for invalid JSON, "option" for an unknown name */
function readConfig(path: string, text: string, byName: ByName): [name: string, value: unknown][] {
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (cause) {
    throw new ActigradError("format", `${path}: not JSON: ${(cause as Error).message}`, { cause });
  }
  if (typeof values !== "object" || values === null || Array.isArray(values))
    throw new ActigradError("format", `${path}: expected an object of options, as in {"epochs": 3}`);
  const names = [...byName.keys()].filter((name) => !(name in ofAll));
  return Object.entries(values).map(([key, value]) => {
    const known = names.includes(key) ? byName.get(key) : undefined;
    if (known === undefined) throw unknownName(`option in ${path}`, key, names);
    return [known[0], checkOption(`${path}: ${key}`, known[1], value)];
  });
}

const readText = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new ActigradError("file", `cannot read ${path}`, { hint: "--config names a file of JSON", cause });
  }
};

/** Passes values without a name to the option that takes them. @throws ActigradError "usage" if none does */
function takePositional(
  command: CommandLine,
  words: readonly string[],
  tokens: readonly { readonly kind: string; readonly name?: string }[],
  given: Map<string, unknown>,
): void {
  const { name, positionals: several, positional } = command;
  if (several !== undefined || words.length === 0) return;
  const [word, more] = words;
  const named = tokens.some((token) => token.kind === "option" && token.name === positional);
  if (positional === undefined || more !== undefined || named) {
    const which = positional === undefined ? word : (more ?? word);
    const beside = positional !== undefined && more === undefined ? ` beside --${positional}` : "";
    throw new ActigradError("usage", `${name} takes no "${which}"${beside}`, {
      hint: helpHint(command),
    });
  }
  given.set(positional, checkOption(positional, command.options[positional]!, word));
}

const startOf = ({ name, start = `actigrad ${name}` }: CommandLine): string => start;
const helpHint = (command: CommandLine): string => `see ${startOf(command)} --help`;

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

/** The placeholder for an option's value in help. */
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

/**
 * The lines of `actigrad NAME --help`: common options first, the others by theme.
 * @param columns maximum characters per line
 */
export function formatHelp(command: CommandLine, columns = 100): string[] {
  const entries = optionsOf(command);
  const left = ([name, option]: [string, Option]): string => `  ${name} ${valueName(option)}`.trimEnd();
  const width = Math.min(32, Math.max(...entries.map((entry) => left(entry).length)) + 2);
  const lines = (entry: [string, Option]): string[] => {
    const words = wrap(aboutOf(entry[1]), columns - width);
    const start = left(entry);
    const aside = start.length + 2 <= width ? [start.padEnd(width) + words.shift()!] : [start];
    return [...aside, ...words.map((line) => " ".repeat(width) + line)];
  };
  const themes = [...new Set(entries.map(([, { theme }]) => theme))];
  const inOrder = [undefined, ...themes.filter((t) => t !== undefined && t !== EVERYWHERE), EVERYWHERE];
  const sections = inOrder.flatMap((theme) => {
    const own = entries.filter(([, option]) => option.theme === theme);
    if (own.length === 0) return [];
    const heading = theme === undefined || theme === EVERYWHERE ? [] : [`${theme}:`];
    return ["", ...heading, ...own.flatMap(lines)];
  });
  const takes = command.positionals ?? (command.positional && `[${command.positional.toUpperCase()}]`);
  return [
    [startOf(command), takes, "[options]"].filter(Boolean).join(" "),
    ...wrap(command.summary, columns),
    ...sections,
    ...(command.notes === undefined ? [] : ["", ...command.notes.flatMap((line) => wrap(line, columns))]),
  ];
}

/** An option's help: its text, its choices unless shown next to its name, its default. */
function aboutOf(option: Option): string {
  const { default: usual, doc = "" } = option;
  const choices = "choices" in option ? (option.choices ?? []) : [];
  const all = choices.length > 4 ? `; ${choices.join(", ")}` : "";
  const otherwise =
    usual === undefined || usual === false || String(usual) === "" ? "" : ` [${String(usual)}]`;
  return `${doc}${all}${otherwise}`;
}
