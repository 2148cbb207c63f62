import type { Node } from "../graph.ts";
import { mul } from "./pointwise.ts";
import { sum } from "./reduce.ts";

/** Mean over the axes, kept with size 1. */
export const mean = (x: Node, axes: readonly number[]): Node =>
  mul(sum(x, axes), 1 / axes.reduce((n, axis) => n * (x.shape[axis] ?? 1), 1));
