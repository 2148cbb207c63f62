import { disposeKey } from "../../core/dispose.ts";
import { ActigradError, unknownName } from "../../core/errors.ts";
import type { Shape } from "../../core/shape.ts";
import type { Dataset } from "../../data/dataset.ts";
import { Executor, MAX_STEPS } from "../../device/executor.ts";
import { Graph, type Node, type StepValues } from "../../graph/graph.ts";
import { lossOf } from "../../nn/loss.ts";
import type { BuiltModel } from "../../nn/sequential.ts";
import { grad } from "../../graph/grad.ts";
import { expand } from "../../graph/ops/reduce.ts";
import { type StorageAttrs, data, isHeld, state, storage } from "../../graph/ops/source.ts";
import type { Plan } from "../../compile/plan.ts";
import { rowsIn } from "../check-data.ts";
import { type Probe, type ProbeContext, defineProbe } from "./probes/probe.ts";
import { type DataTensors, type StepSpec, batchOf, modelOn } from "../step.ts";
import type { Trainer } from "../trainer.ts";

/** One layer's output for the inspected rows, row-major. */
export interface LayerActivity {
  /** [replicas, rows, features], or [replicas, rows, height, width, channels] for images. */
  readonly shape: readonly [replicas: number, rows: number, ...sample: number[]];
  readonly output: Float32Array;
  /** d(mean loss)/d(output), the signal that backward brings to this layer; absent without targets. */
  readonly gradient?: Float32Array;
}

/** The inspected rows: from a dataset, or points given by the host. */
export type InspectionSource =
  | { readonly dataset: Dataset; readonly tensors: DataTensors }
  | { readonly points: string };

/** What an inspection keeps for reading. */
export interface InspectOptions {
  /** How many of a dataset's first rows; all by default. */
  readonly rows?: number;
  /** What to measure in the pass; see `probes`. */
  readonly probes?: readonly Probe[];
  /** False keeps no layer's output for reading or drawing, only the results of probes. Default true. */
  readonly keep?: boolean;
}

/** The graph of an inspection: a forward pass, and a backward pass if there are targets. */
export interface ActivityGraph extends BuiltModel {
  readonly graph: Graph;
  /** d(mean loss)/d(output) by layer, if there are targets. */
  readonly gradients: ReadonlyMap<string, Node>;
  /** Results of each probe, by key. */
  readonly figures: ReadonlyMap<string, Readonly<Record<string, Node>>>;
  /** States that the probes keep between runs, and those that their optimizer keeps. */
  readonly kept: readonly string[];
}

/**
 * The forward pass with every layer's result, and every probe's, as an output. A dataset's rows run as in training (batch norm
 * over the inspected rows), with a backward pass; points run as in evaluation and prediction. @param prefix of the names of
 * states that probes keep
 */
export function activityGraph(
  spec: StepSpec,
  source: InspectionSource,
  { probes = [], keep = true }: InspectOptions,
  prefix: string,
): ActivityGraph {
  const graph = new Graph();
  const { x: shared, target } =
    "points" in source
      ? { x: data(graph, source.points, [1, spec.batch, spec.model.inputs]), target: undefined }
      : batchOf(graph, source.dataset, source.tensors, spec, null);
  const own = probes.some(({ ownInputs }) => ownInputs === true);
  const x = own ? expand(shared, [spec.replicas, ...shared.shape.slice(1)]) : shared;
  const { built, site } = modelOn(graph, { ...spec, segments: [] }, x, target !== undefined);
  const loss = target === undefined ? undefined : lossOf(spec.loss, built.output, target, site);
  const gradients = new Map<string, Node>();
  if (keep) {
    const outputs = built.layers.map(({ output }) => output);
    const signals = loss === undefined ? [] : grad(loss, outputs);
    for (const [i, { name, output }] of built.layers.entries()) {
      graph.output(name, output);
      const gradient = signals[i];
      if (gradient === undefined) continue;
      graph.output(`${name}.gradient`, gradient);
      gradients.set(name, gradient);
    }
  }
  const statistics = new Set(built.updates.map(({ state }) => state));
  const context: Omit<ProbeContext, "state"> = {
    graph,
    replicas: spec.replicas,
    rows: spec.batch,
    x,
    output: built.output,
    layers: built.layers.map(({ name, output }, i) => ({
      name,
      layer: spec.model.layers[i]!,
      input: built.layers[i - 1]?.output ?? x,
      output,
    })),
    parameters: built.parameters.filter(({ node }) => !statistics.has(node) && !isHeld(node)),
    target: () => target ?? withoutTargets(),
    gradients: (of) => grad(loss ?? withoutTargets(), of),
  };
  const figures = new Map<string, Readonly<Record<string, Node>>>();
  for (const probe of probes) {
    const keepState: ProbeContext["state"] = (name, shape) =>
      state(graph, `${prefix}/${probe.name}/${name}`, shape);
    const found = graph.scope(probe.name, () => probe.build({ ...context, state: keepState }));
    for (const [key, node] of Object.entries(found)) graph.output(`${probe.name}: ${key}`, node);
    figures.set(probe.name, found);
  }
  const trained = new Set(built.parameters.map(({ node }) => node));
  const kept = graph.nodes.filter(
    (node) => node.op === storage && (node.attrs as StorageAttrs).role === "state" && !trained.has(node),
  );
  return { graph, ...built, gradients, figures, kept: kept.map(({ label }) => label) };
}

