import scatterFile from "../../../../shaders/scatter.wgsl?raw";
import { as3d, elements, rowSlots, slots } from "../../../core/shape.ts";
import type { Node } from "../../../graph/graph.ts";
import { type FirstPlaceAttrs, firstPlaceOp } from "../../../graph/ops/embedding.ts";
import { emitStage } from "../emit.ts";
import { type Family, SUM_WORKGROUP, at, indent, outerOf, prefixed } from "../family.ts";

export const search: Family = (builder, group, stores) => {
  const node = group.anchors[0]!;
  const [indices] = node.inputs as [Node];
  const byRow = node.op === firstPlaceOp;
  const { except = null } = byRow ? (node.attrs as FirstPlaceAttrs) : {};
  const dims = { count: node.shape[1]!, places: elements(indices.shape), ...(except !== null && { except }) };
  builder.declare(dims);
  const INDICES = builder.read(indices);
  const lines = emitStage(builder, outerOf(group), at(node.shape), new Map([[node, "U(place)"]]), stores);
  return {
    file: scatterFile,
    values: {
      WG: SUM_WORKGROUP,
      search: true,
      byRow,
      but: except !== null,
      INDICES,
      EPILOGUE: indent(lines, "  "),
    },
    workgroups: Math.ceil(dims.count / SUM_WORKGROUP),
  };
};

export const scatter: Family = (builder, group, stores) => {
  const node = group.anchors[0]!;
  const [g, first, next] = node.inputs as [Node, Node, Node];
  const dims = {
    count: slots(node.shape),
    m: as3d(node.shape)[1],
    n4: rowSlots(node.shape),
    places: next.shape[1]!,
  };
  builder.declare(dims);
  const values = new Map<Node, string>();
  const term = emitStage(prefixed(builder, "in"), [], at(g.shape, g), values, stores);
  const operands = { FIRST: builder.read(first), NEXT: builder.read(next) };
  const lines = emitStage(builder, outerOf(group), at(node.shape), new Map([[node, "acc"]]), stores);
  return {
    file: scatterFile,
    values: {
      ...operands,
      WG: SUM_WORKGROUP,
      search: false,
      TERM: indent([...term, `acc += ${values.get(g)!};`]),
      EPILOGUE: indent(lines, "  "),
    },
    workgroups: Math.ceil(dims.count / SUM_WORKGROUP),
  };
};
