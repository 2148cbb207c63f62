/**
 * Options as data. One table gives the parser of text (`huber:delta=2`, a command line, a link), the check of values from a
 * program or a file, and the lines of --help.
 */
import { isWithin } from "./check.ts";
import { ActigradError, nearest, unknownName } from "./errors.ts";

interface About<V> {
  /** Description, for people. */
  readonly doc?: string;
  /** Help lists the options of one theme together, after those without a theme. */
  readonly theme?: string;
  /** Placeholder for the value in help and messages, such as "FILE". */
  readonly value?: string;
  /** Without a default the option may be absent, unless it is required. */
  readonly default?: V | undefined;
  readonly required?: true;
}
interface Range {
  readonly min?: number;
  readonly max?: number;
  /** An exclusive upper bound. */
  readonly below?: number;
  readonly whole?: boolean;
}

/** A number within a range, one of the choices, or one of a few words. */
export interface NumberOption extends About<number | string>, Range {
  readonly kind: "number";
  readonly choices?: readonly number[];
  /** Words that may replace the number. */
  readonly or?: readonly string[];
}
/** A list of numbers, each within the range. */
export interface NumbersOption extends About<readonly number[]>, Range {
  readonly kind: "numbers";
  /** Maximum number of elements. */
  readonly most?: number;
}
/** Yes or no. */
export interface FlagOption extends About<boolean> {
  readonly kind: "flag";
}
/** One of the choices; any text without choices. */
export interface WordOption extends About<string> {
  readonly kind: "word";
  readonly choices?: readonly string[];
  /** Maximum number of characters. */
  readonly longest?: number;
  /** Names an output file: whether it can be written is checked before anything is done. */
  readonly writes?: true;
}
/** A list of words, each one of the choices; any text without choices. */
export interface WordsOption extends About<readonly string[]> {
  readonly kind: "words";
  readonly choices?: readonly string[];
  readonly longest?: number;
  readonly most?: number;
  /** On a command line, given once per word, so that words may contain commas. */
  readonly repeated?: true;
}
/** An option's kind, bounds and default, as data. */
export type Option = NumberOption | NumbersOption | FlagOption | WordOption | WordsOption;
/** Options by name. */
export type OptionTable = Readonly<Record<string, Option>>;

type Word<O> = O extends { choices: readonly (infer C extends string)[] } ? C : string;
type Numeral<O> = O extends { choices: readonly (infer C extends number)[] } ? C : number;
/** Type of an option's value. */
export type OptionValue<O extends Option = Option> = {
  number: Numeral<O> | (O extends { or: readonly (infer W)[] } ? W : never);
  numbers: readonly number[];
  flag: boolean;
  word: Word<O>;
  words: readonly Word<O>[];
}[O["kind"]];

type Present = { default: number | boolean | string | readonly unknown[] } | { required: true };
type Always<T extends OptionTable> = { [K in keyof T]: T[K] extends Present ? K : never }[keyof T];
/** Values of a table of options: absent only without a default, if not required. */
export type OptionValues<T extends OptionTable> = {
  readonly [K in Always<T>]: OptionValue<T[K]>;
} & { readonly [K in Exclude<keyof T, Always<T>>]?: OptionValue<T[K]> };

type Values = OptionValues<OptionTable>;

/** A flag that is off unless given. */
export const flag = (doc: string) => ({ kind: "flag", default: false, doc }) as const;

/** Options of one theme. */
export const themed = <const T extends OptionTable>(theme: string, table: T): T =>
  Object.fromEntries(Object.entries(table).map(([name, option]) => [name, { ...option, theme }])) as T;

/** What a name stands for, and its options. */
export interface NamedChoice {
  readonly options: OptionTable;
}
/** A named thing that is made from its options. */
export interface NamedMaker<Options, Made> extends NamedChoice {
  /** Makes it. @throws ActigradError "option" for values out of range */
  make(options: Options): Made;
}

/** A named thing whose maker takes the values of its table of options. */
export const named = <const T extends OptionTable, Made>(
  options: T,
  make: (options: OptionValues<T>) => Made,
): NamedMaker<object, Made> => ({
  options,
  // The options are always read by this table.
  make: make as (options: object) => Made,
});

/** Options as written in a text: undefined for a name without a value. */
export type GivenOptions = ReadonlyMap<string, string | undefined>;

