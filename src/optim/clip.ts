import { checkNumber } from "../core/check.ts";
import { ActigradError, checkOptions } from "../core/errors.ts";
import type { Node } from "../graph/graph.ts";
import {
  abs,
  add,
  div,
  finite,
  greater,
  maximum,
  minimum,
  mul,
  sqrt,
  where,
} from "../graph/ops/pointwise.ts";
import { largestOf, sumTo } from "../graph/ops/reduce.ts";
import { regroup } from "../graph/ops/regroup.ts";

/** Limits the gradients of a step, for each replica separately. */
export interface Clip {
  readonly name: string;
  /** The clipped gradients of all parameters; and their norm before clipping, f32 [R, 1, 1], if computed. */
  apply(gradients: readonly Node[]): { gradients: readonly Node[]; norm?: Node };
}

/** The largest float32. */
const LARGEST = (2 - 2 ** -23) * 2 ** 127;

const checkMax = (name: string, max: number): void => checkNumber(`${name}: the maximum`, max, { above: 0 });

/**
 * Scales all gradients by min(1, max / (norm + 1e-6)), with the norm over all parameters of a replica. Pascanu et al. 2013; in
 * PyTorch's form.
 * @param options `type` 2 (default), or Infinity for the largest magnitude
 * @throws ActigradError "option" for another type, or unless max is a finite number above 0
 */
export function clipNorm(max: number, options: { type?: number } = {}): Clip {
  checkOptions("clipNorm", options, ["type"]);
  const { type = 2 } = options;
  checkMax("clipNorm", max);
  if (type !== 2 && type !== Infinity)
    throw new ActigradError("option", `clipNorm: type must be 2 or Infinity, got ${type}`);
  return {
    name: "norm",
    apply(gradients) {
      const parts = gradients.map((g) => oneAReplica(largestOf(magnitude(g), behindReplica(g))));
      const largest = parts.reduce((a, b) => maximum(a, b));
      const norm = type === 2 ? rootOfSquares(gradients, largest) : overflowing(largest);
      const factor = minimum(div(max, add(norm, 1e-6)), 1);
      return { gradients: gradients.map((g) => mul(g, factor)), norm };
    },
  };
}

/** |g|, or the largest float32 if g is not finite, because a maximum ignores NaN. */
const magnitude = (g: Node): Node => where(finite(g), abs(g), LARGEST);

/** Infinite if any magnitude was not finite. */
const overflowing = (largest: Node): Node => div(largest, greater(LARGEST, largest));

/** The root of the sum of squares. Divides by the largest magnitude first, because 1e20 has no square in float32. */
function rootOfSquares(gradients: readonly Node[], largest: Node): Node {
  const size = where(greater(largest, 2 ** -126), largest, 1);
  const squares = gradients.map((g) => {
    const share = div(g, size);
    return oneAReplica(sumTo(mul(share, share), ones(g)));
  });
  return mul(sqrt(squares.reduce((a, b) => add(a, b))), size);
}

/** f32[R, 1, 1], whatever the gradient's number of axes. */
const oneAReplica = (x: Node): Node => (x.shape.length === 3 ? x : regroup(x, [1]));

const ones = (x: Node): number[] => x.shape.map((n, axis) => (axis === 0 ? n : 1));
const behindReplica = (x: Node): number[] => x.shape.flatMap((_, axis) => (axis === 0 ? [] : [axis]));

/**
 * Clamps every element of the gradients to [-max, max].
 * @throws ActigradError "option" unless max is a finite number above 0
 */
export function clipValue(max: number): Clip {
  checkMax("clipValue", max);
  return {
    name: "value",
    apply: (gradients) => ({ gradients: gradients.map((g) => maximum(minimum(g, max), -max)) }),
  };
}
