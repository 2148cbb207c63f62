import type { Shape } from "../../core/shape.ts";
import type { Node } from "../../graph/graph.ts";
import type { BuildContext } from "../layer.ts";

/** What a step that sees one place of a text knows of earlier places. */
export interface Cache {
  /** Number of places that are kept. */
  readonly context: number;
  /** The place of this step: u32[1, 1, 1, 1]. */
  readonly position: Node;
  /**
   * Writes this place's keys and values, f32[R, batch, 1, n], into those of all places, f32[R, batch, context, n], and returns
   * the latter.
   */
  extend(layer: string, fresh: Node): Node;
  /** The places so far, as a mask of `attention`. */
  readonly mask: Node;
  /** The same, minus the distance times each head's slope. */
  sloped(slopes: readonly number[]): Node;
  /** A state of the layer with this shape, kept from step to step; `next` computes its new value from the old one. */
  carry(layer: string, shape: Shape, next: (before: Node) => Node): void;
}

/** Build context of a layer in such a step. */
export interface CachedContext extends BuildContext {
  readonly cache?: Cache;
}
