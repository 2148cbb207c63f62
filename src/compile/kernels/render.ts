import matmulFile from "../../../shaders/matmul.wgsl?raw";
import pointwiseFile from "../../../shaders/pointwise.wgsl?raw";
import reduceFile from "../../../shaders/reduce.wgsl?raw";
import rowsFile from "../../../shaders/rows.wgsl?raw";
import { ActigradError } from "../../core/errors.ts";
import { type Shape, as3d, repeatedRows, rowSlots, slots } from "../../core/shape.ts";
import type { Node } from "../../graph/graph.ts";
import { correctOp, crossEntropyGrad, crossEntropyOp, predictedOp } from "../../graph/ops/crossEntropy.ts";
import { type MatmulAttrs, matmulSizes } from "../../graph/ops/matmul.ts";
import { along } from "./along.ts";
import { emitStage, needsLocation } from "./emit.ts";
import { isPickedRows } from "./inline.ts";
import {
  type Families,
  type Family,
  type Stores,
  SUM_WORKGROUP,
  at,
  indent,
  outerOf,
  prefixed,
  wgslFunction,
} from "./family.ts";
import { ModuleBuilder } from "./module.ts";
import { type Group, type Kernel, type KernelTarget, type StepLayout, groupNodes } from "./spec.ts";
import { blocksOf, isDraft, matmulTile, variantOf } from "./tune.ts";

const pointwise: Family = (builder, group, stores, { software, maxWorkgroups }) => {
  const domain = domainOf(group);
  const located = needsLocation(group.outer, domain);
  const count = slots(domain);
  builder.dim("slots", count);
  if (located) {
    builder.dim("n4", rowSlots(domain));
    builder.dim("m", as3d(domain)[1]);
  }
  const lines = emitStage(builder, group.outer, { domain, index: "i" }, new Map(), stores);
  // Small tensors are spread over more workgroups instead.
  const per = count >= 65_536 ? 4 : 1;
  // A guard makes every load and store of a software adapter look at a mask: a third of a copy's time.
  const workgroups = Math.ceil(count / (256 * per));
  const whole = per > 1 && count % (256 * per) === 0 && workgroups <= maxWorkgroups;
  // Neighbouring invocations read neighbouring memory; where one core runs them in turn, each reads its own stretch.
  const [stretch, stride] = software ? [per, 1] : [1, 256];
  const values = {
    PER: per,
    STRETCH: stretch,
    STRIDE: stride,
    whole,
    located,
    EPILOGUE: indent(lines, "      "),
  };
  return { file: pointwiseFile, values, workgroups };
};

const matmul: Family = (builder, group, stores, target) => {
  const node = group.anchors[0] as Node<MatmulAttrs>;
  const [a, b] = node.inputs as [Node, Node];
  const { form, bias } = node.attrs;
  const sizes = matmulSizes(a, b, node.attrs);
  const tile = matmulTile(form, sizes, target);
  const { rows, slots: width, workgroup, quad = false } = tile;
  const stride = (t: Node): [number, number] => [
    t.shape[0] === 1 ? 0 : t.shape[1]! * rowSlots(t.shape),
    rowSlots(t.shape),
  ];
  const [az, am] = stride(a);
  const [bz, bm] = stride(b);
  const n4 = Math.ceil(sizes.n / 4);
  const dims = { z: sizes.z, m: sizes.m, n: sizes.n, n4, k: sizes.k, a_z: az, a_m: am, b_z: bz, b_m: bm };
  for (const [name, value] of Object.entries(dims)) builder.dim(name, value);
  const computed = group.inner.includes(a);
  if (computed) defineRows(builder, group.inner, a);
  const A = computed ? "" : builder.read(a);
  const operands = { A, B: builder.read(b), computed };
  const kept = computed && stores.has(a) ? { keep: true, KEEP: builder.write(a) } : {};
  const lines = emitStage(builder, outerOf(group), at(node.shape), new Map([[node, "acc"]]), stores);
  const sums = Array.from(
    { length: rows * width },
    (_, t) => `acc_${Math.floor(t / width)}_${t % width}`,
  ).join(", ");
  return {
    file: matmulFile,
    values: {
      ...operands,
      ...kept,
      [form]: true,
      bias,
      ones: form === "atb" && bias,
      ragged: sizes.k % 4 !== 0 || (form === "abt" && isDraft(target)), // drafts share pipelines
      quad,
      // By the adapter, never by the tile: it is part of the order of a sum.
      FOUR_TERMS: target.software ? "four_summed_" : "four_terms_",
      FOUR_ROWS: target.software ? "four_rows_summed_" : "four_rows_",
      LOADS: quad ? rows / 4 : rows,
      TM: rows,
      TN: width,
      TM4: rows / 4,
      TN4: width * 4,
      WG: workgroup,
      SUMS: sums,
      EPILOGUE: indent(lines),
    },
    workgroups: Math.ceil(blocksOf(sizes, tile) / workgroup),
    variant: variantOf(tile),
  };
};

/**
 * The first operand of a product, computed as it is loaded: `picked_a_` gives the row of the table that a row of the
 * batch is, once for the row; `load_a_` gives one of its slots.
 */
