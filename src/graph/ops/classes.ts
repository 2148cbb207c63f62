import { ActigradError } from "../../core/errors.ts";
import { elements, formatType } from "../../core/shape.ts";
import type { Node, Op } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";

/** How `classMask` lays out a label. */
export interface ClassMaskAttrs {
  readonly classes: number;
  /** Axis of the classes: the last, or the one before it. */
  readonly along: "columns" | "rows";
  /** Which classes get a 1: the label's own, or all below it. */
  readonly which: "own" | "below";
}

const axisOf = (rank: number, { along }: ClassMaskAttrs): number => rank - (along === "columns" ? 1 : 2);

/** Class numbers u32 [.., 1] as ones and zeros f32 [.., C]. A label that is not a class sets no 1 of its own. */
export const classMaskOp: Op<ClassMaskAttrs> = engineOp({
  name: "classMask",
  shape([labels], attrs) {
    const { shape, dtype } = labels!;
    const axis = axisOf(shape.length, attrs);
    if (dtype !== "u32" || shape[axis] !== 1) {
      throw new ActigradError("shape", `classMask: expected class numbers, got ${formatType(labels!)}`, {
        hint: `they are u32, of size 1 along axis ${axis}`,
      });
    }
    return { shape: shape.map((n, i) => (i === axis ? attrs.classes : n)), dtype: "f32" };
  },
  kernel: {
    kind: "pointwise",
    uses: "slot",
    wgsl([labels], { classes, which, along }, { row, slot }) {
      // Rows are numbered across all axes between the first and the last.
      const place = along === "columns" ? `(U(${slot} * 4u) + U(0u, 1u, 2u, 3u))` : `U(${row} % ${classes}u)`;
      return `select(T(0), T(1), ${place} ${which === "own" ? "==" : "<"} ${labels})`;
    },
  },
});

export const classMaskReference = defineReference(classMaskOp, {
  evaluate([labels], { shape, attrs }) {
    const { classes, which } = attrs;
    const inner = elements(shape.slice(axisOf(shape.length, attrs) + 1));
    const data = Float64Array.from({ length: elements(shape) }, (_, i) => {
      const place = Math.floor(i / inner) % classes;
      const label = labels!.data[Math.floor(i / (inner * classes)) * inner + (i % inner)]!;
      return (which === "own" ? place === label : place < label) ? 1 : 0;
    });
    return { shape, data };
  },
});

/** Labels as vectors: 1 at the label's own class, or at all classes below it; otherwise 0. */
export const classMask = (
  labels: Node,
  classes: number,
  { along = "columns", which = "own" }: Partial<Omit<ClassMaskAttrs, "classes">> = {},
): Node => labels.graph.add(classMaskOp, [labels], { classes, along, which });

/** 1 where a class number is this one, otherwise 0. */
export const labelIsOp: Op<{ readonly value: number }> = engineOp({
  name: "labelIs",
  shape: ([labels]) => ({ shape: labels!.shape, dtype: "f32" }),
  kernel: {
    kind: "pointwise",
    wgsl: ([labels], { value }) => `select(T(0), T(1), ${labels} == U(${value}u))`,
  },
});

export const labelIsReference = defineReference(labelIsOp, ([label], { value }) => (label === value ? 1 : 0));

/**
 * 1 where a label is this one, otherwise 0.
 * @param value a u32; a negative number means the u32 with the same bits, like labels in a file
 */
export const labelIs = (labels: Node, value: number): Node =>
  labels.graph.add(labelIsOp, [labels], { value: value >>> 0 });
