import {
  type RepeatedRows,
  type Shape,
  as3d,
  repeatedRows,
  rowSlots,
  sameShape,
  withRank,
} from "../../core/shape.ts";
import { type Node, isFree } from "../../graph/graph.ts";
import { type Location } from "../../graph/kernel-spec.ts";
import { liesElsewhere } from "../group.ts";
import { isInline, isView, usesOf } from "./inline.ts";
import type { Scope } from "./scope.ts";

/** The position at which a stage of fused nodes is evaluated, as WGSL expressions. */
export interface Stage {
  /** The shape that the position runs over. */
  readonly domain: Shape;
  /** The slot's index in a tensor of that shape, if the kernel has it already (pointwise kernels). */
  readonly index?: string;
  /** Outside nodes whose value the kernel needs at this position. */
  readonly needs?: readonly Node[];
  /** Results of the folds along an axis, for their node. */
  readonly folds?: readonly string[];
}

/** Whether a stage over `domain` needs the position, not just the index: something is broadcast, or reads its place. */
export function needsLocation(nodes: readonly Node[], domain: Shape): boolean {
  const inside = new Set(nodes);
  const placed = (n: Node): boolean =>
    usesOf(n) !== undefined || (isFree(n) && (n.shape[0]! > 1 || n.inputs.some(placed)));
  return nodes.some(
    (node) =>
      isView(node) ||
      usesOf(node) !== undefined ||
      node.op.kernel.kind === "beside" ||
      (node.op.kernel.kind === "pointwise" && node.op.kernel.marks !== undefined) ||
      (node.op.kernel.kind === "assign" && !sameShape(node.shape, domain)) ||
      node.inputs.some(
        (n) =>
          !inside.has(n) && (isInline(n, domain) ? isView(n) || placed(n) : readsBroadcast(node, n, domain)),
      ),
  );
}

/** An assign's target is replaced, not read. */
const readsBroadcast = (node: Node, input: Node, domain: Shape): boolean =>
  !sameShape(input.shape, domain) && !(node.op.kernel.kind === "assign" && node.inputs[0] === input);

/**
 * Emits a stage of fused nodes: loads their inputs, computes, stores what others need.
 * @param values the WGSL variables of nodes already computed at this position; extended here
 * @param stores nodes of this stage whose value leaves the kernel; assigns always do
 * @returns statements
 */
