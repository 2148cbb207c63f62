import type { Activation } from "../../activations/activation.ts";
import { relu } from "../../activations/records/relu.ts";
import { ActigradError } from "../../core/errors.ts";
import { formatType } from "../../core/shape.ts";
import type { Node } from "../graph.ts";
import { activation } from "./activation.ts";
import { halfOp } from "./beside.ts";
import { gated } from "./gated.ts";
import { type Ties, largest } from "./largest.ts";
import { sub } from "./pointwise.ts";
import { checkAxis, pick, place } from "./view.ts";

/** Options of the op `glu`. */
export interface GluOptions {
  /** The half that goes through the activation. Default: the second, as in PyTorch; LLaMA takes the first. */
  readonly gate?: "first" | "second";
  /** Default: the last. */
  readonly axis?: number;
  readonly params?: Readonly<Record<string, Node | number>>;
}

/**
 * One half of x along an axis times f(the other half): GLU and its variants. Shazeer 2020.
 * @throws ActigradError "shape" for an axis that does not exist, or an odd number of elements along it
 */
export function glu(
  record: Activation,
  x: Node,
  { gate = "second", axis = -1, params }: GluOptions = {},
): Node {
  const along = checkAxis("glu", x, axis);
  const size = share("glu", x, along, 2);
  const whole = along === x.shape.length - 1 && size % 4 === 0;
  const half = (start: number): Node => {
    const attrs = { axis: along, start, step: 1, size };
    return whole ? x.graph.add(halfOp, [x], attrs) : pick(x, attrs);
  };
  const [first, second] = [half(0), half(size)];
  return gate === "second" ? gated(record, first, second, params) : gated(record, second, first, params);
}

/** Options of the op `maxout`. */
export interface MaxoutOptions {
  /** Number of values to take the largest of, at least 2. */
  readonly pieces: number;
  /** Whether neighbours form a group (default), or elements a k-th of the axis apart. */
  readonly grouping?: "adjacent" | "strided";
  /** Which of equal largest values gets the gradient: the first (default), or each its share. */
  readonly ties?: Ties;
  /** Default: the last. */
  readonly axis?: number;
}

/**
 * The largest of every `pieces` elements along an axis. Goodfellow et al. 2013.
 * @throws ActigradError "option" for fewer than 2 pieces; "shape" for an axis that does not exist, or that the pieces do not
 * divide
 */
export function maxout(
  x: Node,
  { pieces, grouping = "adjacent", ties = "first", axis = -1 }: MaxoutOptions,
): Node {
  const along = checkAxis("maxout", x, axis);
  const size = share("maxout", x, along, checkPieces(pieces));
  const views = Array.from({ length: pieces }, (_, j) =>
    grouping === "adjacent"
      ? pick(x, { axis: along, start: j, step: pieces, size })
      : pick(x, { axis: along, start: j * size, step: 1, size }),
  );
  return largest(views, ties);
}

/** @throws ActigradError "option" unless it is a whole number of at least 2 */
export function checkPieces(pieces: number): number {
  if (Number.isSafeInteger(pieces) && pieces >= 2) return pieces;
  throw new ActigradError("option", `maxout: pieces must be a whole number of at least 2, got ${pieces}`, {
    hint: "each unit is the largest of its pieces; one piece is no activation",
  });
}

/**
 * relu(x) and relu(-x), concatenated along an axis. Shang et al. 2016.
 * @throws ActigradError "shape" for an axis that does not exist
 */
export function crelu(x: Node, axis = -1): Node {
  const along = checkAxis("crelu", x, axis);
  const n = x.shape[along]!;
  const [first, second] = [0, n].map((start) => place(x, { axis: along, start, step: 1, size: 2 * n }));
  return activation(relu, sub(first!, second!));
}

/** A k-th of the elements along an axis. */
function share(op: string, x: Node, axis: number, k: number): number {
  const n = x.shape[axis]!;
  if (n % k === 0) return n / k;
  const what = k === 2 ? "an even number" : `a multiple of ${k}`;
  throw new ActigradError(
    "shape",
    `${op}: ${what} of elements is needed along axis ${axis}, got ${formatType(x)}`,
  );
}
