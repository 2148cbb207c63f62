import { type Shape, withRank } from "../../core/shape.ts";
import { type Node, isFree } from "../../graph/graph.ts";
import type { WgslFunction } from "../../core/wgsl.ts";
import type { Stage } from "./emit.ts";
import type { Scope } from "./scope.ts";
import type { ModuleBuilder, Rendered } from "./module.ts";
import type { Group } from "../group.ts";
import type { KernelTarget } from "./target.ts";

/** Invocations that share one sum over rows or axes. A constant, because the order of the sum depends on it. */
export const SUM_WORKGROUP = 64;

/** Up to this many terms are left to one quad on a software adapter; with more, sums of four parts would round too much. */
const QUAD_TERMS = 4096;

/** Invocations that share one sum of this many terms: one quad on a software adapter, where barriers are expensive. */
export const sumWorkgroup = (terms: number, { software }: KernelTarget): number =>
  software && terms <= QUAD_TERMS ? 4 : SUM_WORKGROUP;

export type Stores = ReadonlySet<Node>;
export type Family = (builder: ModuleBuilder, group: Group, stores: Stores, target: KernelTarget) => Rendered;
/** Families by the kind of group that they render. */
export type Families = Readonly<Partial<Record<Group["kind"], Family>>>;

export const indent = (lines: readonly string[], by = "    "): string => lines.join(`\n${by}`);

export const wgslFunction = (signature: string, body: readonly string[]): WgslFunction => ({
  name: signature.slice(0, signature.indexOf("(")),
  text: `fn ${signature} {\n  ${indent(body, "  ")}\n}`,
});

export const at = (domain: Shape, ...needs: Node[]): Stage => ({ domain, needs });
export const outerOf = (group: Group): Node[] => [...group.anchors, ...group.outer];

/** The inputs of `nodes` from outside that broadcast to a shape. */
export const sharedBy = (nodes: readonly Node[], shape: Shape): Node[] =>
  nodes
    .flatMap(({ inputs }) => inputs)
    .filter(
      (n) =>
        !nodes.includes(n) &&
        !isFree(n) &&
        withRank(n.shape, shape.length).every((size, axis) => size === 1 || size === shape[axis]),
    );

/** The same scope, with separate names for the dims of a second stage. */
export const prefixed = (builder: ModuleBuilder, prefix: string): Scope => ({
  read: (node) => builder.read(node),
  write: (node) => builder.write(node),
  mark: (node) => builder.mark(node),
  dim: (name, value) => builder.dim(`${prefix}_${name}`, value),
  nameOf: (key) => builder.nameOf(key),
  step: (name) => builder.step(name),
  define: (functions) => builder.define(functions),
});