export function emitStage(
  builder: Scope,
  nodes: readonly Node[],
  stage: Stage,
  values: Map<Node, string>,
  stores: ReadonlySet<Node>,
): string[] {
  const lines: string[] = [];
  const writes: string[] = [];
  const name = (expression: string): string => {
    const variable = `v${values.size}`;
    lines.push(`let ${variable} = ${expression};`);
    return variable;
  };
  let index = stage.index;
  const here = (): string => {
    if (index === undefined) {
      const [, m] = as3d(stage.domain);
      const n4 = rowSlots(stage.domain);
      lines.push(`let at = z * ${builder.dim("at_z", m * n4)} + row * ${builder.dim("at_m", n4)} + c;`);
      index = "at";
    }
    return index;
  };

  const value = (node: Node): string => {
    const known = values.get(node);
    if (known !== undefined) return known;
    const made = name(
      isInline(node, stage.domain) ? expression(node) : load(builder, node, stage.domain, here),
    );
    values.set(node, made);
    return made;
  };
  const expression = (node: Node): string => {
    const { op } = node;
    if (op.kernel.kind === "view") {
      const own = (what: string): string => `v${values.size}_${what}`;
      const [input, ...others] = node.inputs as [Node, ...Node[]];
      const read = op.kernel.read(
        {
          input,
          output: node,
          domain: stage.domain,
          args: others.map(value),
          buffer: builder.read(input),
          own,
          dim: (what, size, alike) =>
            builder.dim(
              alike === undefined ? own(what) : `${builder.nameOf(`${alike} ${input.id}`)}_${what}`,
              size,
            ),
        },
        node.attrs,
      );
      lines.push(...read.lines);
      return read.value;
    }
    if (op.kernel.kind === "along") return op.kernel.wgsl(node.inputs.map(value), stage.folds ?? []);
    if (op.kernel.kind !== "pointwise") throw new Error(`${op.name} is not pointwise`);
    const link = builder.define(op.kernel.functions?.(node.attrs) ?? []);
    const at: Location = {
      z: "z",
      row: "row",
      slot: "c",
      step: (scalar) => builder.step(scalar),
      dim: (dim, size) => builder.dim(dim, size),
    };
    return link(op.kernel.wgsl(node.inputs.map(value), node.attrs, at));
  };

  for (const node of nodes) {
    if (node.op.kernel.kind === "assign") {
      const source = value(node.inputs[1]!);
      const { slot } = node.attrs as { slot: string | null };
      const where =
        slot === null ? here() : `${builder.step(slot)} * ${builder.dim("ring", node.shape[1]!)} + z`;
      writes.push(`${builder.write(node)}[${where}] = ${source};`);
      values.set(node, source);
    } else if (node.op.kernel.kind === "beside") {
      const [, m] = as3d(stage.domain);
      const row = `(z * ${builder.dim("beside_m", m)} + row) * 2u`;
      const half = builder.dim("beside_n4", rowSlots(stage.domain));
      const buffer = builder.write(node);
      for (const [i, part] of node.inputs.map(value).entries())
        writes.push(`${buffer}[(${row} + ${i}u) * ${half} + c] = ${part};`);
    } else if (!values.has(node)) {
      values.set(node, name(expression(node)));
    }
    if (node.op.kernel.kind === "pointwise" && node.op.kernel.marks !== undefined)
      writes.push(mark(builder, node, node.inputs.map(value)));
    if (!liesElsewhere(node) && stores.has(node)) {
      writes.push(`${builder.write(node)}[${here()}] = ${values.get(node)!};`);
    }
  }
  for (const node of stage.needs ?? []) value(node);
  // Stores come last: what they replace has been read by then.
  return [...lines, ...writes];
}

/** Writes the step into the slot of a replica, if the op's condition holds in a lane that is not padding. */
function mark(builder: Scope, { op, inputs, shape }: Node, args: readonly string[]): string {
  const { marks } = op.kernel as { readonly marks: { input: number; when(args: readonly string[]): string } };
  const inside = `(vec4u(c * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(${builder.dim("marked_n", shape.at(-1)!)}))`;
  const step = `f32(${builder.step("slot")} + 1u)`;
  return `if (any(${marks.when(args)} & ${inside})) { ${builder.mark(inputs[marks.input]!)}[z].y = ${step}; }`;
}

/** The slot of `node` for the position: along an axis of size 1 the index stays 0. */
function load(builder: Scope, node: Node, domain: Shape, here: () => string): string {
  const buffer = builder.read(node);
  if (sameShape(node.shape, domain)) return `${buffer}[${here()}]`;
  const shape = withRank(node.shape, domain.length);
  const [z, m, n] = as3d(shape);
  const [, , dn] = as3d(domain);
  const n4 = rowSlots(shape);
  const zStride = builder.dim(`${buffer}_z`, z === 1 ? 0 : m * n4);
  const mStride = builder.dim(`${buffer}_m`, m === 1 ? 0 : n4);
  const row = m === 1 ? "row" : rowOf(builder, buffer, repeatedRows(shape, domain));
  const spread = n === 1 && dn !== 1;
  const at = `${buffer}[z * ${zStride} + ${row} * ${mStride}${n === 1 ? "" : " + c"}]`;
  return spread ? `${node.dtype === "u32" ? "U" : "T"}(${at}.x)` : at;
}

/** The row of a tensor with repeated middle axes. */
function rowOf(builder: Scope, buffer: string, { repeat, inner }: RepeatedRows): string {
  if (repeat === 1) return "row";
  const [by, rest] = [builder.dim(`${buffer}_by`, repeat * inner), builder.dim(`${buffer}_inner`, inner)];
  return `(row / ${by} * ${rest} + row % ${rest})`;
}
