import { checkRecord } from "../core/record.ts";
import type { Op, Reference } from "./graph.ts";

const fields = {
  name: "string",
  shape: "function",
  kernel: "object",
  vjp: "function undefined",
  reference: "function object undefined",
  key: "function undefined",
  flops: "function undefined",
} satisfies Record<keyof Op, string>;

/**
 * An op from its record. Without `vjp` it has no derivative, without `reference` nothing can check its kernel; `key` is
 * JSON and `flops` one an element unless given.
 * @throws ActigradError "option" for a missing name, shape or kernel, and for a field that there is not
 */
/* @__NO_SIDE_EFFECTS__ */ // a bundle leaves out the ops that nobody names
export function defineOp<A = null>(record: Op<A>): Op<A> {
  checkRecord("op", record, fields);
  return Object.freeze({ ...record });
}

/** An op and its meaning in float64. */
export interface BoundReference<A = unknown> {
  readonly op: Op<A>;
  readonly reference: Reference<A>;
}

/**
 * The float64 meaning of one of the engine's ops: in the op's file, but a value of its own, which a page that only
 * trains leaves out. A user's op has its `reference` in its record.
 */
/* @__NO_SIDE_EFFECTS__ */
export const defineReference = <A>(op: Op<A>, reference: Reference<A>): BoundReference<A> => ({
  op,
  reference,
});
