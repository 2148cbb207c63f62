import { ActigradError } from "./errors.ts";

/** A named WGSL function; a module contains it once, and only if something calls it. */
export interface WgslFunction {
  readonly name: string;
  readonly text: string;
}

const libraries = new Map<string, readonly WgslFunction[]>();

/** The top-level functions of WGSL text, each with its comment. */
export function functionsOf(library: string): readonly WgslFunction[] {
  const known = libraries.get(library);
  if (known !== undefined) return known;
  const found = library.split(/\n(?=(?:\/\/[^\n]*\n)*fn \w+\()/).flatMap((part) => {
    const name = /^fn (\w+)\(/m.exec(part)?.[1];
    return name === undefined ? [] : [{ name, text: part.trim() }];
  });
  libraries.set(library, found);
  return found;
}

/** The WGSL literal that reads back as the same float32. */
export function literal(value: number): string {
  const rounded = Math.fround(value);
  if (!Number.isFinite(rounded)) {
    throw new ActigradError("option", `a constant must be a finite float32, got ${value}`);
  }
  const text = String(rounded);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
