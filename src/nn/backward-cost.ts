/** What the backward pass keeps of a model's forward pass, and what it recomputes. */
import { bytes } from "../core/shape.ts";
import { Graph, type Node, isFree } from "../graph/graph.ts";
import { operationsIn } from "../graph/ops/flops.ts";
import { grad } from "../graph/grad.ts";
import type { Precision } from "../graph/mixed.ts";
import { sum } from "../graph/ops/reduce.ts";
import { data, isHeld } from "../graph/ops/source.ts";
import type { Packing } from "../graph/kernel-spec.ts";
import type { Segments } from "./chain.ts";
import type { Parameter } from "./layer.ts";
import type { BuiltModel, Model } from "./sequential.ts";

/** A model built up to its gradients, with what the backward pass holds and recomputes. */
export interface BackwardCost {
  readonly graph: Graph;
  readonly input: Node;
  readonly built: BuiltModel;
  /** Parameters that have a gradient. */
  readonly trained: readonly Parameter[];
  /** Values of the forward pass that backward reads or recomputes others from, with the bytes kept of each. */
  readonly saved: ReadonlyMap<Node, number>;
  readonly savedBytes: number;
  /**
   * The most bytes that backward holds at a time: at its start, all saved values; while it recomputes a segment, the values saved
   * before the segment's end and the segment's own.
   */
  readonly peakBytes: number;
  readonly againFlops: number;
}

/** A value as it lies in memory: a rounded one in fewer bytes. */
const packingOf = ({ op: { kernel } }: Node): Packing | undefined =>
  kernel.kind === "pointwise" ? kernel.packing?.() : undefined;

/** Builds a model's step up to the gradients of the sum of its outputs, and counts. `segments` as in `Model.build`, `precision` as in `grad`. */
export function backwardCost(
  model: Model,
  batch: number,
  replicas: number,
  segments: Segments,
  precision?: Precision,
): BackwardCost {
  const graph = new Graph();
  const input = data(graph, "x", [1, batch, model.inputs]);
  const built = model.build(graph, input, replicas, true, segments);
  const statistics = new Set(built.updates.map(({ state }) => state));
  const trained = built.parameters.filter(({ node }) => !statistics.has(node) && !isHeld(node));
  const axes = built.output.shape.flatMap((_, axis) => (axis === 0 ? [] : [axis]));
  const loss = sum(built.output, axes);
  const gradients = grad(
    loss,
    trained.map(({ node }) => node),
    undefined,
    precision,
  );
  const wanted = new Set<Node>(gradients.filter((gradient) => gradient !== undefined));
  const kept = new Set<Node>();
  const saved = new Map<Node, number>();
  const again = new Map<string, Set<Node>>();
  // Reading a view means reading its input; of a rounded value nothing else is kept.
  const read = (node: Node, by: Node): void => {
    if (node.op.kernel.kind === "storage" || isFree(node) || packingOf(by) !== undefined) return;
    const packing = packingOf(node);
    const value = packing === undefined ? node : node.inputs[0]!;
    if (node.op.kernel.kind === "view") node.inputs.forEach((n) => read(n, by));
    else if (value.id <= loss.id) {
      if (kept.has(node)) return;
      kept.add(node);
      const size = bytes({ shape: node.shape, dtype: packing?.dtype ?? node.dtype });
      saved.set(value, (saved.get(value) ?? 0) + size);
    } else if (node.after !== undefined && (by.after === undefined || by.op.kernel.kind !== "pointwise")) {
      // Inputs of a kernel are stored; pointwise nodes join the kernel that reads them.
      again.set(node.segment, (again.get(node.segment) ?? new Set()).add(node));
    }
  };
  let againFlops = 0;
  for (const node of graph.nodes.slice(loss.id + 1).toReversed()) {
    if (!wanted.has(node)) continue;
    if (node.after !== undefined) againFlops += operationsIn(node);
    for (const operand of node.inputs) {
      wanted.add(operand);
      read(operand, node);
    }
  }
  const keptUpTo = (end: number): number =>
    [...saved].reduce((total, [{ id }, size]) => total + (id <= end ? size : 0), 0);
  const savedBytes = keptUpTo(loss.id);
  const whileAgain = [...again].map(([segment, values]) => {
    const end = graph.nodes.findLastIndex((node) => node.id <= loss.id && node.segment === segment);
    return keptUpTo(end) + [...values].reduce((total, node) => total + bytes(node), 0);
  });
  const peakBytes = Math.max(savedBytes, ...whileAgain);
  return { graph, input, built, trained, saved, savedBytes, peakBytes, againFlops };
}
