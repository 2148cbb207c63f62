/** WGSL types of arguments and results as 32-bit words: how to load, store, write and read a value. */
import { ActigradError } from "../../core/errors.ts";

type ScalarName = "f32" | "i32" | "u32" | "bool";

/** A type as a tree; a vector, matrix or array has a number of parts of one type. */
export type WgslType =
  | { readonly kind: "scalar"; readonly name: ScalarName }
  | { readonly kind: "parts"; readonly name: string; readonly of: WgslType; readonly count: number }
  | {
      readonly kind: "struct";
      readonly name: string;
      readonly fields: readonly (readonly [string, WgslType])[];
    };

/** A struct's value, a number, or a vector's numbers. */
export type WgslValue =
  | number
  | boolean
  | ArrayLike<number>
  | readonly WgslValue[]
  | { readonly [field: string]: WgslValue };

const scalars: Readonly<Record<string, ScalarName>> = { f: "f32", i: "i32", u: "u32" };
const scalar = (name: ScalarName): WgslType => ({ kind: "scalar", name });

/** Parses the types that a source declares, and WGSL's own. */
export class TypeReader {
  readonly #structs = new Map<string, string>();
  readonly #aliases = new Map<string, string>();

  constructor(source: string) {
    const text = source.replace(/\/\/.*|\/\*[^]*?\*\//g, "");
    for (const [, name, body] of text.matchAll(/\bstruct\s+(\w+)\s*\{([^}]*)\}/g))
      this.#structs.set(name!, body!);
    for (const [, name, of] of text.matchAll(/\balias\s+(\w+)\s*=\s*([^;]+);/g))
      this.#aliases.set(name!, of!.trim());
  }

  /** @throws ActigradError "option" for a type that cannot be passed */
  type(text: string): WgslType {
    const name = text.replaceAll(/\s/g, "");
    if (name === "f32" || name === "i32" || name === "u32" || name === "bool") return scalar(name);
    const [, count, short, long] = /^vec([234])(?:([fiu])|<(\w+)>)$/.exec(name) ?? [];
    if (count !== undefined) {
      const of = this.type(short === undefined ? long! : scalars[short]!);
      return { kind: "parts", name, of, count: Number(count) };
    }
    const [, columns, rows] = /^mat([234])x([234])(?:f|<f32>)$/.exec(name) ?? [];
    if (columns !== undefined)
      return { kind: "parts", name, of: this.type(`vec${rows}f`), count: Number(columns) };
    const [, element, length] = /^array<(.+),(\d+)u?>$/.exec(name) ?? [];
    if (element !== undefined) return { kind: "parts", name, of: this.type(element), count: Number(length) };
    const alias = this.#aliases.get(name);
    if (alias !== undefined) return this.type(alias);
    const body = this.#structs.get(name);
    if (body !== undefined) return { kind: "struct", name, fields: this.#fields(body) };
    throw new ActigradError("option", `unknown WGSL type "${text.trim()}"`, {
      hint: "f32, i32, u32, bool, vectors, matrices and arrays of them, or a struct of the source",
    });
  }

  #fields(body: string): (readonly [string, WgslType])[] {
    return splitList(body)
      .map((field) => field.replaceAll(/@\w+(\([^)]*\))?/g, "").trim())
      .filter(Boolean)
      .map((field) => {
        const colon = field.indexOf(":");
        return [field.slice(0, colon).trim(), this.type(field.slice(colon + 1))] as const;
      });
  }
}

/** Splits at commas outside of brackets. */
export function splitList(text: string): string[] {
  return text.split(/,(?![^<(]*[>)])/).map((part) => part.trim());
}

/** Number of 32-bit words in a value. */
export function wordsOf(type: WgslType): number {
  if (type.kind === "scalar") return 1;
  if (type.kind === "parts") return type.count * wordsOf(type.of);
  return type.fields.reduce((sum, [, of]) => sum + wordsOf(of), 0);
}

/** An expression that builds a value from the words starting at `first`; `at` gives a word's expression. */
export function loaded(type: WgslType, at: (word: number) => string, first = 0): string {
  if (type.kind === "scalar")
    return type.name === "bool" ? `(${at(first)} != 0u)` : `bitcast<${type.name}>(${at(first)})`;
  let word = first;
  const parts = partsOf(type).map((of) => {
    const text = loaded(of, at, word);
    word += wordsOf(of);
    return text;
  });
  return `${type.name}(${parts.join(", ")})`;
}

