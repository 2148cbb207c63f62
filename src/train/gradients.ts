/** The gradients of a loss, without a training step. */
import { permutationKey } from "../core/random.ts";
import { elements } from "../core/shape.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Weights } from "../data/formats/tensor.ts";
import { Executor } from "../device/executor.ts";
import { grad } from "../graph/grad.ts";
import { Graph } from "../graph/graph.ts";
import type { Parameter } from "../nn/layer.ts";
import { lossOf } from "../nn/loss.ts";
import { type Batch, copyOf, isDataset } from "./batch.ts";
import { datasetOf } from "./check-batch.ts";
import { type DataTensors, type StepSpec, batchOf, dataTensors, modelOn } from "./step.ts";
import type { Trainer } from "./trainer.ts";
import type { TrainingSite } from "./training.ts";

/** Result of `gradients`: an entry for each replica. */
export interface Gradients {
  readonly loss: readonly number[];
  /** d(loss)/d(parameter) with the names and layouts of `Trainer.weights`; running statistics have none. */
  readonly gradients: readonly Weights[];
}

interface Pass {
  readonly executor: Executor;
  readonly parameters: readonly Parameter[];
}

/** The recorded passes of one trainer: one per dataset, and one for plain arrays, whose buffers are reused. */
class GradientPasses {
  readonly #site: TrainingSite;
  readonly #ofDatasets = new Map<Dataset, Pass>();
  #ofArrays: { readonly key: string; readonly tensors: DataTensors; readonly pass: Pass } | undefined;

  constructor(site: TrainingSite) {
    this.#site = site;
  }

  /** Submits a pass over the rows; resolves once submitted. @throws ActigradError "data" */
  async submit(rows: Dataset | Batch): Promise<{ result: Promise<Gradients> }> {
    const pass = isDataset(rows) ? await this.#passOf(rows) : await this.#passOver(rows);
    const { dataSeed, step } = this.#site;
    const [key0, key1] = permutationKey(dataSeed, step); // what a training step at this place would draw
    pass.executor.run([{ start: 0, epoch: step, key0, key1 }]);
    return { result: this.#read(pass) };
  }

  async #passOf(dataset: Dataset): Promise<Pass> {
    const known = this.#ofDatasets.get(dataset);
    if (known !== undefined) return known;
    const pass = await this.#record(dataset, this.#site.recorder.upload(dataset));
    this.#ofDatasets.set(dataset, pass);
    return pass;
  }

  async #passOver(batch: Batch): Promise<Pass> {
    const { storage } = this.#site.recorder;
    const dataset = datasetOf(batch, this.#site.spec, "gradients");
    const { kind, x, normalise, rows } = dataset;
    const key = JSON.stringify([kind, x.constructor.name, normalise, rows]);
    if (this.#ofArrays?.key !== key) {
      this.#freeArrays();
      const tensors = dataTensors(dataset, "gradients");
      for (const tensor of [tensors.x, tensors.y]) storage.buffer(tensor.name, tensor, "data");
      this.#ofArrays = { key, tensors, pass: await this.#record(dataset, tensors) };
    }
    const { tensors, pass } = this.#ofArrays;
    storage.write(tensors.x.name, x);
    storage.write(tensors.y.name, dataset.kind === "classes" ? dataset.labels : dataset.targets);
    return pass;
  }

  #freeArrays(): void {
    if (this.#ofArrays === undefined) return;
    const { pass, tensors } = this.#ofArrays;
    pass.executor.dispose();
    for (const { name } of [tensors.x, tensors.y]) this.#site.recorder.storage.delete(name);
    this.#ofArrays = undefined;
  }

  async #record(dataset: Dataset, tensors: DataTensors): Promise<Pass> {
    const { recorder, spec } = this.#site;
    const { graph, parameters } = gradientGraph({ ...spec, batch: dataset.rows }, dataset, tensors);
    return {
      executor: await Executor.load(recorder.plan(graph), recorder.storage, { label: "gradients" }),
      parameters,
    };
  }

  async #read({ executor, parameters }: Pass): Promise<Gradients> {
    // All copies start before the first await: the next pass uses the same buffers.
    const [loss, ...values] = await Promise.all([
      executor.output("loss"),
      ...parameters.map(({ node }) => executor.output(node.label)),
    ]);
    const { replicas } = this.#site.spec;
    const of = (r: number): Weights =>
      new Map(
        parameters.flatMap(({ views }, p) => {
          const own = values[p]!;
          const offset = (r * own.length) / replicas;
          return views.map(({ name, shape, index }) => {
            const data = Float32Array.from({ length: elements(shape) }, (_, i) => own[offset + index(i)]!);
            return [name, { shape, data }] as const;
          });
        }),
      );
    return { loss: [...loss!], gradients: Array.from({ length: replicas }, (_, r) => of(r)) };
  }
}

/** The loss of all rows as training computes it, and its gradients, as outputs; replaces nothing. */
export function gradientGraph(
  spec: StepSpec,
  dataset: Dataset,
  tensors: DataTensors,
): { readonly graph: Graph; readonly parameters: readonly Parameter[] } {
  const graph = new Graph();
  const { x, target } = batchOf(graph, dataset, tensors, spec, null);
  const { built, site } = modelOn(graph, spec, x, true);
  const loss = lossOf(spec.loss, built.output, target, site);
  graph.output("loss", loss);
  const gradients = grad(
    loss,
    built.parameters.map(({ node }) => node),
  );
  const parameters = built.parameters.filter((_, i) => gradients[i] !== undefined);
  for (const [i, { node }] of built.parameters.entries())
    if (gradients[i] !== undefined) graph.output(node.label, gradients[i]);
  return { graph, parameters };
}

const passesOf = new WeakMap<TrainingSite, GradientPasses>();

/**
 * The loss of some rows and its gradients, as the next training step would see them (batch statistics, random draws of
 * activations), but with any number of rows, all in one batch; neither clipped nor accumulated. Changes nothing.
 * @param rows a dataset, or the caller's own arrays
 * @throws ActigradError "data" for rows that do not fit, "device-lost", "disposed"
 */
export async function gradients(trainer: Trainer, rows: Dataset | Batch): Promise<Gradients> {
  const { site } = trainer;
  site.recorder.storage.assertUsable();
  const own = isDataset(rows) ? rows : copyOf(rows);
  const passes = passesOf.get(site) ?? new GradientPasses(site);
  passesOf.set(site, passes);
  const { result } = await site.turns.take(() => passes.submit(own));
  return result;
}