function withoutTargets(): never {
  throw new ActigradError("option", "a probe needs targets, but points have none", {
    hint: "inspect a dataset instead",
  });
}

/** A probe's result: one array per key, each [replicas, ...] row-major. */
export type ProbeFigures = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>
>;

/** Counts inspections, to tell their tensors apart. */
let inspections = 0;

/**
 * Records a pass that looks into a trainer's layers: each one's output for the first `rows` of a dataset (all by default) and its
 * gradient, or its output for points of `model.inputs` numbers; and what `probes` measure. The caller disposes of it. It does not
 * affect training.
 * @throws ActigradError "shape" for points that are not whole numbers of rows, "data" for a dataset that does not fit
 */
export async function inspect(
  trainer: Trainer,
  source: Dataset | Float32Array,
  options: InspectOptions = {},
): Promise<Inspection> {
  const name = `inspect${inspections++}`;
  const [rows, from] =
    source instanceof Float32Array
      ? placePoints(trainer, source, `${name}.x`)
      : rowsOf(trainer, source, options.rows);
  const spec = trainer.spec(rows);
  const probes = (options.probes ?? []).map(defineProbe);
  const built = activityGraph(spec, from, { ...options, probes }, name);
  const executor = await Executor.load(trainer.plan(built.graph), trainer.storage, {
    draft: true,
    label: name,
  });
  return new Inspection(executor, built, spec, from, probes);
}

function rowsOf(
  { recorder }: Trainer,
  dataset: Dataset,
  rows = dataset.rows,
): [rows: number, source: InspectionSource] {
  const tensors = recorder.upload(dataset);
  if (Number.isInteger(rows) && rows >= 1 && rows <= dataset.rows) return [rows, { dataset, tensors }];
  throw new ActigradError("option", `inspect: rows must be 1 to ${dataset.rows}, got ${rows}`);
}

function placePoints(
  { storage, options: { model } }: Trainer,
  x: Float32Array,
  points: string,
): [rows: number, source: InspectionSource] {
  const rows = rowsIn(model, x, "inspect");
  storage.buffer(points, { shape: [1, rows, model.inputs], dtype: "f32" }, "data");
  storage.write(points, x);
  return [rows, { points }];
}

/**
 * A recorded pass over fixed rows that leaves every layer's output in its own buffer, for reading or drawing. Made by `inspect`;
 * each `run` uses the current parameters.
 */
export class Inspection {
  /** In the model's order. */
  readonly layers: readonly {
    readonly name: string;
    readonly title: string;
    /** [features], or [height, width, channels] for images. */
    readonly shape: Shape;
  }[];
  readonly rows: number;
  readonly #executor: Executor;
  readonly #outputs: ReadonlyMap<string, Node>;
  readonly #gradients: ReadonlyMap<string, Node>;
  readonly #figures: ActivityGraph["figures"];
  readonly #replicas: number;
  readonly #points: string | undefined;
  readonly #probes: readonly Probe[];
  readonly #kept: readonly string[];
  #runs = 0;