/**
 * Splits `HEAD:LIST`, leaving the list as it is. A head that is a name ends at the first colon. Any other head, such as a path,
 * may contain colons; it ends at the first colon followed by `name=`.
 */
export function splitHead(
  text: string,
  isName: (head: string) => boolean,
): { readonly head: string; readonly list: string | undefined } {
  const first = /^([^:]*)(?::(.*))?$/s.exec(text)!;
  const [, head = "", list] = isName(first[1]!.trim())
    ? first
    : (/^(.*?):([A-Za-z]\w*=.*)$/s.exec(text) ?? [text, text]);
  return { head: head.trim(), list };
}

/**
 * The head and the options of `HEAD:name=value,flag,list=1/2/3`, split as by `splitHead`.
 * @throws ActigradError "option" for an invalid option, and for one given twice
 */
export function splitOptions(
  text: string,
  isName: (head: string) => boolean = () => true,
): { readonly head: string; readonly given: GivenOptions } {
  const { head, list } = splitHead(text, isName);
  const given = new Map<string, string | undefined>();
  for (const item of list?.split(",") ?? []) {
    const [, name, value] = /^\s*([A-Za-z_]\w*)\s*(?:=\s*(.*?))?\s*$/s.exec(item) ?? [];
    if (name === undefined) {
      throw new ActigradError("option", `${head}: expected name=value or a name, got "${item}"`, {
        hint: 'commas separate options, as in "spirals:n=400,noise=0.1"',
      });
    }
    if (given.has(name))
      throw new ActigradError("option", `${head}: ${name} is given twice`, { owner: head, name });
    given.set(name, value);
  }
  return { head, given };
}

/**
 * The name and the options of `NAME:key=value,flag,list=1/2/3`. `usual` has values, by name, for options that are not given.
 * @throws ActigradError "option" with the nearest name, or with the expected value
 */
export function parseNamed<T extends Readonly<Record<string, NamedChoice>>>(
  what: string,
  text: string,
  table: T,
  usual: Readonly<Record<string, Values>> = {},
): { name: keyof T & string; options: Values } {
  const { head: name, given } = splitOptions(text);
  if (!Object.hasOwn(table, name)) throw unknownName(what, name, Object.keys(table));
  return { name, options: readOptions(name, table[name]!.options, given, usual[name]) };
}

/**
 * Values from text; options that are not given get the usual value, or their default. `owner` names who takes the options, for
 * messages.
 * @throws ActigradError "option" for an unknown name, with the nearest one, or an invalid value
 */
export function readOptions<const T extends OptionTable>(
  owner: string,
  table: T,
  given: GivenOptions,
  usual: Values = {},
): OptionValues<T> {
  expectKnown(owner, table, given.keys());
  return collect(owner, table, (name, option) =>
    given.has(name) ? readOption(`${owner}: ${name}`, option, given.get(name)) : usual[name],
  );
}

/** As `readOptions`, for values instead of text. @throws ActigradError "option", as that does */
export function checkOptions<const T extends OptionTable>(
  owner: string,
  table: T,
  values: object,
): OptionValues<T> {
  expectKnown(owner, table, Object.keys(values));
  return collect(owner, table, (name, option) => {
    const value = (values as Readonly<Record<string, unknown>>)[name];
    return value === undefined ? undefined : checkOption(`${owner}: ${name}`, option, value);
  });
}

/** The value of one option from text; `separator` is between the elements of a list. */
export function readOption<O extends Option>(
  where: string,
  option: O,
  text: string | undefined,
  separator = "/",
): OptionValue<O> {
  const value = fromText(option, text, separator);
  if (fits(option, value)) return value as OptionValue<O>;
  throw misfit(where, option, text, separator);
}

/** Checks and returns a value. @throws ActigradError "option" if it is not what the option expects */
export function checkOption<O extends Option>(where: string, option: O, value: unknown): OptionValue<O> {
  if (fits(option, value)) return value as OptionValue<O>;
  throw misfit(where, option, value);
}

