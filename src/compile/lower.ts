import { ActigradError } from "../core/errors.ts";
import { type StoredType, bytes } from "../core/shape.ts";
import { type Graph, type Node, flopsOf } from "../graph/graph.ts";
import type { Packing } from "../graph/kernel-spec.ts";
import { isPickedRows, operandsOf } from "./kernels/inline.ts";
import type { Families } from "./kernels/family.ts";
import { renderKernel } from "./kernels/render.ts";
import { type Group, groupNodes } from "./group.ts";
import type { Kernel } from "./kernels/kernel.ts";
import type { PackedTensors } from "./kernels/module.ts";
import type { KernelTarget } from "./kernels/target.ts";
import { assignOp, stateOf } from "../graph/ops/assign.ts";
import type { StorageAttrs } from "../graph/ops/source.ts";
import { layOutSteps } from "./steps.ts";
import { fuse } from "./fuse.ts";
import { type Lifetime, assignBuffers } from "./memory.ts";
import { type Dispatch, type Plan, type PlanBuffer } from "./plan.ts";

/** What a plan may depend on, besides its graph. */
export interface PlanOptions extends KernelTarget {
  /** Bytes that one storage binding may span. */
  readonly maxBindingBytes: number;
  /** False gives every op its own dispatch, for tests and for measuring the effect of fusion. */
  readonly fuse: boolean;
  /** Kernel families that the graph needs beyond the usual ones: a model's `kernels`. */
  readonly kernels?: Families;
}

/** Turns a graph into a plan. @throws ActigradError "limit" for tensors that the adapter cannot bind */
export function lower(graph: Graph, options: PlanOptions): Plan {
  const nodes = graph.live();
  const groups = fuse(nodes, options);
  const steps = layOutSteps(nodes);
  const stores = storedNodes(nodes, groups);
  const packed = packedNodes(stores, groups);
  const lies = (node: Node): StoredType => packed.get(node) ?? node;
  const render = (group: Group, target: KernelTarget): Kernel =>
    renderKernel(group, stores, packed, steps, target, options.kernels);
  const kernels = groups.map((group) => render(group, options));

  const place = new Map<Node, number>();
  const buffers: PlanBuffer[] = [];
  for (const node of nodes) {
    if (node.op.kernel.kind !== "storage") continue;
    const { role, name, values } = node.attrs as StorageAttrs;
    place.set(node, buffers.push({ role, name, bytes: bytes(node), ...(values && { values }) }) - 1);
  }
  const persistentBytes = buffers.reduce((total, b) => total + b.bytes, 0);

  const lifetimes = temporaryLifetimes(graph, groups, stores, lies);
  const temps = assignBuffers(lifetimes);
  for (const [node, index] of temps.place) place.set(node, buffers.length + index);
  buffers.push(...temps.buffers.map((size): PlanBuffer => ({ role: "temp", name: "", bytes: size })));
  for (const node of nodes) if (node.op === assignOp) place.set(node, place.get(stateOf(node))!);

  checkLimits(nodes, place, options);
  checkStarts(kernels, steps.rowBytes, options);
  const dispatches = groups.map((group, i): Dispatch => {
    const kernel = kernels[i]!;
    const draft = render(group, { ...options, draft: true });
    const bound = kernel.bindings.map(({ reads, writes }) => place.get((reads ?? writes)!)!);
    const touched = kernel.bindings.map(
      ({ reads, writes }) =>
        (reads ? bytesRead(reads, lies(reads), group) : 0) + (writes ? bytes(lies(writes)) : 0),
    );
    const [layer, ops] = [layerOf(group), opsOf(group)];
    return {
      label: `${layer === "" ? "" : `${layer}: `}${ops.join("+")}`, // hidden1: matmul+activation
      layer,
      ops,
      group,
      kernel,
      ...(draft.wgsl === kernel.wgsl ? {} : { draft }),
      buffers: bound,
      flops: groupNodes(group).reduce((total, n) => total + flopsOf(n), 0),
      bytes: touched.reduce((total, n) => total + n, 0),
    };
  });
  const memory = {
    tempBytes: temps.buffers.reduce((total, n) => total + n, 0),
    lowerBoundBytes: temps.lowerBoundBytes,
    unsharedBytes: lifetimes.reduce((total, t) => total + t.bytes, 0),
    persistentBytes,
  };
  return { graph, buffers, dispatches, steps, place, packed, memory };
}

