/** A command as data: its options are one table, from which parsing, checking and --help derive. */
import { parseArgs } from "node:util";
import { ActigradError, nearest } from "../../core/errors.ts";
import type { Comparison } from "../../../bench/peers/host.ts";
import type { RunJob } from "../../host/host.ts";
import type { Jobs } from "../jobs/index.ts";
import type { Terminal } from "./terminal.ts";

/** "strings" and "numbers" are lists with commas; "repeated" is given once for each string; "boolean" takes no value. */
type OptionType = "string" | "strings" | "repeated" | "number" | "numbers" | "integer" | "boolean";

export interface OptionSpec {
  readonly type: OptionType;
  readonly help: string;
  /** Without one the option may be absent; for a boolean it is false. */
  readonly default?: string | number | readonly string[] | readonly number[] | undefined;
  /** Allowed values; of each element where the option is a list. */
  readonly choices?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  /** What stands for the value in --help, "FILE"; the type by default. */
  readonly value?: string;
}
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

type Choice<S extends OptionSpec> = S extends { choices: readonly (infer C)[] } ? C : string;
type ValueOf<S extends OptionSpec> = {
  string: Choice<S>;
  strings: readonly Choice<S>[];
  repeated: readonly Choice<S>[];
  number: number;
  numbers: readonly number[];
  integer: number;
  boolean: boolean;
}[S["type"]];
/** The values of a table of options: `undefined` only where there is no default. */
export type Values<O extends OptionSpecs> = {
  readonly [K in keyof O]: O[K] extends { default: unknown } | { type: "boolean" }
    ? ValueOf<O[K]>
    : ValueOf<O[K]> | undefined;
};

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

export interface Command<O extends OptionSpecs = OptionSpecs> {
  readonly name: string;
  readonly summary: string;
  readonly options: O;
  /** Such as "FILE..."; without it the command takes none. */
  readonly positionals?: string;
  /** Examples and whatever else --help should say at its end. */
  readonly notes?: readonly string[];
  /** Gives the exit code: 0, or 1 when the result is a failure. Errors are thrown. */
  run(args: { options: Values<O>; positionals: readonly string[] }, shell: Shell): Promise<number>;
}

/** A command whose `run` knows the types of its options. */
export function defineCommand<const O extends OptionSpecs>(command: Command<O>): Command {
  // `run` takes the values of this very table, which parseCommandLine makes.
  return command as unknown as Command;
}

const optionOfAll = {
  help: { type: "boolean", help: "print this" },
} satisfies OptionSpecs;

/** @throws ActigradError "usage" for what the command does not know, with the nearest name */
export function parseCommandLine(
  command: Command,
  argv: readonly string[],
): { options: Values<OptionSpecs> & { help: boolean }; positionals: readonly string[] } {
  const specs: OptionSpecs = { ...command.options, ...optionOfAll };
  const types = Object.entries(specs).map(([name, { type }]) => [
    name,
    { type: type === "boolean" ? ("boolean" as const) : ("string" as const) },
  ]);
  const { tokens, positionals } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(types),
    allowPositionals: true,
    strict: false, // so that an unknown name gets our own message
    tokens: true,
  });
  const options: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(specs)) {
    options[name] = spec.type === "boolean" ? false : spec.default;
  }
  const given = new Map<string, readonly unknown[]>();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
    if (spec === undefined) throw unknownOption(token.rawName, Object.keys(specs));
    const swallowed = token.inlineValue === false && token.value?.startsWith("--");
    const value = readValue(token.rawName, spec, swallowed === true ? undefined : token.value);
    const earlier = given.get(token.name) ?? [];
    given.set(token.name, [...earlier, value]);
    options[token.name] = spec.type === "repeated" ? [...earlier, value] : value;
  }
  if (command.positionals === undefined && positionals.length > 0) {
    throw new ActigradError("usage", `${command.name} takes no "${positionals[0]}"`, {
      hint: helpHint(command),
    });
  }
  return { options: options as Values<OptionSpecs> & { help: boolean }, positionals };
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

function readValue(rawName: string, spec: OptionSpec, text: string | undefined): unknown {
  const { type, choices } = spec;
  const fault = (expected: string, hint?: string): ActigradError => {
    const got = text === undefined ? "nothing" : `"${text}"`;
    return new ActigradError(
      "usage",
      `${rawName}: expected ${expected}, got ${got}`,
      hint === undefined ? {} : { hint },
    );
  };
  if (type === "boolean") {
    if (text !== undefined) throw fault("no value");
    return true;
  }
  if (text === undefined || text === "") throw fault(valueName(spec));
  const readOne = (word: string): string | number => {
    if (type === "string" || type === "strings" || type === "repeated") {
      if (choices === undefined || choices.includes(word)) return word;
      const near = nearest(word, choices);
      throw fault(`one of ${choices.join(", ")}`, near === undefined ? undefined : `did you mean ${near}?`);
    }
    const number = word.trim() === "" ? Number.NaN : Number(word);
    const { min = -Infinity, max = Infinity } = spec;
    if (!Number.isFinite(number)) throw fault("a number");
    if (type === "integer" && !Number.isSafeInteger(number)) throw fault("a whole number");
    if (number < min) throw fault(`at least ${min}`);
    if (number > max) throw fault(`at most ${max}`);
    return number;
  };
  return type === "strings" || type === "numbers"
    ? text.split(",").map((word) => readOne(word.trim()))
    : readOne(text);
}

function valueName({ type, value, choices }: OptionSpec): string {
  if (value !== undefined) return value;
  if (choices !== undefined && choices.length <= 4) return choices.join("|");
  return {
    string: "NAME",
    strings: "NAME,...",
    repeated: "NAME",
    number: "NUMBER",
    numbers: "N,N,...",
    integer: "N",
    boolean: "",
  }[type];
}

/** The lines of `actigrad NAME --help`. */
export function formatHelp(command: Command): string[] {
  const rows = Object.entries({ ...command.options, ...optionOfAll }).map(
    ([name, spec]: [string, OptionSpec]) => {
      const { choices, default: standard, help } = spec;
      const all = choices !== undefined && choices.length > 4 ? `; ${choices.join(", ")}` : "";
      const otherwise = standard === undefined ? "" : ` [${String(standard)}]`;
      return [`  --${name} ${valueName(spec)}`.trimEnd(), `${help}${all}${otherwise}`];
    },
  );
  const width = Math.max(...rows.map(([left]) => left!.length)) + 2;
  return [
    `actigrad ${command.name} [options] ${command.positionals ?? ""}`.trimEnd(),
    command.summary,
    "",
    ...rows.map(([left, right]) => left!.padEnd(width) + right!),
    ...(command.notes === undefined ? [] : ["", ...command.notes]),
  ];
}