function defineRows(builder: ModuleBuilder, inner: readonly Node[], a: Node): void {
  const scope = prefixed(builder, "a");
  const indices = [...inner, ...inner.flatMap((n) => n.inputs)].find(isPickedRows)!.inputs[1]!;
  const index = new Map<Node, string>();
  const pick = emitStage(scope, [], at(indices.shape, indices), index, new Set());
  const position = ["let z = 0u;", "let c = 0u;"];
  builder.define(
    wgslFunction("picked_a_(row: u32) -> u32", [...position, ...pick, `return ${index.get(indices)!}.x;`]),
  );
  const values = new Map([[indices, "U(picked)"]]);
  const load = emitStage(scope, inner, at(a.shape), values, new Set());
  builder.define(
    wgslFunction("load_a_(row: u32, picked: u32, c: u32) -> T", [
      "let z = 0u;",
      ...load,
      `return ${values.get(a)!};`,
    ]),
  );
}

/** So few terms are summed by one invocation. A sum's order depends on it, so it is a constant. */
const FEW_TERMS = 64;

const reduce: Family = (builder, group, stores) => {
  const node = group.anchors[0]!;
  const { kernel } = node.op;
  const max = kernel.kind === "reduce" && kernel.combine === "max";
  const domain = node.inputs[0]!.shape;
  const [z, , n] = as3d(domain);
  const [oz, om, on] = as3d(node.shape);
  const [n4, on4] = [Math.ceil(n / 4), Math.ceil(on / 4)];
  const lanes = on === 1 && n !== 1;
  const { repeat, inner } = repeatedRows(node.shape, domain);
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
  for (const [name, value] of Object.entries(dims)) builder.dim(name, value);
  const values = new Map<Node, string>();
  const input = node.inputs[0]!;
  const prologue = emitStage(prefixed(builder, "in"), group.inner, at(domain, input), values, stores);
  const lines = emitStage(builder, outerOf(group), at(node.shape), new Map([[node, "acc"]]), stores);
  return {
    file: reduceFile,
    values: {
      WG: SUM_WORKGROUP,
      lanes,
      alone,
      max,
      IDENTITY: max ? "-3.4028234e38" : "0.0",
      PROLOGUE: indent([...prologue, `let term = ${values.get(input)!};`]),
      EPILOGUE: indent(lines, "  "),
    },
    workgroups: alone ? Math.ceil((oz * om * on4) / SUM_WORKGROUP) : oz * om * on4,
  };
};

const rows: Family = (builder, group, stores) => {
  const of = (op: unknown): Node | undefined => group.anchors.find((n) => n.op === op);
  const [loss, gradient] = [of(crossEntropyOp), of(crossEntropyGrad)];
  const [right, best] = [of(correctOp), of(predictedOp)];
  const first = group.anchors[0]!;
  const [logits, labels] = first.inputs as [Node, Node];
  const [z, m, n] = as3d(logits.shape);
  const n4 = rowSlots(logits.shape);
  const dims = { m, n, n4, logits_z: m * n4 };
  for (const [name, value] of Object.entries(dims)) builder.dim(name, value);
  const operands = { LOGITS: builder.read(logits) };

  // No more invocations than rows to sum: idle ones would wait at every barrier.
  const workgroup =
    group.sums.length > 0 ? Math.min(SUM_WORKGROUP, 2 ** Math.ceil(Math.log2(m))) : SUM_WORKGROUP;
  const domain: Shape = [z, m, 1];
  const label = new Map<Node, string>();
  const labelLines = emitStage(prefixed(builder, "label"), [], at(domain, labels), label, stores);
  builder.define(
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
  // A value a row lies in the first lane of its slot; the others may hold anything.
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

/** What every network needs. Others come with the layers that need them, so that a bundle carries what it uses. */
const usual: Families = { pointwise, matmul, reduce, rows, along };

const domainOf = (group: Group): Shape => {
  const node = group.outer[0]!;
  return node.op.kernel.kind === "assign" ? node.inputs[1]!.shape : node.shape;
};

/**
 * Puts the text of a group's kernel together and says how to start it.
 * @param families beyond the usual ones
 * @throws ActigradError "limit" for more storage buffers than the adapter takes, "plan" for a group of no known family
 */
export function renderKernel(
  group: Group,
  stores: Stores,
  layout: StepLayout,
  target: KernelTarget,
  families: Families = {},
): Kernel {
  const family = { ...usual, ...families }[group.kind];
  if (family === undefined) {
    throw new ActigradError(
      "plan",
      `${groupNodes(group)[0]!.op.name}: no kernels of the kind "${group.kind}"`,
      {
        hint: "plan it with the kernels of the model that has such layers, or with allKernels",
      },
    );
  }
  const builder = new ModuleBuilder(layout);
  const { file, values, workgroups, variant } = family(builder, group, stores, target);
  const wgsl = builder.text(file, values);
  if (builder.bindings.length > target.maxStorageBuffers) {
    throw new ActigradError(
      "limit",
      `${groupNodes(group)
        .map((n) => n.op.name)
        .join("+")}: ${builder.bindings.length} storage buffers in one kernel, ` +
        `the adapter takes ${target.maxStorageBuffers}`,
    );
  }
  const [x, y] = typeof workgroups === "number" ? [workgroups, 1] : workgroups;
  const kernel = { wgsl, bindings: builder.bindings, dims: builder.dims, workgroups: fold(x, y, target) };
  return variant === undefined ? kernel : { ...kernel, variant };
}

/** Folds a long row of workgroups into two dimensions; kernels count group.y * groups.x + group.x. */
function fold(x: number, y: number, { maxWorkgroups }: KernelTarget): readonly [number, number] {
  if (x <= maxWorkgroups || y !== 1) return [x, y];
  const height = Math.ceil(x / maxWorkgroups);
  return [Math.ceil(x / height), height];
}
