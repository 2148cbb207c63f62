import type { Node } from "../../graph/graph.ts";
import type { WgslFunction } from "../../core/wgsl.ts";
import type { Link } from "./functions.ts";

/** What a stage needs of the module that it is part of. */
export interface Scope {
  /** The buffer variable through which a tensor is read. */
  read(node: Node): string;
  /** The buffer variable into which a tensor is written. */
  write(node: Node): string;
  /** The buffer variable of a tensor that is marked where it lies. */
  mark(node: Node): string;
  /** A u32 of the dispatch, outside the text. */
  dim(name: string, value: number): string;
  /** A short name for a key, the same whenever the key is. */
  nameOf(key: string): string;
  /** The bits of a scalar of this step. */
  step(name: string): string;
  /** Offers functions of one op; what it gives links the text that calls them. */
  define(functions: readonly WgslFunction[]): Link;
}
