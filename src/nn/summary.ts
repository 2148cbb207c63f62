import { bytes, elements } from "../core/shape.ts";
import { Graph, type Node } from "../graph/graph.ts";
import { grad } from "../ops/grad.ts";
import { sum } from "../ops/reduce.ts";
import { data } from "../ops/source.ts";
import type { Model } from "./sequential.ts";

/** One layer of a summary. */
export interface LayerSummary {
  /** Its place in the model: "0". */
  readonly name: string;
  /** `linear(784, 128)` */
  readonly title: string;
  /** Of the output, the batch first: [batch, features], or [batch, height, width, channels]. */
  readonly shape: readonly number[];
  /** Numbers that are trained. */
  readonly parameters: number;
  /** Floating-point operations of the forward pass over the batch. */
  readonly flops: number;
  /** Bytes of its values that backward reads, as they lie on the device. */
  readonly savedBytes: number;
}

export interface ModelSummary {
  readonly layers: readonly LayerSummary[];
  readonly batch: number;
  readonly parameters: number;
  readonly flops: number;
  readonly savedBytes: number;
  /** A table for people. */
  toString(): string;
}

/**
 * What a model consists of and costs in training, for one replica and a batch of so many rows (32 by default).
 * @throws ActigradError "shape" for a batch that a layer cannot be trained with
 */
export function summarise(model: Model, { batch = 32 }: { batch?: number } = {}): ModelSummary {
  const graph = new Graph();
  const x = data(graph, "x", [1, batch, model.inputs]);
  const built = model.build(graph, x, 1, true);
  const last = built.output.id;
  const statistics = new Set(built.updates.map(({ state }) => state));
  const trained = built.parameters.filter(({ node }) => !statistics.has(node));
  const saved = savedForBackward(
    built.output,
    trained.map(({ node }) => node),
  );
  let from = x.id + 1;
  const layers = built.layers.map(({ name, title, output }, i): LayerSummary => {
    const to = i === built.layers.length - 1 ? last : output.id;
    const own = graph.nodes.slice(from, to + 1);
    from = to + 1;
    const parameters = trained.filter(({ node }) => node.label.startsWith(`${name}.`));
    return {
      name,
      title,
      shape: output.shape.slice(1),
      parameters: total(parameters, ({ views }) => total(views, ({ shape }) => elements(shape))),
      flops: total(own, (node) => (node.op.kernel.kind === "storage" ? 0 : flopsOf(node))),
      savedBytes: total(own, (node) => (saved.has(node) ? bytes(node) : 0)),
    };
  });
  const all = {
    layers,
    batch,
    parameters: total(layers, (l) => l.parameters),
    flops: total(layers, (l) => l.flops),
    savedBytes: total(layers, (l) => l.savedBytes),
  };
  return { ...all, toString: () => format(all) };
}

const total = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((sofar, item) => sofar + of(item), 0);

const flopsOf = (node: Node): number => node.op.flops?.(node) ?? elements(node.shape);

/** A pointwise node that reads no tensor: it is computed where it is needed, and never stored. */
const isFree = (node: Node): boolean => node.op.kernel.kind === "pointwise" && node.inputs.every(isFree);

/** The values of the forward pass that the backward pass reads; a view is read where its input lies. */
function savedForBackward(output: Node, parameters: readonly Node[]): Set<Node> {
  const { graph } = output;
  const axes = output.shape.flatMap((_, axis) => (axis === 0 ? [] : [axis]));
  const loss = sum(output, axes);
  const wanted = new Set<Node>();
  for (const gradient of grad(loss, parameters)) if (gradient !== undefined) wanted.add(gradient);
  const saved = new Set<Node>();
  const read = (node: Node): void => {
    if (node.id > loss.id || node.op.kernel.kind === "storage" || isFree(node)) return;
    if (node.op.kernel.kind === "view") node.inputs.forEach(read);
    else saved.add(node);
  };
  for (const node of graph.nodes.slice(loss.id + 1).toReversed()) {
    if (!wanted.has(node)) continue;
    for (const input of node.inputs) {
      wanted.add(input);
      read(input);
    }
  }
  return saved;
}

/** 1234567 as "1,234,567". */
const grouped = (n: number): string => String(n).replaceAll(/\B(?=(\d{3})+$)/g, ",");

function format({ layers, batch, parameters, flops, savedBytes }: Omit<ModelSummary, "toString">): string {
  const rows = layers.map((l) => [
    l.name,
    l.title,
    `[${l.shape.join(",")}]`,
    ...[l.parameters, l.flops, l.savedBytes].map(grouped),
  ]);
  const heading = ["", "layer", "output", "parameters", "FLOPs", "saved bytes"];
  const last = ["", `batch ${batch}`, "", ...[parameters, flops, savedBytes].map(grouped)];
  const table = [heading, ...rows, last];
  const widths = heading.map((_, i) => Math.max(...table.map((row) => row[i]!.length)));
  return table
    .map((row) =>
      row.map((cell, i) => (i < 3 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  "),
    )
    .map((line) => line.trimEnd())
    .join("\n");
}
