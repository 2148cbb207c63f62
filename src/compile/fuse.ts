import { type Shape, as3d, sameShape } from "../core/shape.ts";
import { type Node, isFree } from "../graph/graph.ts";
import { isPickedRows, isView, operandsOf, readsInPlace, viewedBy } from "./kernels/inline.ts";
import { type Group, groupNodes, liesElsewhere, valueShape } from "./group.ts";
import { assignOp } from "../graph/ops/assign.ts";
import type { MatmulAttrs } from "../graph/ops/matmul.ts";
import { GroupOrder } from "./order.ts";

/** How far to fuse; less is for tests and measurements. */
export interface FuseOptions {
  /** False gives every op its own kernel. */
  readonly fuse: boolean;
  /** Storage buffers that one kernel may bind. */
  readonly maxStorageBuffers: number;
}

/**
 * Collects nodes into groups, one dispatch each. A pointwise node joins the kernel that computes one of its inputs if it has the
 * shape of that kernel's result, no cycle arises, and there are enough buffers. So bias, activation, activation gradient and the
 * optimizer's update end up in the epilogue of the product that computes their operand.
 */
export function fuse(nodes: readonly Node[], options: FuseOptions): Group[] {
  const consumers = new Map<Node, Node[]>(nodes.map((n) => [n, []]));
  for (const node of nodes) for (const input of node.inputs) consumers.get(input)!.push(node);
  const order = new GroupOrder(nodes);
  const homes = homesOf(nodes, consumers);
  const state: State = { order, consumers, homes, options };

  for (const node of nodes) {
    if (node.op.kernel.kind === "storage" || homes.has(node) || order.of(node) !== undefined) continue;
    if ((isFree(node) || isView(node)) && !needsStorage(node, consumers.get(node)!)) continue;
    if (!(options.fuse || node.op === assignOp) || !join(state, node)) start(state, node);
    for (const input of operandsOf(node)) relieve(state, order.of(input));
  }
  return order.sorted();
}

interface State {
  readonly order: GroupOrder;
  readonly consumers: ReadonlyMap<Node, readonly Node[]>;
  readonly homes: ReadonlyMap<Node, Node>;
  readonly options: FuseOptions;
}

/** Pointwise nodes that a kernel computes for itself: its operands, and nodes that only they need. */
function homesOf(nodes: readonly Node[], consumers: State["consumers"]): Map<Node, Node> {
  const homes = new Map<Node, Node>();
  const computes = ({ op: { kernel } }: Node): boolean =>
    kernel.kind === "custom" && kernel.computes === true;
  for (const node of nodes.toReversed()) {
    const readers = consumers.get(node)!;
    const [home, ...others] = new Set(readers.map((n) => homes.get(n) ?? n));
    const own = readers.find(computes) ?? (others.length === 0 ? home : undefined);
    if (own === undefined || !computes(own) || node.op.kernel.kind !== "pointwise" || isFree(node)) continue;
    if (sameShape(node.shape, own.inputs[0]!.shape)) homes.set(node, own);
  }
  return homes;
}

const isOutput = (node: Node): boolean => [...node.graph.outputs.values()].includes(node);

/** A free node or a view is computed where it is read, unless a kernel reads it as an operand or it is an output. */
const needsStorage = (node: Node, consumers: readonly Node[]): boolean =>
  isOutput(node) || consumers.some((c) => !readsInPlace(c, node));

/**
 * A group is filled in the hope that readers of its values will join. If one does not, the group has to store the value for it,
 * which may be one buffer too many: the latest nodes then move out, together if possible.
 */
function relieve(state: State, group: Group | undefined): void {
  const { order, consumers, options } = state;
  if (group === undefined) return;
  while (order.storageBuffers(group) > options.maxStorageBuffers) {
    // With a batch of one row nothing is summed: what follows its loss is a value of the row.
    const unsummed = group.kind === "rows" && group.sums.length === 0 && group.outer.length === 0;
    const part = unsummed ? group.inner : group.outer;
    const last = part.at(-1);
    if (last === undefined || groupNodes(group).length === 1) return; // not for fusing: the renderer says so
    part.pop();
    order.take(last, group);
    const readers = consumers.get(last)!.flatMap((n) => order.of(n) ?? []);
    const moved = readers.some((of) => of.kind === "pointwise" && tryPlace(state, of, [last]));
    if (!moved) order.add({ kind: "pointwise", anchors: [], inner: [], sums: [], outer: [last] });
  }
}

