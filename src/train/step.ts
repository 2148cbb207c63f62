import { permutationKey } from "../core/random.ts";
import type { DType, Shape } from "../core/shape.ts";
import { type Dataset, sampleSize } from "../data/dataset.ts";
import { Graph, type Node, type StepValues } from "../graph/graph.ts";
import type { Segments } from "../nn/chain.ts";
import { type Loss, type ModelSite, eachOf, lossOf, lossParts, orOne, total } from "../nn/loss.ts";
import type { BuiltModel, Model } from "../nn/sequential.ts";
import type { GradientSearch } from "../optim/gradient-search.ts";
import { assign, record } from "../graph/ops/assign.ts";
import { classMask, labelIs } from "../graph/ops/classes.ts";
import { correct } from "../graph/ops/crossEntropy.ts";
import { batchIndices, gather } from "../graph/ops/gather.ts";
import { aliveName, stillAlive } from "../graph/ops/guard.ts";
import { grad } from "../graph/grad.ts";
import type { Precision } from "../graph/mixed.ts";
import { add, div, greater, mul, sub, where } from "../graph/ops/pointwise.ts";
import { expand } from "../graph/ops/reduce.ts";
import { constant, data, isHeld, ring, state, stepScalar } from "../graph/ops/source.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { RING } from "./losses.ts";
import type { Metric } from "./metric.ts";
import { type UpdateOptions, appendUpdates } from "./update.ts";

/** What every graph over a dataset is built from. */
export interface StepSpec {
  readonly model: Model;
  readonly loss: Loss;
  readonly replicas: number;
  /** Rows per batch. */
  readonly batch: number;
  /** For each layer, the segment that backward recomputes (see `Model.build`). */
  readonly segments?: Segments;
  /** How backward keeps values (see `grad`). */
  readonly precision?: Precision | undefined;
}

/** A dataset's tensors on the device, by name. */
export interface DataTensors {
  readonly x: { readonly name: string; readonly shape: Shape; readonly dtype: DType };
  readonly y: { readonly name: string; readonly shape: Shape; readonly dtype: DType };
}

/** Names and types of a dataset's tensors on the device; `prefix` tells datasets apart. */
export function dataTensors(dataset: Dataset, prefix: string): DataTensors {
  const { rows } = dataset;
  const width = dataset.kind === "classes" ? 1 : dataset.width;
  return {
    x: {
      name: `${prefix}.x`,
      shape: [1, rows, sampleSize(dataset)],
      dtype: dataset.x instanceof Uint8Array ? "u8" : "f32",
    },
    y: { name: `${prefix}.y`, shape: [1, rows, width], dtype: dataset.kind === "classes" ? "u32" : "f32" },
  };
}

/** Puts a dataset on the device and picks a step's samples, if they are not rows of a table (see `tokenDataset`). */
export interface RowSource {
  /** Rows per batch of an evaluation. */
  readonly forward: number;
  /** @throws ActigradError "data" if the dataset does not fit model or loss */
  check(model: Model, loss: Loss): void;
  tensors(prefix: string): DataTensors;
  /** x as the model takes it, y as the loss does. */
  batch(graph: Graph, tensors: DataTensors, spec: StepSpec, seed: number | null): { x: Node; y: Node };
}

export const sourceOf = ({ source }: Dataset): RowSource | undefined => source as RowSource | undefined;

/**
 * The batch of a step: rows picked by index, with bytes converted and normalised as they are picked. Targets are given as stored
 * in the dataset (y), and as the loss takes them.
 */
export function batchOf(
  graph: Graph,
  dataset: Dataset,
  tensors: DataTensors,
  spec: StepSpec,
  seed: number | null,
) {
  const own = sourceOf(dataset)?.batch(graph, tensors, spec, seed);
  if (own !== undefined) return { ...own, target: own.y };
  const table = data(graph, tensors.x.name, tensors.x.shape, tensors.x.dtype);
  const targets = data(graph, tensors.y.name, tensors.y.shape, tensors.y.dtype);
  const whole = spec.batch === dataset.rows;
  const wholeX = whole && table.dtype === "f32";
  const { loss } = spec;
  if (wholeX) return { x: table, y: targets, target: targetsFor(loss, dataset, targets) };
  // A full batch has no order: every row is in every batch.
  const indices = batchIndices(graph, { count: spec.batch, rows: dataset.rows, seed: whole ? null : seed });
  const picked = gather(table, indices);
  const { normalise } = dataset;
  const x = normalise === undefined ? picked : add(mul(picked, normalise.scale), normalise.shift);
  const y = gather(targets, indices, targets.dtype === "u32" ? "u32" : "f32");
  return { x, y, target: targetsFor(loss, dataset, y) };
}

