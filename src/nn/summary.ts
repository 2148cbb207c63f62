import { elements } from "../core/shape.ts";
import type { Precision } from "../graph/mixed.ts";
import { operationsIn } from "../graph/ops/flops.ts";
import { backwardCost } from "./backward-cost.ts";
import type { Recompute } from "./segments.ts";
import type { Model } from "./sequential.ts";

/** One layer of a summary. */
export interface LayerSummary {
  /** Its place in the model: "0". */
  readonly name: string;
  /** `linear(784, 128)` */
  readonly title: string;
  /** Output shape, batch first: [batch, features], or [batch, height, width, channels]. */
  readonly shape: readonly number[];
  /** Number of trained values. */
  readonly parameters: number;
  /** Floating-point operations of the forward pass over the batch. */
  readonly flops: number;
  /** Bytes of its values that backward reads, as stored on the device (with padding). */
  readonly savedBytes: number;
}

/** What a model consists of, by layer and in total; as text, a table. */
export interface ModelSummary {
  readonly layers: readonly LayerSummary[];
  readonly batch: number;
  readonly parameters: number;
  readonly flops: number;
  readonly savedBytes: number;
  /** The most bytes that backward holds at a time, saved or recomputed. */
  readonly peakBytes: number;
  /** Floating-point operations of what backward recomputes. */
  readonly againFlops: number;
  /** A table for people. */
  toString(): string;
}

/** Options of `summary`. */
export interface SummaryOptions {
  /** Number of rows. Default 32. */
  readonly batch?: number;
  /** Number of replicas of the parameters. Default 1. */
  readonly replicas?: number;
  /** A budget of bytes for backward, as the trainer takes it. */
  readonly recompute?: Recompute;
  /** How backward keeps values, as the trainer takes it. */
  readonly precision?: Precision;
}

/**
 * What a model consists of and costs in training, for a batch of this many rows: layers, output shapes, parameters, FLOPs, and
 * bytes saved for backward; `String(...)` gives a table.
 * @throws ActigradError "shape" for a batch that a layer cannot be trained with, "option" for a budget that is too small
 */
export function summary(model: Model, options: SummaryOptions = {}): ModelSummary {
  const { batch = 32, replicas = 1, recompute, precision } = options;
  const segments = recompute?.(model, { batch, replicas, precision }) ?? [];
  const { graph, input, built, trained, saved, ...backward } = backwardCost(
    model,
    batch,
    replicas,
    segments,
    precision,
  );
  const isTrained = new Set(trained);
  const last = built.output.id;
  let from = input.id + 1;
  const layers = built.layers.map(({ name, title, output, parameters: kept }, i): LayerSummary => {
    const to = i === built.layers.length - 1 ? last : output.id;
    const own = graph.nodes.slice(from, to + 1);
    from = to + 1;
    const parameters = kept.filter((parameter) => isTrained.has(parameter));
    return {
      name,
      title,
      shape: output.shape.slice(1),
      parameters: total(parameters, ({ views }) => total(views, ({ shape }) => elements(shape))),
      flops: total(own, (node) => (node.op.kernel.kind === "storage" ? 0 : operationsIn(node))),
      savedBytes: total(own, (node) => saved.get(node) ?? 0),
    };
  });
  const all = {
    layers,
    batch,
    parameters: total(layers, (l) => l.parameters),
    flops: total(layers, (l) => l.flops),
    savedBytes: backward.savedBytes,
    peakBytes: backward.peakBytes,
    againFlops: backward.againFlops,
  };
  return { ...all, toString: () => format(all) };
}

const total = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((sofar, item) => sofar + of(item), 0);

/** 1234567 as "1,234,567". */
const grouped = (n: number): string => String(n).replaceAll(/\B(?=(\d{3})+$)/g, ",");

function format({
  layers,
  batch,
  parameters,
  flops,
  savedBytes,
  againFlops,
  peakBytes,
}: Omit<ModelSummary, "toString">): string {
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
  const lines = table
    .map((row) =>
      row.map((cell, i) => (i < 3 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  "),
    )
    .map((line) => line.trimEnd());
  if (againFlops > 0) {
    const share = ((100 * againFlops) / flops).toFixed(0);
    lines.push(
      `recomputed in backward: ${grouped(againFlops)} FLOPs, ${share} % of the forward pass; ` +
        `at most ${grouped(peakBytes)} bytes held at a time`,
    );
  }
  return lines.join("\n");
}
