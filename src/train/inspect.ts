import { ActigradError } from "../core/errors.ts";
import type { Shape } from "../core/shape.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Executor } from "../device/executor.ts";
import { Graph, type Node } from "../graph/graph.ts";
import { lossOf } from "../nn/loss.ts";
import type { BuiltModel } from "../nn/sequential.ts";
import { grad } from "../ops/grad.ts";
import { data } from "../ops/source.ts";
import { type DataTensors, type StepSpec, batchOf } from "./step.ts";

/** What one layer gave for the inspected rows, row-major. */
export interface LayerActivity {
  /** [replicas, rows, features], of images [replicas, rows, height, width, channels]. */
  readonly shape: readonly [replicas: number, rows: number, ...sample: number[]];
  readonly output: Float32Array;
  /** d(mean loss)/d(output), the signal that backward brings to this layer; absent where there are no targets. */
  readonly gradient?: Float32Array;
}

/** The inspected rows: those of a dataset, or points that the host gives. */
export type InspectionSource =
  | { readonly dataset: Dataset; readonly tensors: DataTensors }
  | { readonly points: string };

/**
 * The forward pass in which every layer's result is an output: of a dataset's rows as training sees them (batch norm by the
 * inspected rows), with the signal that comes back to each layer; of points as evaluation and prediction do.
 */
export function activityGraph(
  spec: StepSpec,
  source: InspectionSource,
): BuiltModel & { readonly graph: Graph } {
  const graph = new Graph();
  if ("points" in source) {
    const x = data(graph, source.points, [1, spec.batch, spec.model.inputs]);
    const built = spec.model.build(graph, x, spec.replicas);
    for (const { name, output } of built.layers) graph.output(name, output);
    return { graph, ...built };
  }
  const { x, target } = batchOf(graph, source.dataset, source.tensors, spec, null);
  const built = spec.model.build(graph, x, spec.replicas, true);
  const loss = lossOf(spec.loss, built.output, target);
  const gradients = grad(
    loss,
    built.layers.map(({ output }) => output),
  );
  for (const [i, { name, output }] of built.layers.entries()) {
    graph.output(name, output);
    const gradient = gradients[i];
    if (gradient !== undefined) graph.output(gradientOf(name), gradient);
  }
  return { graph, ...built };
}

const gradientOf = (layer: string): string => `${layer}.gradient`;

/**
 * A recorded pass over fixed rows that leaves every layer's result in a buffer of its own, to be read or drawn from.
 * Made by `Trainer.inspect`; it sees the parameters as they are whenever `run` is called.
 */
export class Inspection {
  /** In the model's order. */
  readonly layers: readonly {
    readonly name: string;
    readonly title: string;
    /** [features], of images [height, width, channels]. */
    readonly shape: Shape;
  }[];
  readonly rows: number;
  readonly #executor: Executor;
  readonly #outputs: ReadonlyMap<string, Node>;
  readonly #replicas: number;
  readonly #points: string | undefined;

  /** @internal */
  constructor(
    executor: Executor,
    { layers, graph }: BuiltModel & { graph: Graph },
    spec: StepSpec,
    source: InspectionSource,
  ) {
    this.#executor = executor;
    this.#points = "points" in source ? source.points : undefined;
    this.#outputs = graph.outputs;
    this.#replicas = spec.replicas;
    this.rows = spec.batch;
    this.layers = layers.map(({ name, title, output }) => ({
      name,
      title,
      shape: output.shape.slice(2),
    }));
  }

  /** Submits the pass; does not wait. */
  run(): void {
    this.#executor.run([{ start: 0, epoch: 0, key0: 0, key1: 0 }]);
  }

  /** What a layer gave in the last run. */
  async read(layer: string): Promise<LayerActivity> {
    const node = this.#node(layer);
    const gradient = this.#outputs.get(gradientOf(layer));
    return {
      shape: [this.#replicas, this.rows, ...node.shape.slice(2)],
      output: await this.#values(node),
      ...(gradient && { gradient: await this.#values(gradient) }),
    };
  }

  /**
   * The buffer that holds a layer's output, to draw from without reading it back: f32[replicas or 1, rows, pitch] (of
   * images [..., rows, height, width, pitch]), where the pitch is the features rounded up to a multiple of 4 and what lies
   * beyond them is unspecified.
   */
  buffer(layer: string): ReturnType<Executor["buffer"]> {
    return this.#executor.buffer(this.#node(layer));
  }

  dispose(): void {
    this.#executor.dispose();
    if (this.#points !== undefined) this.#executor.storage.delete(this.#points);
  }

  #node(layer: string): Node {
    const node = this.#outputs.get(layer);
    if (node !== undefined) return node;
    const names = this.layers.map(({ name }) => name);
    throw new ActigradError("option", `the model has no layer "${layer}"`, {
      hint: `its layers: ${names.join(", ")}`,
    });
  }

  /** All replicas' values; what does not depend on a parameter is the same for all. */
  async #values(node: Node): Promise<Float32Array> {
    const values = (await this.#executor.readNode(node)) as Float32Array;
    if (node.shape[0] === this.#replicas) return values;
    const all = new Float32Array(values.length * this.#replicas);
    for (let r = 0; r < this.#replicas; r++) all.set(values, r * values.length);
    return all;
  }
}
