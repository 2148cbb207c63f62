import type { Dataset } from "../data/dataset.ts";
import type { Gpu } from "../device/context.ts";
import { Executor } from "../device/executor.ts";
import { Storage } from "../device/storage.ts";
import { planTarget } from "../device/target.ts";
import type { Graph } from "../graph/graph.ts";
import type { TileChoice } from "../compile/kernels/target.ts";
import type { Loss } from "../nn/loss.ts";
import type { Model } from "../nn/sequential.ts";
import { lower } from "../compile/lower.ts";
import type { Plan } from "../compile/plan.ts";
import { checkFit } from "./check-data.ts";
import { type DataTensors, PREDICTED, dataTensors, sourceOf } from "./step.ts";

/** Number of forward passes that are kept, one for each number of rows. */
const FORWARDS = 16;

/** What is recorded for one model: its datasets on the device, and an executor for each requested graph. */
export class Recorder {
  readonly storage: Storage;
  readonly #gpu: Gpu;
  readonly #model: Model;
  readonly #loss: Loss;
  readonly #fuse: boolean;
  readonly #tensors = new Map<Dataset, DataTensors>();
  readonly #executors = new Map<string, Promise<Executor>>();
  /** Keys of the forward passes, most recently used last. */
  readonly #forwards = new Set<string>();
  #tile: TileChoice | undefined;

  constructor(gpu: Gpu, { model, loss, fuse }: { model: Model; loss: Loss; fuse: boolean }) {
    this.#gpu = gpu;
    this.#model = model;
    this.#loss = loss;
    this.#fuse = fuse;
    this.storage = new Storage(gpu, "this trainer");
  }

  /** Puts a dataset on the device, once. @throws ActigradError "data" if it does not fit model or loss */
  upload(dataset: Dataset): DataTensors {
    const known = this.#tensors.get(dataset);
    if (known !== undefined) return known;
    const source = sourceOf(dataset);
    const name = `data${this.#tensors.size}`;
    if (source === undefined) checkFit(dataset, this.#model, this.#loss);
    else source.check(this.#model, this.#loss);
    const tensors = source?.tensors(name) ?? dataTensors(dataset, name);
    this.storage.buffer(tensors.x.name, tensors.x, "data");
    this.storage.write(tensors.x.name, dataset.x);
    this.storage.buffer(tensors.y.name, tensors.y, "data");
    this.storage.write(tensors.y.name, dataset.kind === "classes" ? dataset.labels : dataset.targets);
    this.#tensors.set(dataset, tensors);
    return tensors;
  }

  /** A graph as a plan for this device. */
  plan(graph: Graph): Plan {
    const tile = this.#tile === undefined ? {} : { tile: this.#tile };
    const { kernels } = this.#model;
    return lower(graph, planTarget(this.#gpu, { fuse: this.#fuse, kernels, ...tile }));
  }

  /** Changes tiles, in existing and future recordings. */
  async useTiles(choice: TileChoice | undefined): Promise<void> {
    this.#tile = choice;
    const executors = await Promise.all(this.#executors.values());
    await Promise.all(executors.map((executor) => executor.use(this.plan(executor.plan.graph))));
  }

  /** `executor` of a forward pass; keeps only as many as are likely to be needed again. */
  async forward(key: string, build: () => Graph, nameOf: (name: string) => string): Promise<Executor> {
    const executor = await this.executor(key, build, { draft: true, nameOf });
    this.#forwards.delete(key);
    this.#forwards.add(key);
    for (const oldest of [...this.#forwards].slice(0, -FORWARDS)) await this.#free(oldest);
    return executor;
  }

  /** Frees an executor, and a prediction's own rows unless another executor reads them too. */
  async #free(key: string): Promise<void> {
    const executor = await this.#executors.get(key);
    this.#executors.delete(key);
    this.#forwards.delete(key);
    executor?.dispose();
    const own = executor?.plan.buffers.find(({ name }) => name.startsWith(PREDICTED))?.name;
    if (own === undefined) return;
    const others = await Promise.allSettled(this.#executors.values());
    const readToo = others.some(
      (other) => other.status === "fulfilled" && other.value.plan.buffers.some(({ name }) => name === own),
    );
    if (!readToo) this.storage.delete(own);
  }

  /**
   * The executor of a graph, built if it is new.
   * @param options.draft begins with kernels that compile sooner; their bits are the same
   * @param options.nameOf see `Executor.load`
   */
  async executor(
    key: string,
    build: () => Graph,
    options: { draft: boolean; nameOf?: (name: string) => string },
  ): Promise<Executor> {
    const known = this.#executors.get(key);
    if (known !== undefined) {
      const executor = await known;
      if (!options.draft) await executor.refine();
      return executor;
    }
    const loading = Executor.load(this.plan(build()), this.storage, { ...options, label: key });
    this.#executors.set(key, loading);
    loading.catch(() => this.#executors.delete(key));
    return loading;
  }

  /** Frees everything that was put on the device. */
  dispose(): void {
    this.#executors.clear();
    this.storage.dispose();
  }
}
