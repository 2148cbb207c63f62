import poolFile from "../../../../shaders/pool.wgsl?raw";
import { as3d, rowSlots, slots } from "../../../core/shape.ts";
import type { Node } from "../../../graph/graph.ts";
import { type PoolAttrs, avgPoolOp, maxPoolOp } from "../../../graph/ops/pool.ts";
import { emitStage } from "../emit.ts";
import { type Family, at, indent, outerOf } from "../family.ts";
import { windowDims } from "./window.ts";

/** Up to this many taps are unrolled. */
const MOST_COPIES = 9;

export const pool: Family = (builder, group, stores) => {
  const node = group.anchors[0] as Node<PoolAttrs>;
  const { attrs, inputs, shape } = node;
  const forward = node.op === maxPoolOp || node.op === avgPoolOp;
  const max = node.op.kernel.kind === "pool" && node.op.kernel.combine === "max";
  const [, , out_h, out_w] = (forward ? shape : inputs.at(-1)!.shape) as [number, number, number, number];
  const apart =
    !forward && attrs.kernel.every((n, axis) => attrs.stride[axis]! >= n && attrs.dilation[axis] === 1);
  // A window and the pixels up to the next one, down and across.
  const cells = ([0, 1] as const).map((axis) =>
    Math.ceil((attrs.input[axis]! + attrs.padding[axis]) / attrs.stride[axis]),
  ) as [number, number];
  const workgroup = apart ? 64 : 256; // windows may be large, and few
  const dims = {
    count: apart ? shape[0]! * shape[1]! * cells[0] * cells[1] * rowSlots(shape) : slots(shape),
    ...(apart && { cells_y: cells[0], cells_x: cells[1] }),
    m: as3d(shape)[1],
    n4: rowSlots(shape),
    in_h: attrs.input[0]!,
    in_w: attrs.input[1]!,
    out_h,
    out_w,
    kernel_y: attrs.kernel[0],
    ...windowDims(attrs),
  };
  builder.declare(dims);
  const names = forward ? ["X"] : max ? ["X", "Y", "G"] : ["G"];
  const operands = Object.fromEntries(inputs.map((input, i) => [names[i]!, builder.read(input)]));
  const known = new Map([[node as Node, "acc"]]);
  if (!forward && max) known.set(inputs[0]!, "own");
  const lines = emitStage(builder, outerOf(group), at(shape), known, stores);
  // The taps of a window, or the pixels up to the next one: unrolled if they are few.
  const [height, width] = forward ? attrs.kernel : attrs.stride;
  const unrolled = (forward || apart) && height * width <= MOST_COPIES;
  const both = (holds: (axis: 0 | 1) => boolean): boolean => holds(0) && holds(1);
  const exact = both(
    (axis) =>
      attrs.padding[axis] === 0 &&
      attrs.kernel[axis] === attrs.stride[axis] &&
      attrs.input[axis]! % attrs.stride[axis] === 0,
  );
  const bound = forward ? "D.kernel_y * D.kernel_x" : "D.stride_y * D.stride_x";
  const values = {
    ...operands,
    unrolled,
    exact,
    COPIES: unrolled ? height * width : 1,
    WIDTH: width,
    EACH_TAP: unrolled ? "{" : `for (var t = 0u; t < ${bound}; t++) {`,
    forward,
    max,
    countPad: attrs.countPad,
    apart,
    WG: workgroup,
    START: max ? "minus_infinity_()" : "0.0",
    EPILOGUE: indent(lines, apart ? "      " : "  "),
  };
  return { file: poolFile, values, workgroups: Math.ceil(dims.count / workgroup) };
};
