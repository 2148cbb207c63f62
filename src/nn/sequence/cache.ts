import type { Shape } from "../../core/shape.ts";
import type { Node } from "../../graph/graph.ts";
import type { BuildContext } from "../layer.ts";

/** What a step that sees one place of a text finds of the earlier ones. */
export interface Cache {
  /** Places that are kept. */
  readonly context: number;
  /** The place that this step sees: u32[1, 1, 1, 1]. */
  readonly position: Node;
  /** Puts this place's keys and values, f32[R, batch, 1, n], into those of all places, f32[R, batch, context, n], and gives these. */
  extend(layer: string, fresh: Node): Node;
  /** The places so far are looked at, as a mask of `attention`. */
  readonly mask: Node;
  /** The same, with each head's slope times the distance taken away. */
  sloped(slopes: readonly number[]): Node;
  /** A state of the layer from step to step, of this shape: `next` makes what it becomes of what it was. */
  carry(layer: string, shape: Shape, next: (before: Node) => Node): void;
}

/** What a layer builds with in such a step. */
export interface CachedContext extends BuildContext {
  readonly cache?: Cache;
}