/** Nodes whose value must leave their kernel, because another kernel or an output reads it. */
function storedNodes(nodes: readonly Node[], groups: readonly Group[]): Set<Node> {
  const groupOf = new Map(groups.flatMap((g) => groupNodes(g).map((n) => [n, g] as const)));
  const stores = new Set<Node>();
  for (const node of nodes) {
    for (const input of operandsOf(node)) {
      const maker = groupOf.get(input);
      // A node that is computed where it is read has no kernel: its readers ask for what it needs.
      if (maker !== undefined && groupOf.has(node) && groupOf.get(node) !== maker) stores.add(input);
    }
  }
  for (const node of nodes[0]?.graph.outputs.values() ?? []) if (groupOf.has(node)) stores.add(node);
  return stores;
}

/** What lies packed: values that say how, unless a custom kernel reads them, which takes its buffers as they are. */
function packedNodes(stores: ReadonlySet<Node>, groups: readonly Group[]): PackedTensors {
  const custom = groups.filter(({ kind }) => kind === "custom").flatMap(groupNodes);
  const plain = new Set(custom.flatMap(operandsOf));
  const packed = new Map<Node, StoredType & { readonly packing: Packing }>();
  for (const node of stores) {
    const { kernel } = node.op;
    const packing = kernel.kind === "pointwise" ? kernel.packing?.() : undefined;
    if (packing && !plain.has(node)) packed.set(node, { ...packing, shape: node.shape, packing });
  }
  return packed;
}

function temporaryLifetimes(
  graph: Graph,
  groups: readonly Group[],
  stores: ReadonlySet<Node>,
  lies: (node: Node) => StoredType,
): Lifetime<Node>[] {
  const first = new Map<Node, number>();
  const last = new Map<Node, number>();
  for (const [i, group] of groups.entries()) {
    for (const node of groupNodes(group)) {
      if (stores.has(node)) first.set(node, i);
      for (const input of operandsOf(node)) last.set(input, i);
    }
  }
  // An output is read after the plan has run.
  for (const node of graph.outputs.values()) last.set(node, groups.length);
  return [...stores]
    .filter((node) => node.op !== assignOp)
    .map((node) => ({
      key: node,
      bytes: bytes(lies(node)),
      first: first.get(node)!,
      last: last.get(node) ?? first.get(node)!,
    }));
}

function checkLimits(
  nodes: readonly Node[],
  place: ReadonlyMap<Node, number>,
  { maxBindingBytes }: PlanOptions,
): void {
  for (const node of nodes) {
    if (!place.has(node) || bytes(node) <= maxBindingBytes) continue;
    throw new ActigradError(
      "limit",
      `${node.label || node.op.name}: a tensor of ${bytes(node)} bytes, the adapter binds at most ${maxBindingBytes}`,
      { hint: "use a smaller batch or a narrower layer", bytes: bytes(node), maxBindingBytes },
    );
  }
}

/** Bytes of a uniform binding that every adapter supports. */
const UNIFORM_BYTES = 65_536;

function checkStarts(kernels: readonly Kernel[], rowBytes: number, { maxWorkgroups }: PlanOptions): void {
  const most = Math.max(...kernels.flatMap(({ workgroups }) => workgroups));
  if (most <= maxWorkgroups && rowBytes <= UNIFORM_BYTES) return;
  const wants =
    rowBytes > UNIFORM_BYTES
      ? `the scalars of a step take ${rowBytes} bytes, an adapter allows ${UNIFORM_BYTES}`
      : `a kernel needs ${most} workgroups in one dimension, the adapter allows ${maxWorkgroups}`;
  throw new ActigradError("limit", wants, { hint: "use fewer replicas" });
}

/** The bytes that a kernel reads of a tensor: of a table whose rows it picks, only those. */
function bytesRead(tensor: Node, lies: StoredType, group: Group): number {
  const picked = groupNodes(group)
    .flatMap((n) => [n, ...n.inputs])
    .filter((n) => isPickedRows(n) && n.inputs[0] === tensor)
    .map((n) => n.shape[1]!);
  if (picked.length === 0) return bytes(lies);
  return Math.min(1, Math.max(...picked) / tensor.shape[1]!) * bytes(tensor);
}

function opsOf(group: Group): string[] {
  const nodes = new Set(groupNodes(group).flatMap((n) => [...n.inputs.filter(isPickedRows), n]));
  return [...new Set([...nodes].map((n) => n.op.name))].filter((name) => name !== "expand");
}

/** The label of the first node in the group that has one: a layer's, otherwise that of a state that the group replaces. */
function layerOf(group: Group): string {
  const state = group.outer.find((n) => n.op === assignOp);
  return (group.anchors[0] ?? group.outer[0])!.label || (state ? stateOf(state).label : "");
}
