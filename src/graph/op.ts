import type { Op, Reference } from "./graph.ts";

/** One of the engine's own ops. The compiler checks its record; a page need not carry the checks of `defineOp` for it. */
/* @__NO_SIDE_EFFECTS__ */ // a bundle leaves out the ops that nobody names
export const engineOp = <A = null>(record: Op<A>): Op<A> => Object.freeze(record);

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
