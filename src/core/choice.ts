/** Named things with options, as text: `huber:delta=2`, `sgd:momentum=0.9,nesterov`, `multistep:milestones=10/20`. */
import { ActigradError, unknownName } from "./errors.ts";

/** What a choice's option takes: "numbers" are parted by slashes, a "gain" is a number or the word "activation". */
export type OptionKind = "number" | "numbers" | "flag" | "word" | "gain";
export type OptionValue = number | readonly number[] | boolean | string;
/** What a name stands for, and the options that may follow it. */
export interface NamedChoice {
  readonly options: Readonly<Record<string, OptionKind>>;
}

/** A named thing that is made of its options. */
export interface NamedMaker<Options, Made> extends NamedChoice {
  /** Makes it. @throws ActigradError "option" for values out of range */
  make(options: Options): Made;
}

/** The name and the options of `NAME:key=value,flag,list=1/2/3`. @throws ActigradError "option" with the nearest name */
export function parseChoice<T extends Readonly<Record<string, NamedChoice>>>(
  what: string,
  text: string,
  table: T,
): { name: keyof T & string; options: Record<string, OptionValue> } {
  const [head = "", ...rest] = text.split(":");
  const name = head.trim();
  if (!Object.hasOwn(table, name)) throw unknownName(what, name, Object.keys(table));
  const kinds = table[name]!.options;
  const options: Record<string, OptionValue> = {};
  for (const part of rest.join(":").split(",")) {
    const [key = "", ...words] = part.split("=").map((word) => word.trim());
    if (key === "") continue;
    if (!Object.hasOwn(kinds, key)) {
      if (Object.keys(kinds).length > 0) throw unknownName(`option of ${name}`, key, Object.keys(kinds));
      throw new ActigradError("option", `${name} has no options, got "${key}"`);
    }
    options[key] = readValue(
      `${name}: ${key}`,
      kinds[key]!,
      words.length === 0 ? undefined : words.join("="),
    );
  }
  return { name, options };
}

function readValue(where: string, kind: OptionKind, text: string | undefined): OptionValue {
  const number = (word: string): number => {
    const value = word.trim() === "" ? NaN : Number(word);
    if (Number.isFinite(value)) return value;
    throw new ActigradError("option", `${where}: expected a number, got "${word}"`);
  };
  if (kind === "flag") {
    if (text === undefined || text === "true" || text === "false") return text !== "false";
    throw new ActigradError("option", `${where}: expected no value, true or false, got "${text}"`);
  }
  if (text === undefined || text === "") throw new ActigradError("option", `${where}: expected a value`);
  if (kind === "word" || (kind === "gain" && text === "activation")) return text;
  return kind === "numbers" ? text.split("/").map(number) : number(text);
}
