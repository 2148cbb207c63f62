import poolFile from "../../shaders/pool.wgsl?raw";
import { as3d, rowSlots, slots } from "../core/shape.ts";
import type { Node } from "../graph/graph.ts";
import { type PoolAttrs, avgPoolOp, maxPoolOp } from "../ops/pool.ts";
import { emitStage } from "./emit.ts";
import { type Family, at, indent, outerOf } from "./family.ts";

export const pool: Family = (builder, group, stores) => {
  const node = group.anchors[0] as Node<PoolAttrs>;
  const { attrs, inputs, shape } = node;
  const forward = node.op === maxPoolOp || node.op === avgPoolOp;
  const max = node.op.kernel.kind === "pool" && node.op.kernel.combine === "max";
  const [, , out_h, out_w] = (forward ? shape : inputs.at(-1)!.shape) as [number, number, number, number];
  const dims = {
    count: slots(shape),
    m: as3d(shape)[1],
    n4: rowSlots(shape),
    in_h: attrs.input[0]!,
    in_w: attrs.input[1]!,
    out_h,
    out_w,
    kernel_y: attrs.kernel[0],
    kernel_x: attrs.kernel[1],
    stride_y: attrs.stride[0],
    stride_x: attrs.stride[1],
    padding_y: attrs.padding[0],
    padding_x: attrs.padding[1],
    dilation_y: attrs.dilation[0],
    dilation_x: attrs.dilation[1],
  };
  for (const [name, value] of Object.entries(dims)) builder.dim(name, value);
  const names = forward ? ["X"] : max ? ["X", "Y", "G"] : ["G"];
  const operands = Object.fromEntries(inputs.map((input, i) => [names[i]!, builder.read(input)]));
  const lines = emitStage(builder, outerOf(group), at(shape), new Map([[node, "acc"]]), stores);
  const values = {
    ...operands,
    forward,
    max,
    countPad: attrs.countPad,
    apart: attrs.kernel.every((n, axis) => attrs.stride[axis]! >= n && attrs.dilation[axis] === 1),
    START: max ? "-3.4028234e38" : "0.0",
    EPILOGUE: indent(lines, "  "),
  };
  return { file: poolFile, values, workgroups: Math.ceil(dims.count / 256) };
};