/** The targets as a loss takes them: a loss on values sees classes as rows of its two values. */
function targetsFor(loss: Loss, dataset: Dataset, y: Node): Node {
  if (dataset.kind === "values" || loss.targets === "classes") return y;
  const [other, own] = loss.oneHot ?? [0, 1];
  const mask = classMask(y, dataset.classes);
  return other === 0 && own === 1 ? mask : add(mul(mask, own - other), other);
}

/** The model on a batch, and what its loss may see. */
export function modelOn(
  graph: Graph,
  { model, loss, replicas, segments }: StepSpec,
  shared: Node,
  training: boolean,
): { readonly built: BuiltModel; readonly site: ModelSite } {
  const x = loss.ofModel === true ? expand(shared, [replicas, ...shared.shape.slice(1)]) : shared;
  const built = model.build(graph, x, replicas, training, segments);
  const again = (points: Node): Node =>
    graph.tied(() => model.build(graph, points, replicas, training).output);
  return { built, site: { x, model: again } };
}

/** One training step as a graph: batch, forward, loss, backward, update. */
export interface TrainingGraph extends BuiltModel {
  readonly graph: Graph;
  /** One per replica, f32 [R, 1, 1]; 0 if it is a mean over nothing. */
  readonly loss: Node;
  /** The divisor of the mean, if it varies: 0 for a skipped step. f32 [1 or R, 1, 1] */
  readonly count?: Node;
  /** Norm of the gradients before clipping, if they are clipped by norm. */
  readonly norm?: Node;
}

/**
 * Builds a training step. Its effects: it replaces parameters and moments, writes the loss into the ring at `slot`, and updates
 * `alive`, which becomes 0 for a replica whose loss is not finite. The update of that same step is already a no-op, so the
 * weights that gave the bad loss stay. A step whose mean is over nothing (no label counts) is skipped: it changes nothing, and
 * the ring of counts records it. Elements of a gradient that are not finite are not applied either, and set `alive` to 0 in the
 * next step (see `guard`).
 */
export function trainingGraph(
  spec: StepSpec,
  dataset: Dataset,
  tensors: DataTensors,
  optimizer: Optimizer,
  seed: number | null,
  update: UpdateOptions = {},
): TrainingGraph {
  const graph = new Graph();
  const { x, target } = batchOf(graph, dataset, tensors, spec, seed);
  const { built, site } = modelOn(graph, spec, x, true);
  const { sum: sumOfLosses, count } = lossParts(spec.loss, built.output, target, site);
  const loss = count === undefined ? sumOfLosses : div(sumOfLosses, orOne(count));
  const alive = state(graph, aliveName, [spec.replicas, 1, 1]);
  const slots = [RING, spec.replicas, 1];
  record(ring(graph, "losses", slots), loss, "slot");
  if (count !== undefined) record(ring(graph, "counts", slots), expand(count, loss.shape), "slot");
  const living = assign(alive, stillAlive(alive, loss));
  const accumulates = (update.accumulate ?? 1) > 1;
  const gradients = grad(
    accumulates ? sumOfLosses : loss,
    built.parameters.map((p) => p.node),
    undefined,
    spec.precision,
  );
  const place = { optimizer, replicas: spec.replicas, alive: living, ...(count && { count }) };
  const norm = appendUpdates(built.parameters, gradients, place, update);
  if (norm !== undefined) record(ring(graph, "norms", slots), norm, "slot");
  for (const { state: running, value } of built.updates)
    assign(running, count === undefined ? value : where(greater(count, 0), value, running));
  return { ...built, graph, loss, ...(count && { count }), ...(norm && { norm }) };
}

/** Names of a model's parameters that no gradient changes: running statistics and held values. */
export function statisticsOf(model: Model, replicas: number): ReadonlySet<string> {
  const graph = new Graph();
  const x = data(graph, "x", [1, 2, model.inputs]); // one row has no variance
  const { updates, parameters } = model.build(graph, x, replicas, true);
  const held = parameters.map(({ node }) => node).filter(isHeld);
  return new Set([...updates.map(({ state: running }) => running), ...held].map(({ label }) => label));
}

