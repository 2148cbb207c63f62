import { ActigradError } from "../core/errors.ts";
import { type Node, isFree } from "../graph/graph.ts";
import { type Group, groupNodes } from "./group.ts";
import { isView, operandsOf, readsInPlace } from "./kernels/inline.ts";
import { assignOp } from "../graph/ops/assign.ts";

const standsAlone = new Set(["matmul", "conv", "pool", "along", "view", "search", "scatter", "custom"]);

/**
 * Which group contains which node, and which group must precede which: a group that computes a value precedes those that read it,
 * and every reader of a state's version precedes the group that replaces that version.
 */
export class GroupOrder {
  readonly #groups = new Set<Group>();
  readonly #of = new Map<Node, Group>();
  readonly #readers = new Map<Node, Node[]>();
  readonly #replacement = new Map<Node, Node>();

  constructor(nodes: readonly Node[]) {
    for (const node of nodes) {
      for (const [i, input] of node.inputs.entries()) {
        if (node.op === assignOp && i === 0) this.#replacement.set(input, node);
        else this.#readers.set(input, [...(this.#readers.get(input) ?? []), node]);
      }
    }
  }

  of(node: Node): Group | undefined {
    return this.#of.get(node);
  }

  add(group: Group): void {
    this.#groups.add(group);
    for (const node of groupNodes(group)) this.#of.set(node, group);
  }

  remove(group: Group): void {
    this.#groups.delete(group);
    for (const node of groupNodes(group)) this.#of.delete(node);
  }

  /** Records that the node is in the group. */
  put(node: Node, group: Group): void {
    this.#of.set(node, group);
  }

  take(node: Node, group: Group): void {
    if (this.#of.get(node) === group) this.#of.delete(node);
  }

  /** Whether no group has to precede itself. */
  isAcyclic(group: Group): boolean {
    return !this.#reaches(group, group, new Set());
  }

  /** Newest first: the last one made joins with the fewest constraints. */
  latestFirst(groups: ReadonlySet<Group>): Group[] {
    return [...this.#groups].filter((g) => groups.has(g)).toReversed();
  }

  /** Buffers that a group's kernel would bind: tensors read from outside, values read by others, states replaced. */
  storageBuffers(group: Group): number {
    const inside = new Set(groupNodes(group));
    const bound = new Set<Node>();
    for (const node of inside) {
      for (const input of operandsOf(node)) {
        const inPlace = isFree(input) && readsInPlace(node, input);
        if (!inside.has(input) && !inPlace) bound.add(input);
      }
      const readers = this.#readers.get(node) ?? [];
      const kept = [...node.graph.outputs.values()].includes(node);
      // A reader that is not placed yet may still join, unless it needs its own kernel.
      const leaves = (r: Node): boolean =>
        this.#of.has(r) ? this.#of.get(r) !== group : standsAlone.has(r.op.kernel.kind);
      if (node.op !== assignOp && (kept || readers.some(leaves))) bound.add(node);
    }
    return bound.size;
  }

  /** Groups that must directly precede this one. */
  before(group: Group): Set<Group> {
    const found = new Set<Group>();
    const note = (node: Node): void => {
      const maker = this.#of.get(node);
      if (maker !== undefined && maker !== group) found.add(maker);
      if (maker === undefined) node.inputs.forEach(note); // free nodes are computed in place: look through them
    };
    for (const node of groupNodes(group)) {
      node.inputs.forEach(note);
      if (node.op === assignOp)
        for (const reader of this.#readers.get(node.inputs[0]!) ?? []) this.#noteReader(reader, group, found);
    }
    return found;
  }

  #noteReader(reader: Node, group: Group, found: Set<Group>): void {
    const place = this.#of.get(reader);
    if (place !== undefined && place !== group) found.add(place);
    if (isView(reader)) for (const r of this.#readers.get(reader) ?? []) this.#noteReader(r, group, found);
  }

  #reaches(from: Group, target: Group, seen: Set<Group>): boolean {
    for (const group of this.before(from)) {
      if (group === target) return true;
      if (seen.has(group)) continue;
      seen.add(group);
      if (this.#reaches(group, target, seen)) return true;
    }
    return false;
  }

  /** All groups, each after those that must precede it; otherwise in the order of their first node. */
  sorted(): Group[] {
    const done = new Set<Group>();
    const open = new Set<Group>();
    const visit = (group: Group): void => {
      if (done.has(group)) return;
      if (open.has(group)) {
        const ops = groupNodes(group).map((n) => `%${n.id} ${n.op.name}`);
        throw new ActigradError(
          "plan",
          `a value is read after its replacement is needed, around ${ops.join(", ")}`,
          {
            hint: "read a state before assign replaces it, or read the new version",
          },
        );
      }
      open.add(group);
      for (const earlier of this.before(group)) visit(earlier);
      done.add(group);
      out.push(group);
    };
    const out: Group[] = [];
    const first = (g: Group): number => Math.min(...groupNodes(g).map((n) => n.id));
    for (const group of [...this.#groups].toSorted((a, b) => first(a) - first(b))) visit(group);
    return out;
  }
}
