import prelude from "../../../shaders/prelude.wgsl?raw";
import { ActigradError } from "../../core/errors.ts";
import { type WgslFunction, functionsOf } from "../../core/wgsl.ts";

/** Matches the name of a call or a definition. */
const calls = /\b\w+(?=\()/g;

/** Replaces functions' own names in a text by their names in the module. */
export type Link = (text: string) => string;

/**
 * The WGSL functions of a module: the prelude's, and those of ops. An op's functions call each other by name; if another op has
 * brought a different function with the same name, one of the two is renamed.
 */
export class FunctionTable {
  readonly #texts = new Map(functionsOf(prelude).map(({ name, text }) => [name, text]));

  /** Adds the functions of one op, which may call each other. @returns a function that renames calls in a text */
  add(functions: readonly WgslFunction[]): Link {
    const renamed = new Map<string, string>();
    const nameOf = (name: string): string => renamed.get(name) ?? name;
    const link: Link = (text) => (renamed.size === 0 ? text : text.replace(calls, nameOf));
    const isTaken = ({ name, text }: WgslFunction): boolean => {
      const known = this.#texts.get(nameOf(name));
      return known !== undefined && known !== link(text);
    };
    // A new name changes the text of its callers, which may then differ from known functions.
    while (functions.some(isTaken)) {
      for (const fn of functions)
        for (let copy = 2; isTaken(fn); copy++) renamed.set(fn.name, `${fn.name}_${copy}`);
    }
    for (const { name, text } of functions) this.#texts.set(nameOf(name), link(text));
    return link;
  }

  /** Adds a function that a kernel's file calls by this name. @throws ActigradError "kernel" if an op's function has it */
  addNamed({ name, text }: WgslFunction): void {
    if (this.#texts.has(name)) {
      throw new ActigradError("kernel", `the WGSL function ${name} of a kernel is defined twice`, {
        hint: "give the function of the op or activation another name",
      });
    }
    this.#texts.set(name, text);
  }

  /** The functions that a text uses, callees first. */
  reached(text: string): string[] {
    const reached = new Map<string, string>();
    const visit = (body: string): void => {
      for (const [name] of body.matchAll(calls)) {
        const definition = this.#texts.get(name);
        if (definition === undefined || reached.has(name)) continue;
        reached.set(name, ""); // claims the name first, so that its own signature does not visit it again
        visit(definition);
        reached.delete(name);
        reached.set(name, definition);
      }
    };
    visit(text);
    return [...reached.values()];
  }
}