/** The step scalars that pick the batch of a step, counted from 0. The last partial batch of an epoch is dropped. */
export function batchScalars(step: number, rows: number, batch: number, seed: number): StepValues {
  const perEpoch = Math.floor(rows / batch);
  const epoch = Math.floor(step / perEpoch);
  const [key0, key1] = permutationKey(seed, epoch);
  return { start: (step % perEpoch) * batch, epoch, key0, key1, slot: step % RING };
}

/** Prefix of the states that hold an evaluation's sums. */
export const EVALUATION = "evaluation.";

/**
 * One batch of an evaluation as a graph: sums over the batch's rows of losses, divisors, correct answers and metrics, added to
 * `evaluation` states, which the step scalar `keep` keeps (1) or clears (0).
 */
export function evaluationGraph(
  spec: StepSpec,
  dataset: Dataset,
  tensors: DataTensors,
  metrics: Iterable<Metric> = [],
): Graph {
  const graph = new Graph();
  const { x, y, target } = batchOf(graph, dataset, tensors, spec, null);
  const { built, site } = modelOn(graph, spec, x, false);
  const { output } = built;
  const { loss, replicas } = spec;
  const keep = stepScalar(graph, "keep");
  const keepSum = (name: string, value: Node): void => {
    const sums = state(graph, EVALUATION + name, [replicas, ...value.shape.slice(1)]);
    assign(sums, add(mul(sums, keep), value));
  };
  const accumulate = (name: string, values: Node): void =>
    keepSum(name, total(expand(values, [values.shape[0]!, y.shape[1]!, ...values.shape.slice(2)])));
  const each = eachOf(loss, output, target, site);
  accumulate("loss", each);
  accumulate("count", countsOf(loss, each, output, target));
  const { ignoreIndex } = loss;
  const ignores = dataset.kind === "classes" && ignoreIndex !== undefined;
  const counted = ignores ? sub(1, labelIs(y, ignoreIndex)) : constant(graph, 1);
  if (dataset.kind === "classes") accumulate("correct", mul(correct(output, y), counted));
  accumulate("judged", counted);
  for (const { name, sums } of metrics)
    for (const [sum, value] of Object.entries(sums({ output, target: y, counted })))
      keepSum(`${name}.${sum}`, value);
  return graph;
}

/** The divisor of the losses' sum, as a sum over the rows. */
function countsOf(loss: Loss, each: Node, output: Node, target: Node): Node {
  const { reduction } = loss;
  if (reduction === "batchmean" || reduction === "sum") return constant(output.graph, 1);
  return loss.counts?.(output, target) ?? constant(output.graph, each.shape[2]!);
}

/** Prefix of the tensors of rows to predict. */
export const PREDICTED = "predict";

/** The forward pass over rows that the host writes to `predict<batch>.x`; its result is the output `prediction`. */
export function predictionGraph({
  model,
  replicas,
  batch,
}: StepSpec): BuiltModel & { readonly graph: Graph } {
  const graph = new Graph();
  const x = data(graph, `${PREDICTED}${batch}.x`, [1, batch, model.inputs]);
  const built = model.build(graph, x, replicas);
  graph.output("prediction", built.output);
  return { graph, ...built };
}

/** How to search for the first tensor that is not finite. */
export interface InspectionGraph extends BuiltModel {
  readonly graph: Graph;
  /** Where it runs backward. */
  readonly searchBack?: ReturnType<GradientSearch["record"]>;
}

/**
 * The forward pass of a training step's own batch with every layer's result as an output, to find the first bad one.
 * @param search for the backward pass too
 */
export function inspectionGraph(
  spec: StepSpec,
  dataset: Dataset,
  tensors: DataTensors,
  seed: number | null,
  search?: GradientSearch,
): InspectionGraph {
  const graph = new Graph();
  const { x, target } = batchOf(graph, dataset, tensors, spec, seed);
  const { built, site } = modelOn(graph, spec, x, true);
  for (const { name, output } of built.layers) graph.output(name, output);
  if (search === undefined) return { graph, ...built };
  const loss = lossOf(spec.loss, built.output, target, site);
  const parameters = built.parameters.map(({ node }) => node);
  return { graph, ...built, searchBack: search.record(loss, parameters, spec.precision) };
}
