import type { Op, Reference } from "./graph.ts";

/** One of the engine's own ops. The compiler checks its record, so a page need not carry the checks of `defineOp`. */
/* @__NO_SIDE_EFFECTS__ */ // lets a bundle drop unused ops
export const engineOp = <A = null>(record: Op<A>): Op<A> => Object.freeze(record);

/** An op and its meaning in float64. */
export interface BoundReference<A = unknown> {
  readonly op: Op<A>;
  readonly reference: Reference<A>;
}

/**
 * The float64 meaning of one of the engine's ops: in the op's file, but as a separate value, which a page that only trains leaves
 * out. A user's op has its `reference` in its record.
 */
/* @__NO_SIDE_EFFECTS__ */
export const defineReference = <A>(op: Op<A>, reference: Reference<A>): BoundReference<A> => ({
  op,
  reference,
});
