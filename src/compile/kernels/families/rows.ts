import rowsFile from "../../../../shaders/rows.wgsl?raw";
import { type Shape, as3d, rowSlots } from "../../../core/shape.ts";
import type { Node } from "../../../graph/graph.ts";
import { correctOp, crossEntropyGrad, crossEntropyOp, predictedOp } from "../../../graph/ops/crossEntropy.ts";
import { emitStage } from "../emit.ts";
import { type Family, SUM_WORKGROUP, at, indent, prefixed, sumWorkgroup, wgslFunction } from "../family.ts";

export const rows: Family = (builder, group, stores, target) => {
  const of = (op: unknown): Node | undefined => group.anchors.find((n) => n.op === op);
  const [loss, gradient] = [of(crossEntropyOp), of(crossEntropyGrad)];
  const [right, best] = [of(correctOp), of(predictedOp)];
  const first = group.anchors[0]!;
  const [logits, labels] = first.inputs as [Node, Node];
  const [z, m, n] = as3d(logits.shape);
  const n4 = rowSlots(logits.shape);
  builder.declare({ m, n, n4, logits_z: m * n4 });
  const operands = { LOGITS: builder.read(logits) };

  const workgroup = group.sums.length > 0 ? sumWorkgroup(m, target) : SUM_WORKGROUP;
  const domain: Shape = [z, m, 1];
  const label = new Map<Node, string>();
  const labelLines = emitStage(prefixed(builder, "label"), [], at(domain, labels), label, stores);
  builder.provide(
    wgslFunction("label_(z: u32, row: u32) -> u32", [
      "let c = 0u;",
      ...labelLines,
      `return ${label.get(labels)!}.x;`,
    ]),
  );
  const values = new Map<Node, string>();
  if (loss !== undefined) values.set(loss, "loss");
  if (right !== undefined) values.set(right, "right");
  if (best !== undefined) values.set(best, "U(best)");
  const anchored = [loss, right, best].filter((node) => node !== undefined);
  const upstream = gradient?.inputs[2];
  const needs = [...group.sums.map((node) => node.inputs[0]!), ...(upstream === undefined ? [] : [upstream])];
  const rowScope = prefixed(builder, "row");
  const rowLines = emitStage(rowScope, [...anchored, ...group.inner], at(domain, ...needs), values, stores);
  // A value per row is in the first lane of its slot; the other lanes are unspecified.
  if (upstream !== undefined) rowLines.push(`let upstream = T(${values.get(upstream)!}.x);`);
  const totals = new Map(group.sums.map((node, s) => [node, `partial_${s}[0]`]));
  for (const [s, node] of group.sums.entries())
    rowLines.push(`total_${s} += ${values.get(node.inputs[0]!)!};`);
  const epilogue =
    group.sums.length === 0
      ? []
      : emitStage(builder, [...group.sums, ...group.outer], at([z, 1, 1]), totals, stores);
  const grad = gradient === undefined ? {} : { GRAD: builder.write(gradient), grad: true };
  if (gradient !== undefined) builder.dim("grad_z", m * n4);
  return {
    file: rowsFile,
    values: {
      ...operands,
      ...grad,
      WG: workgroup,
      SUMS: group.sums.length,
      sums: group.sums.length > 0,
      softmax: loss !== undefined || gradient !== undefined,
      predict: right !== undefined || best !== undefined,
      ROW: indent(rowLines),
      EPILOGUE: indent(epilogue, "  "),
    },
    workgroups: group.sums.length > 0 ? [z, 1] : [Math.ceil(m / workgroup), z],
  };
};
