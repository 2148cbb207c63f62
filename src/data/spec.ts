/** How a dataset is named on a command line or in a URL: `spirals:n=400,noise=0.1` or `table.csv:label=species`. */
import { ActigradError, unknownName } from "../core/errors.ts";

/** A number option: its default, its range, whether it must be whole. */
export interface OptionSpec {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
  readonly doc: string;
}
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;
export type OptionValues = Readonly<Record<string, number>>;

/**
 * Splits a dataset's spec into its target (a name or a path, which may hold colons) and its `key=value` options.
 * Throws ActigradError "option" for an option without value or given twice.
 */
export function parseSpec(spec: string): { target: string; options: ReadonlyMap<string, string> } {
  const [, target, list] = /^(.*?):([a-z]+=.*)$/s.exec(spec) ?? [undefined, spec, undefined];
  const options = new Map<string, string>();
  for (const item of list?.split(",") ?? []) {
    const [, key, value] = /^([a-z]+)=(.+)$/s.exec(item.trim()) ?? [];
    if (key === undefined || value === undefined) {
      const message = `dataset "${spec}": expected name=value, got "${item}"`;
      throw new ActigradError("option", message, {
        hint: 'separate options by commas, as in "spirals:n=400,noise=0.1"',
      });
    }
    if (options.has(key))
      throw new ActigradError("option", `dataset "${spec}": ${key} is given twice`, { key });
    options.set(key, value);
  }
  return { target: target!, options };
}

/**
 * The values of number options, defaults filled in. `owner` is who takes them, for messages. Throws ActigradError
 * "option" for an unknown name (with the nearest one) or a value that is not a number of the range.
 */
export function readOptions(
  owner: string,
  specs: OptionSpecs,
  given: ReadonlyMap<string, string | number>,
): OptionValues {
  expectKnown(owner, Object.keys(specs), given);
  const values: Record<string, number> = {};
  for (const [name, { default: standard, min, max, whole }] of Object.entries(specs)) {
    const text = given.get(name);
    const value = text === undefined ? standard : Number(text === "" ? Number.NaN : text);
    if (!(value >= min && value <= max) || (whole && !Number.isInteger(value))) {
      const kind = whole ? "a whole number" : "a number";
      const message = `${owner}: ${name}: expected ${kind} from ${min} to ${max}, got "${text}"`;
      throw new ActigradError("option", message, { owner, name });
    }
    values[name] = value;
  }
  return values;
}

/** The value of an option that is one of a few words, or undefined when it is not given. */
export function readChoice<C extends string>(
  owner: string,
  name: string,
  choices: readonly C[],
  given: ReadonlyMap<string, string>,
): C | undefined {
  const text = given.get(name);
  if (text === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === text);
  if (choice === undefined) throw unknownName(`value of ${name} for ${owner}`, text, choices);
  return choice;
}

/** Throws ActigradError "option" for the first given option that is not among `known`. */
export function expectKnown(
  owner: string,
  known: Iterable<string>,
  given: ReadonlyMap<string, unknown>,
): void {
  const names = [...known];
  for (const name of given.keys())
    if (!names.includes(name)) throw unknownName(`option of ${owner}`, name, names);
}