function collect<T extends OptionTable>(
  owner: string,
  table: T,
  valueOf: (name: string, option: Option) => unknown,
): OptionValues<T> {
  const values = Object.entries(table).flatMap(([name, option]) => {
    const value = valueOf(name, option) ?? option.default;
    if (value === undefined && option.required)
      throw new ActigradError("option", `${owner}: ${name} is missing: expected ${expected(option)}`);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(values) as OptionValues<T>;
}

function expectKnown(owner: string, table: OptionTable, given: Iterable<string>): void {
  for (const name of given) {
    if (Object.hasOwn(table, name)) continue;
    const names = Object.keys(table);
    if (names.length > 0) throw unknownName(`option of ${owner}`, name, names);
    throw new ActigradError("option", `${owner} has no options, got "${name}"`);
  }
}

function fromText(option: Option, text: string | undefined, separator: string): unknown {
  const elements = (): string[] => text?.split(separator).map((word) => word.trim()) ?? [];
  switch (option.kind) {
    case "flag":
      return text === undefined || text === "true" || (text === "false" ? false : text);
    case "number":
      return text !== undefined && option.or?.includes(text) ? text : toNumber(text);
    case "numbers":
      return elements().map(toNumber);
    case "words":
      return elements();
    case "word":
      return text;
  }
}

/** An option's name on a command line: `--clip-norm` for `clipNorm`. */
export const dashed = (name: string): string => `--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;

/** NaN for text that is not a number. */
export const toNumber = (text: string | undefined): number =>
  text === undefined || text.trim() === "" ? NaN : Number(text);

function fits(option: Option, value: unknown): boolean {
  switch (option.kind) {
    case "flag":
      return typeof value === "boolean";
    case "number":
      if (typeof value === "string") return option.or?.includes(value) ?? false;
      return isInRange(option, value) && (option.choices?.includes(value) ?? true);
    case "numbers":
      return isList(value, option.most) && value.every((element) => isInRange(option, element));
    case "word":
      return isWord(option, value);
    case "words":
      return isList(value, option.most) && value.every((element) => isWord(option, element));
  }
}

const isList = (value: unknown, most = Infinity): value is readonly unknown[] =>
  Array.isArray(value) && value.length > 0 && value.length <= most;

const isInRange = (
  { min = -Infinity, max = Infinity, below = Infinity, whole = false }: Range,
  value: unknown,
): value is number =>
  isWithin(value, { from: min, to: max, below }) && (!whole || Number.isSafeInteger(value));

const isWord = ({ choices, longest = Infinity }: WordOption | WordsOption, value: unknown): boolean =>
  typeof value === "string" && value !== "" && value.length <= longest && (choices?.includes(value) ?? true);

/** `huber: delta: expected a number above 0, got "two"` */
function misfit(where: string, option: Option, got: unknown, separator?: string): ActigradError {
  const shown = got === undefined ? "nothing" : typeof got === "number" ? String(got) : JSON.stringify(got);
  const near =
    typeof got === "string" && option.kind === "word" ? nearest(got, option.choices ?? []) : undefined;
  const message = `${where}: expected ${expected(option, separator)}, got ${shown}`;
  return new ActigradError("option", message, near === undefined ? {} : { hint: `did you mean "${near}"?` });
}

/** The expected value, in the words of a message. */
function expected(option: Option, separator?: string): string {
  const oneOf = "choices" in option && option.choices ? `one of ${option.choices.join(", ")}` : undefined;
  const apart = separator === undefined ? "" : ` with "${separator}" between`;
  const most = "most" in option && option.most !== undefined ? `, at most ${option.most}` : "";
  const longest =
    "longest" in option && option.longest !== undefined ? ` of at most ${option.longest} characters` : "";
  switch (option.kind) {
    case "flag":
      return separator === undefined ? "true or false" : "no value, true or false";
    case "number":
      return [oneOf ?? `a ${span(option, "number")}`, ...(option.or ?? []).map((w) => `"${w}"`)].join(" or ");
    case "numbers":
      return `${span(option, "numbers")}${apart}${most}`;
    case "word":
      return oneOf ?? option.value ?? `a word${longest}`;
    case "words":
      return `${oneOf ?? `words${longest}`}${apart}${most}`;
  }
}

/** `whole number from 1 to 3`, `number of at least 0` */
function span({ min, max, below, whole = false }: Range, noun: string): string {
  const upper = below === undefined ? max : `below ${below}`;
  const bounds =
    min !== undefined && upper !== undefined
      ? ` from ${min} to ${upper}`
      : min !== undefined
        ? ` of at least ${min}`
        : below !== undefined
          ? ` ${upper}`
          : max !== undefined
            ? ` of at most ${max}`
            : "";
  return `${whole ? "whole " : ""}${noun}${bounds}`;
}