/** The words of the value of an expression, each as an expression of type u32. */
export function stored(type: WgslType, value: string): string[] {
  if (type.kind === "scalar") return [type.name === "bool" ? `u32(${value})` : `bitcast<u32>(${value})`];
  if (type.kind === "struct") return type.fields.flatMap(([name, of]) => stored(of, `${value}.${name}`));
  return Array.from({ length: type.count }, (_, i) => stored(type.of, `${value}[${i}]`)).flat();
}

/** Writes a value's words. @throws ActigradError "shape" if it does not fit the type */
export function write(type: WgslType, value: WgslValue, view: DataView, first: number): void {
  if (type.kind === "scalar") return writeScalar(type.name, value, view, first);
  let word = first;
  const flat = typeof value === "object" && "length" in value ? (value as ArrayLike<WgslValue>) : undefined;
  if (
    type.kind === "parts" &&
    flat !== undefined &&
    flat.length === wordsOf(type) &&
    typeof flat[0] !== "object"
  ) {
    const name = scalarOf(type);
    for (let i = 0; i < flat.length; i++) writeScalar(name, flat[i]!, view, word++);
    return;
  }
  const fields =
    type.kind === "struct"
      ? type.fields
      : Array.from({ length: type.count }, (_, i) => [i, type.of] as const);
  for (const [name, of] of fields) {
    const part = typeof value === "object" ? (Reflect.get(value, name) as WgslValue | undefined) : undefined;
    if (part === undefined)
      throw new ActigradError("shape", `expected a ${type.name}, whose ${name} is missing`, {
        hint: type.kind === "struct" ? "give an object of its fields" : `give ${wordsOf(type)} numbers`,
      });
    write(of, part, view, word);
    word += wordsOf(of);
  }
}

/** Reads a value from words: a vector as flat numbers, a struct as an object. */
export function read(type: WgslType, view: DataView, first: number): WgslValue {
  if (type.kind === "scalar") return readScalar(type.name, view, first);
  if (type.kind === "parts" && type.of.kind !== "struct") {
    const name = scalarOf(type);
    return Array.from({ length: wordsOf(type) }, (_, i) => Number(readScalar(name, view, first + i)));
  }
  let word = first;
  const next = (of: WgslType): WgslValue => {
    const value = read(of, view, word);
    word += wordsOf(of);
    return value;
  };
  if (type.kind === "parts") return Array.from({ length: type.count }, () => next(type.of));
  return Object.fromEntries(type.fields.map(([name, of]) => [name, next(of)]));
}

/** The scalar type that a type consists of; undefined for a mixed struct. */
export function scalarOf(type: WgslType): ScalarName {
  if (type.kind === "scalar") return type.name;
  if (type.kind === "parts") return scalarOf(type.of);
  throw new ActigradError("option", `${type.name} is a struct`);
}

export const isFlat = (type: WgslType): boolean =>
  type.kind === "scalar" || (type.kind === "parts" && isFlat(type.of));

const partsOf = (type: Exclude<WgslType, { kind: "scalar" }>): readonly WgslType[] =>
  type.kind === "struct" ? type.fields.map(([, of]) => of) : new Array<WgslType>(type.count).fill(type.of);

function writeScalar(name: ScalarName, value: WgslValue, view: DataView, word: number): void {
  if (typeof value !== "number" && typeof value !== "boolean")
    throw new ActigradError("shape", `expected a number for ${name}, got ${JSON.stringify(value)}`);
  if (name === "f32") view.setFloat32(4 * word, Number(value), true);
  else view.setUint32(4 * word, name === "bool" ? (value ? 1 : 0) : Number(value), true);
}

function readScalar(name: ScalarName, view: DataView, word: number): number | boolean {
  if (name === "f32") return view.getFloat32(4 * word, true);
  if (name === "i32") return view.getInt32(4 * word, true);
  const value = view.getUint32(4 * word, true);
  return name === "bool" ? value !== 0 : value;
}
