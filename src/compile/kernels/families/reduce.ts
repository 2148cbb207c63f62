import reduceFile from "../../../../shaders/reduce.wgsl?raw";
import { as3d, repeatedRows, withRank } from "../../../core/shape.ts";
import type { Node } from "../../../graph/graph.ts";
import { emitStage } from "../emit.ts";
import { type Family, SUM_WORKGROUP, at, indent, outerOf, prefixed, sumWorkgroup } from "../family.ts";

/** Up to this many terms are summed by one invocation. A constant, because a sum's order depends on it. */
const FEW_TERMS = 64;

export const reduce: Family = (builder, group, stores, target) => {
  const node = group.anchors[0]!;
  const { kernel } = node.op;
  const max = kernel.kind === "reduce" && kernel.combine === "max";
  const domain = node.inputs[0]!.shape;
  const [z, , n] = as3d(domain);
  const [oz, om, on] = as3d(node.shape);
  const [n4, on4] = [Math.ceil(n / 4), Math.ceil(on / 4)];
  const lanes = on === 1 && n !== 1;
  const { repeat, inner } = repeatedRows(withRank(node.shape, domain.length), domain);
  const dims = {
    n,
    out_z: oz,
    out_m: om,
    out_n4: on4,
    sum_z: oz === z ? 1 : z,
    sum_m: repeat,
    inner,
    sum_n4: lanes ? n4 : 1,
  };
  const terms = dims.sum_z * dims.sum_m * dims.sum_n4;
  const alone = terms <= FEW_TERMS && !lanes;
  const workgroup = alone ? SUM_WORKGROUP : sumWorkgroup(terms, target);
  builder.declare(dims);
  const values = new Map<Node, string>();
  const input = node.inputs[0]!;
  const prologue = emitStage(prefixed(builder, "in"), group.inner, at(domain, input), values, stores);
  const lines = emitStage(builder, outerOf(group), at(node.shape), new Map([[node, "acc"]]), stores);
  return {
    file: reduceFile,
    values: {
      WG: workgroup,
      lanes,
      alone,
      max,
      IDENTITY: max ? "minus_infinity_()" : "0.0",
      PROLOGUE: indent([...prologue, `let term = ${values.get(input)!};`]),
      EPILOGUE: indent(lines, "  "),
    },
    workgroups: alone ? Math.ceil((oz * om * on4) / SUM_WORKGROUP) : oz * om * on4,
  };
};