/** Puts a node into a new group; a reduction takes along the terms that only it reads. */
function start(state: State, node: Node): void {
  const { order, consumers, homes, options } = state;
  const { kind } = node.op.kernel;
  if (kind === "pointwise" || kind === "assign" || kind === "beside" || kind === "view") {
    order.add({ kind: "pointwise", anchors: [], inner: [], sums: [], outer: [node] });
    return;
  }
  if (kind === "storage") return;
  const inner = [...homes.keys()].filter((n) => homes.get(n) === node).toReversed();
  if (kind === "reduce" && options.fuse) {
    const source = order.of(node.inputs[0]!);
    const onlyReader = (n: Node): boolean =>
      consumers.get(n)!.every((c) => c === node || source!.outer.includes(c));
    // The terms' own kernel is merged into the sum if nothing else reads its results.
    if (
      source?.kind === "pointwise" &&
      source.outer.every((n) => !liesElsewhere(n) && onlyReader(n) && !isOutput(n))
    ) {
      inner.push(...source.outer);
      order.remove(source);
    }
  }
  const group: Group = { kind, anchors: [node], inner, sums: [], outer: [] };
  order.add(group);
  if (kind === "matmul" && options.fuse) takeBatch(state, group);
}

/**
 * The first product computes the rows of its batch as it loads them: rows picked from the data, and arithmetic on them. It stores
 * them for later products, because computing them more often would cost too much.
 */
function takeBatch({ order, consumers, options }: State, group: Group): void {
  const node = group.anchors[0]!;
  const batch = node.inputs[0]!;
  const source = order.of(batch);
  if ((node.attrs as MatmulAttrs).form !== "ab" || source?.kind !== "pointwise") return;
  const picks = new Set([batch, ...source.outer.flatMap((n) => [n, ...n.inputs])].filter(isPickedRows));
  const given = (n: Node): boolean =>
    source.outer.includes(n) || picks.has(n) || isFree(n) || n.op.kernel.kind === "storage";
  const cheap = ({ op: { kernel } }: Node): boolean =>
    kernel.kind === "pointwise" && kernel.functions === undefined && kernel.uses === undefined;
  const own = (n: Node): boolean =>
    n === batch || (!isOutput(n) && consumers.get(n)!.every((c) => source.outer.includes(c)));
  const fits = source.outer.every((n) => (picks.has(n) || cheap(n)) && own(n) && n.inputs.every(given));
  if (!fits || picks.size !== 1 || batch.shape[0] !== 1) return;
  order.remove(source);
  group.inner.push(...source.outer);
  order.add(group);
  if (order.isAcyclic(group) && order.storageBuffers(group) <= options.maxStorageBuffers) return;
  for (const n of group.inner.splice(0)) order.take(n, group);
  order.add(source);
}

/**
 * Adds a node to a group that computes one of its inputs: preferably a product or sum, then a pointwise group, the latest first.
 * Pointwise groups that compute its other inputs are merged into that group if possible.
 */
function join(state: State, node: Node): boolean {
  const { order } = state;
  const candidates = new Set<Group>();
  for (const input of node.inputs) {
    const group = order.of(input);
    if (group !== undefined && !(node.op === assignOp && node.inputs[0] === input)) candidates.add(group);
  }
  if (node.op.kernel.kind === "rows") for (const group of siblings(state, node)) candidates.add(group);
  const latest = order.latestFirst(candidates);
  const ordered = [
    ...latest.filter((g) => g.kind !== "pointwise"),
    ...latest.filter((g) => g.kind === "pointwise"),
  ];
  const target = ordered.find((group) => tryPlace(state, group, [node]));
  if (target === undefined) return false;
  for (const other of ordered) {
    if (other === target || other.kind !== "pointwise") continue;
    order.remove(other);
    if (!tryPlace(state, target, other.outer)) order.add(other);
  }
  return true;
}