  /** @internal */
  constructor(
    executor: Executor,
    { layers, graph, gradients, figures, kept }: ActivityGraph,
    spec: StepSpec,
    source: InspectionSource,
    probes: readonly Probe[],
  ) {
    this.#executor = executor;
    this.#probes = probes;
    this.#kept = kept;
    this.#points = "points" in source ? source.points : undefined;
    this.#outputs = graph.outputs;
    this.#gradients = gradients;
    this.#figures = figures;
    this.#replicas = spec.replicas;
    this.rows = spec.batch;
    this.layers = layers.map(({ name, title, output }) => ({
      name,
      title,
      shape: output.shape.slice(2),
    }));
  }

  /** Submits the pass, several times for probes that learn (up to 64 in one submit); does not wait. */
  run(count = 1): void {
    const steps = Array.from({ length: count }, (_, i) => {
      const own = this.#probes.map((probe) => probe.scalars?.(this.#runs + i, this.#replicas));
      return Object.assign({ start: 0, epoch: 0, key0: 0, key1: 0 }, ...own) as StepValues;
    });
    this.#runs += count;
    for (let i = 0; i < count; i += MAX_STEPS) this.#executor.run(steps.slice(i, i + MAX_STEPS));
  }

  /** The recorded graph, for plans and for the float64 interpreter. */
  get plan(): Plan {
    return this.#executor.plan;
  }

  /** A probe's result in the last run. @throws ActigradError "option" for a probe that was not requested */
  async figures(probe: string): Promise<ProbeFigures> {
    const nodes = this.#figures.get(probe);
    if (nodes === undefined) throw unknownName("probe of this inspection", probe, [...this.#figures.keys()]);
    const found: Record<string, ProbeFigures[string]> = {};
    for (const [key, node] of Object.entries(nodes)) {
      const shape = [this.#replicas, ...node.shape.slice(1)];
      found[key] = { shape, data: await this.#values(node) };
    }
    return found;
  }

  /** The same as numbers, if each key has one figure per replica. */
  async numbers(probe: string): Promise<Readonly<Record<string, readonly number[]>>> {
    const found = await this.figures(probe);
    return Object.fromEntries(Object.entries(found).map(([key, { data: values }]) => [key, [...values]]));
  }

  /** A layer's output in the last run. */
  async read(layer: string): Promise<LayerActivity> {
    const node = this.#node(layer);
    const gradient = this.#gradients.get(layer);
    return {
      shape: [this.#replicas, this.rows, ...node.shape.slice(2)],
      output: await this.#values(node),
      ...(gradient && { gradient: await this.#values(gradient) }),
    };
  }

  /**
   * The buffer of a layer's output, to draw from without reading it back: f32[replicas or 1, rows, pitch] ([..., rows, height,
   * width, pitch] for images). The pitch is the number of features rounded up to a multiple of 4; elements beyond the features
   * are unspecified.
   */
  buffer(layer: string): ReturnType<Executor["buffer"]> {
    return this.#executor.buffer(this.#node(layer));
  }

  /** Frees its memory on the device. */
  dispose(): void {
    this.#executor.dispose();
    for (const name of [...this.#kept, ...(this.#points === undefined ? [] : [this.#points])])
      this.#executor.storage.delete(name);
  }

  /** `dispose`, for `using`. */
  [disposeKey](): void {
    this.dispose();
  }

  #node(layer: string): Node {
    const node = this.#outputs.get(layer);
    if (node !== undefined) return node;
    const names = this.layers.map(({ name }) => name);
    const absent = !names.includes(layer);
    throw new ActigradError(
      "option",
      absent ? `the model has no layer "${layer}"` : `layer "${layer}" was not kept`,
      { hint: absent ? `its layers: ${names.join(", ")}` : "inspect with keep: true" },
    );
  }

  /** All replicas' values; a result that does not depend on a parameter is repeated. */
  async #values(node: Node): Promise<Float32Array> {
    const values = (await this.#executor.readNode(node)) as Float32Array;
    if (node.shape[0] === this.#replicas) return values;
    const all = new Float32Array(values.length * this.#replicas);
    for (let r = 0; r < this.#replicas; r++) all.set(values, r * values.length);
    return all;
  }
}
