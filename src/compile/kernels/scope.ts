import type { Node } from "../../graph/graph.ts";
import type { WgslFunction } from "../../core/wgsl.ts";
import type { Link } from "./functions.ts";

/** What a stage needs of its module. */
export interface Scope {
  /** The buffer variable for reading a tensor. */
  read(node: Node): string;
  /** The buffer variable for writing a tensor. */
  write(node: Node): string;
  /** The buffer variable of a tensor that is marked in place. */
  mark(node: Node): string;
  /** A u32 of the dispatch, outside the text. */
  dim(name: string, value: number): string;
  /** A short name for a key, always the same for the same key. */
  nameOf(key: string): string;
  /** The bits of a scalar of this step. */
  step(name: string): string;
  /** Adds the functions of one op; returns what renames the calls in its text. */
  define(functions: readonly WgslFunction[]): Link;
}