/** Adds nodes to a group, in graph order, and removes them again if that does not work. */
function tryPlace(state: State, group: Group, nodes: readonly Node[]): boolean {
  const { order, options } = state;
  const placed: [Node[], Node][] = [];
  for (const node of nodes) {
    const part = placeIn(group, node);
    if (part === undefined) break;
    part.push(node);
    part.sort((a, b) => a.id - b.id);
    order.put(node, group);
    placed.push([part, node]);
  }
  const works = (): boolean =>
    !readsItself(state, group) &&
    order.isAcyclic(group) &&
    order.storageBuffers(group) <= options.maxStorageBuffers;
  if (placed.length === nodes.length && works()) return true;
  for (const [part, node] of placed) {
    part.splice(part.indexOf(node), 1);
    order.take(node, group);
  }
  return false;
}

/** A kernel cannot read values at other positions, or earlier ones, that it is only just computing. */
const readsItself = ({ order }: State, group: Group): boolean =>
  groupNodes(group).some((node) => viewedBy(node).some((n) => order.of(n) === group)) ||
  [...group.anchors, ...group.inner].some((node) => operandsOf(node).some((n) => group.outer.includes(n)));

/** Row kernels over the same logits and labels: loss, gradient and correctness come from one pass. */
function siblings({ order, consumers }: State, node: Node): Group[] {
  const [logits, labels] = node.inputs;
  return consumers
    .get(logits!)!
    .filter((n) => n !== node && n.op.kernel.kind === "rows" && n.inputs[1] === labels)
    .flatMap((n) => order.of(n) ?? []);
}

/** Kinds of nodes that a kernel can evaluate after its own result at a position. */
const fusesAtPosition: ReadonlySet<string> = new Set(["pointwise", "assign", "beside"]);

/** The part of a group that a node can join, or undefined. */
function placeIn(group: Group, node: Node): Node[] | undefined {
  const { kind } = node.op.kernel;
  const { after = 0 } = node;
  // Recomputed values would be stored if they were computed together with much earlier ones.
  if (groupNodes(group).some(({ id }) => id < after)) return undefined;
  const fits = (domain: Shape): boolean => sameShape(valueShape(node), domain);
  if (kind === "rows" && group.kind === "rows") {
    const upstream = node.inputs[2];
    return upstream === undefined || isFree(upstream) ? group.anchors : undefined;
  }
  if (group.kind === "rows") {
    const [z, m] = as3d(group.anchors[0]!.inputs[0]!.shape);
    const inRow = (n: Node): boolean => group.anchors.includes(n) || group.inner.includes(n);
    const inSum = (n: Node): boolean => group.sums.includes(n) || group.outer.includes(n);
    if (kind === "reduce" && inRow(node.inputs[0]!) && sameShape(node.shape, [z, 1, 1])) return group.sums;
    if (kind !== "pointwise" && kind !== "assign") return undefined;
    if (fits([z, 1, 1]) && node.inputs.some(inSum) && !node.inputs.some(inRow)) return group.outer;
    return kind === "pointwise" && fits([z, m, 1]) && !node.inputs.some(inSum) ? group.inner : undefined;
  }
  if (!fusesAtPosition.has(kind) || group.kind === "custom") return undefined;
  if (group.inner.some((n) => node.inputs.includes(n))) return undefined; // a sum's terms no longer exist when it is done
  return fits(valueShape(group.anchors[0] ?? group.outer[0]!)) && !replacesOperand(group, node)
    ? group.outer
    : undefined;
}

/** An in-place write is safe if the kernel reads the state only at the same position; operands are read everywhere. */
function replacesOperand(group: Group, node: Node): boolean {
  if (node.op !== assignOp) return false;
  const replaced = node.inputs[0]!;
  const readers = groupNodes(group).filter((n) => n.op !== assignOp && operandsOf(n).includes(replaced));
  return readers.some(
    (n) =>
      group.anchors.includes(n) ||
      group.inner.includes(n) ||
      viewedBy(n).includes(replaced) ||
      !sameShape(replaced.shape, valueShape(node)),
  );
}
