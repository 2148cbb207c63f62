import { FunctionTable } from "../../src/compile/kernels/functions.ts";
import type { WgslFunction } from "../../src/core/wgsl.ts";

const tables = new WeakMap<readonly WgslFunction[], FunctionTable>();

/** The functions that a text uses among the prelude's and these, callees first. */
export function reachedFunctions(text: string, offered: readonly WgslFunction[]): string[] {
  let table = tables.get(offered);
  if (table === undefined) {
    tables.set(offered, (table = new FunctionTable()));
    table.add(offered);
  }
  return table.reached(text);
}
