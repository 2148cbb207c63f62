import { ActigradError } from "../../core/errors.ts";
import { type TensorType, elements, formatType } from "../../core/shape.ts";
import type { Node, Op, Reference } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";
import type { AxisMap } from "../kernel-spec.ts";

/**
 * The axis counted from the front; -1 is the last.
 * @throws ActigradError "shape" when there is no such axis
 */
export function checkAxis(op: string, x: TensorType, axis: number): number {
  const rank = x.shape.length;
  if (Number.isInteger(axis) && axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  throw new ActigradError("shape", `${op}: axis ${axis} does not exist in ${formatType(x)}`, {
    hint: `give one from ${-rank} to ${rank - 1}`,
  });
}

/** Elements start, start + step, ... along an axis. */
export interface ViewAttrs {
  readonly axis: number;
  readonly start: number;
  readonly step: number;
  /** How many elements the result has along the axis. */
  readonly size: number;
}

/* @__NO_SIDE_EFFECTS__ */
const mapOf =
  (kind: AxisMap["kind"]) =>
  ({ axis, start, step }: ViewAttrs): AxisMap => ({ kind, axis, start, step });

/** Checks that `count` elements from `start` on, `step` apart, lie within an axis of `size`. */
function checkSpan(
  op: string,
  x: TensorType,
  { axis, start, step }: ViewAttrs,
  count: number,
  size: number,
): void {
  const whole = [start, step, count].every((n) => Number.isSafeInteger(n));
  if (whole && start >= 0 && step >= 1 && count >= 1 && start + (count - 1) * step < size) return;
  throw new ActigradError(
    "shape",
    `${op}: ${count} elements from ${start} on, ${step} apart, do not lie within ${size} along axis ${axis}, ${formatType(x)}`,
  );
}

const resized = (x: TensorType, axis: number, size: number): number[] =>
  x.shape.map((n, i) => (i === axis ? size : n));

/** Element i along the axis is element start + step * i of the input. No kernel of its own: read in place. */
export const pickOp: Op<ViewAttrs> = engineOp({
  name: "pick",
  shape([x], attrs) {
    checkSpan("pick", x!, attrs, attrs.size, x!.shape[attrs.axis]!);
    return { shape: resized(x!, attrs.axis, attrs.size), dtype: "f32" };
  },
  vjp: ({ inputs: [x], attrs }, g) => [place(g, { ...attrs, size: x!.shape[attrs.axis]! })],
  flops: () => 0,
  kernel: { kind: "view", map: mapOf("pick") },
});

/** Element start + step * i along the axis is element i of the input, the others are 0. Read in place. */
export const placeOp: Op<ViewAttrs> = engineOp({
  name: "place",
  shape([x], attrs) {
    checkSpan("place", x!, attrs, x!.shape[attrs.axis]!, attrs.size);
    return { shape: resized(x!, attrs.axis, attrs.size), dtype: "f32" };
  },
  vjp: ({ inputs: [x], attrs }, g) => [pick(g, { ...attrs, size: x!.shape[attrs.axis]! })],
  flops: () => 0,
  kernel: { kind: "view", map: mapOf("place") },
});

/** Elements start, start + step, ... of an axis: nothing is copied. */
export const pick = (x: Node, attrs: ViewAttrs): Node => x.graph.add(pickOp, [x], attrs);
/** x's elements at start, start + step, ... of a longer axis, 0 between them: nothing is copied. */
export const place = (x: Node, attrs: ViewAttrs): Node => x.graph.add(placeOp, [x], attrs);

/** Copies the elements that input and result share. */
/* @__NO_SIDE_EFFECTS__ */
const copied = (kind: AxisMap["kind"]): Reference<ViewAttrs> => ({
  evaluate([x], { shape, attrs: { axis, start, step } }) {
    const data = new Float64Array(elements(shape));
    const inner = elements(shape.slice(axis + 1));
    const [from, to] = [x!.shape[axis]!, shape[axis]!];
    for (let outer = 0; outer < elements(shape.slice(0, axis)); outer++) {
      for (let i = 0; i < Math.min(from, to); i++) {
        const apart = start + step * i;
        const [read, write] = kind === "pick" ? [apart, i] : [i, apart];
        const at = (outer * from + read) * inner;
        data.set(x!.data.subarray(at, at + inner), (outer * to + write) * inner);
      }
    }
    return { shape, data };
  },
});

export const pickReference = defineReference(pickOp, copied("pick"));
export const placeReference = defineReference(placeOp, copied("place"));
