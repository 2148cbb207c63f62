import { ActigradError } from "../core/errors.ts";
import { elements } from "../core/shape.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Gpu } from "../device/context.ts";
import { Executor } from "../device/executor.ts";
import type { Storage } from "../device/storage.ts";
import type { Graph, StepValues } from "../graph/graph.ts";
import type { TileChoice } from "../compile/kernels/target.ts";
import type { Parameter } from "../nn/layer.ts";
import type { Loss } from "../nn/loss.ts";
import { chooseSegments } from "../nn/segments.ts";
import type { Model } from "../nn/sequential.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import type { Plan } from "../compile/plan.ts";
import {
  type Checkpoint,
  type Position,
  checkPosition,
  checkStates,
  readStates,
  writeStates,
} from "./checkpoint.ts";
import { checkMetrics, rowsIn } from "./check-data.ts";
import { type Evaluation, readEvaluation } from "./evaluation.ts";
import { explainDivergence } from "./diverged.ts";
import { type BadLoss, type FitOptions, type FitResult, fitLoop } from "./fit.ts";
import { Recorder } from "./recorder.ts";
import * as step from "./step.ts";
import { type UpdateOptions, averageOf, checkUpdate, updateScalars } from "./update.ts";
import { type Weights, readWeights, writeWeights } from "./weights.ts";

/** Options of `Trainer.create`. */
export interface TrainerOptions extends UpdateOptions {
  readonly model: Model;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  /** Rows of a training step. */
  readonly batch: number;
  /** One replica a seed: they start from different weights and see the same batches. Default: one, seed 0. */
  readonly seeds?: readonly number[];
  /** Seed of the order in which batches are drawn, shared by all replicas. Default 0. */
  readonly dataSeed?: number;
  /**
   * Bytes that backward may hold of the forward pass, padding included: what does not fit is computed again in backward, in
   * runs of layers. Less memory, more time, the same bits. Without it everything is kept; see also the layer `recompute`.
   */
  readonly recompute?: number;
  /** False runs every op as a kernel of its own: for tests and for measuring what fusion brings. */
  readonly fuse?: boolean;
}

/** Predictions of every replica: [replicas, rows, outputs], row-major. */
export interface Prediction {
  readonly shape: readonly [replicas: number, rows: number, outputs: number];
  readonly data: Float32Array;
}

/** `average`: with the moving averages of the weights (see `ema`) instead of the weights. */
export interface EvaluateOptions extends step.Metrics {
  readonly signal?: AbortSignal;
  readonly average?: boolean;
}

/** Rows that an evaluation or a prediction takes at a time. */
const FORWARD_ROWS = 1000;

/**
 * Trains R replicas of one model in one recorded step. Parameters live on the device and stay there between `fit`,
 * `evaluate` and `predict`; everything else is recorded once for each dataset.
 */
export class Trainer {
  readonly gpu: Gpu;
  readonly options: Required<Omit<TrainerOptions, keyof UpdateOptions | "recompute">> &
    Pick<TrainerOptions, keyof UpdateOptions | "recompute">;
  readonly storage: Storage;
  readonly parameters: readonly Parameter[];
  /** Steps trained so far. */
  step = 0;
  /** @internal */
  readonly recorder: Recorder;
  readonly #training = new Map<Dataset, step.TrainingGraph>();
  readonly #statistics: ReadonlySet<string>;
  readonly #segments: readonly string[] = [];

  private constructor(gpu: Gpu, options: TrainerOptions) {
    this.gpu = gpu;
    this.options = { seeds: [0], dataSeed: 0, fuse: true, ...options };
    this.recorder = new Recorder(gpu, this.options);
    this.storage = this.recorder.storage;
    this.parameters = step.predictionGraph(this.spec(1)).parameters;
    this.#statistics = step.statisticsOf(options.model, this.replicas);
    const { model, batch, recompute: bytes } = options;
    if (bytes !== undefined)
      this.#segments = chooseSegments(model, { batch, replicas: this.replicas, bytes });
  }

  /**
   * Places the starting parameters on the device.
   * @throws ActigradError "option" for a batch below 1, no seed, or too small a budget to recompute by; "limit" when the
   * device has no room.
   */
  static async create(gpu: Gpu, options: TrainerOptions): Promise<Trainer> {
    const { batch, seeds = [0] } = options;
    if (!Number.isSafeInteger(batch) || batch < 1) {
      throw new ActigradError("option", `batch must be a whole number of at least 1, got ${batch}`);
    }
    if (seeds.length === 0)
      throw new ActigradError("option", "seeds: at least one is needed, one for each replica");
    checkUpdate(options);
    const trainer = new Trainer(gpu, options);
    trainer.reset();
    await gpu.idle();
    return trainer;
  }

  /** Networks that train side by side: one a seed. */
  get replicas(): number {
    return this.options.seeds.length;
  }

  /** @internal */
  spec(batch: number): step.StepSpec {
    return { model: this.options.model, loss: this.options.loss, replicas: this.replicas, batch };
  }

  /** Puts parameters, moments and the step count back to the start. */
  reset(): void {
    this.step = 0;
    this.options.optimizer.schedule?.watch?.reset();
    this.storage.clear((name) => name.includes("/")); // moments, named after their parameter
    for (const { node, init } of this.parameters) {
      const values = new Float32Array(elements(node.shape));
      const each = values.length / this.replicas;
      for (const [r, seed] of this.options.seeds.entries()) values.set(init(seed), r * each);
      for (const name of this.options.ema === undefined
        ? [node.label]
        : [node.label, averageOf(node.label)]) {
        this.storage.buffer(name, node);
        this.storage.write(name, values);
      }
    }
    const alive = { shape: [this.replicas, 1, 1], dtype: "f32" } as const;
    this.storage.buffer("alive", alive);
    this.storage.write("alive", new Float32Array(this.replicas).fill(1));
  }

  /** A graph as a plan for this device. */
  plan(graph: Graph): Plan {
    return this.recorder.plan(graph);
  }

  /** Takes other tiles for its products (see `tune`), in recorded steps too. No bit of a result changes. */
  useTiles(choice: TileChoice | undefined): Promise<void> {
    return this.recorder.useTiles(choice);
  }

  /** The executor of a graph that only runs forward, with the weights or with their averages. */
  #forward(key: string, build: () => Graph, average: boolean): Promise<Executor> {
    this.#checkAverage(average);
    const own = new Set(this.parameters.map(({ node }) => node.label));
    const nameOf = (name: string): string => (average && own.has(name) ? this.#averageOf(name) : name);
    return this.recorder.executor(average ? `${key} averaged` : key, build, { draft: true, nameOf });
  }

  /** The recorded training step of a dataset, with the kernels that a longer training ends up with. */
  recorded(dataset: Dataset): Promise<{ executor: Executor; training: step.TrainingGraph }> {
    return this.#record(dataset, false);
  }

  async #record(
    dataset: Dataset,
    draft: boolean,
  ): Promise<{ executor: Executor; training: step.TrainingGraph }> {
    const { batch, optimizer, dataSeed } = this.options;
    if (dataset.rows < batch) {
      throw new ActigradError(
        "data",
        `batch ${batch} is larger than dataset "${dataset.name}" (${dataset.rows} rows)`,
        {
          hint: `take a batch of at most ${dataset.rows}`,
        },
      );
    }
    const tensors = this.recorder.upload(dataset);
    const known = this.#training.get(dataset);
    const training =
      known ??
      step.trainingGraph(
        { ...this.spec(batch), segments: this.#segments },
        dataset,
        tensors,
        optimizer,
        dataSeed,
        this.options,
      );
    this.#training.set(dataset, training);
    const executor = await this.recorder.executor(`train ${tensors.x.name}`, () => training.graph, {
      draft,
    });
    return { executor, training };
  }

  /** The scalars of step `index` over a dataset: its batch, its slot in the ring of losses, the optimizer's. */
  stepValues(dataset: Dataset, index: number): StepValues {
    const { batch, dataSeed, optimizer } = this.options;
    return {
      ...step.batchScalars(index, dataset.rows, batch, dataSeed),
      ...updateScalars(index, this.replicas, optimizer, this.options),
    };
  }

  /**
   * Trains on a dataset.
   * @throws ActigradError "diverged" when a loss is not finite: which step, which replica, which layer went first; the
   * weights are then those that the bad loss came from, and `details.losses` holds the losses before it. "data" when the dataset does not fit; "device-lost".
   */
  async fit(dataset: Dataset, options: FitOptions = {}): Promise<FitResult> {
    const { executor } = await this.#record(dataset, true);
    const { batch } = this.options;
    const { replicas } = this;
    return fitLoop(
      {
        replicas,
        batch,
        stepsPerEpoch: Math.floor(dataset.rows / batch),
        run: (count) => {
          executor.run(Array.from({ length: count }, (_, i) => this.stepValues(dataset, this.step + i)));
          this.step += count;
        },
        losses: async (count) => {
          const last = this.step;
          const ring = (await this.storage.read("losses")) as Float32Array;
          const rows = Array.from({ length: count }, (_, i) => (last - count + i) % step.RING);
          return Float32Array.from(
            rows.flatMap((row) => [...ring.subarray(row * replicas, (row + 1) * replicas)]),
          );
        },
        explain: (bad) => this.#explain(dataset, bad),
      },
      options,
    );
  }

  async #explain(dataset: Dataset, { stepsAgo, ...bad }: BadLoss): Promise<ActigradError> {
    const { batch, dataSeed } = this.options;
    const at = this.step - 1 - stepsAgo;
    const inspection = step.inspectionGraph(
      this.spec(batch),
      dataset,
      this.recorder.upload(dataset),
      dataSeed,
    );
    const executor = await Executor.load(this.plan(inspection.graph), this.storage);
    try {
      executor.run([this.stepValues(dataset, at)]);
      return await explainDivergence(executor, inspection, { ...bad, step: at, replicas: this.replicas });
    } finally {
      executor.dispose();
    }
  }

  /** Tells the optimizer's schedule the losses of an evaluation, one a replica: `reduceOnPlateau` goes by them. */
  observe(losses: readonly number[]): void {
    this.options.optimizer.schedule?.watch?.observe(losses);
  }

  /** Running statistics have no averages beside them: they are some. */
  #averageOf(parameter: string): string {
    return this.#statistics.has(parameter) ? parameter : averageOf(parameter);
  }

  /** @throws ActigradError "option" where averages are wanted that are not kept */
  #checkAverage(average: boolean): void {
    if (!average || this.options.ema !== undefined) return;
    throw new ActigradError("option", "no averages of the weights are kept", {
      hint: "give the trainer an ema",
    });
  }

  /**
   * Mean loss and accuracy over a whole dataset, its ragged last batch included.
   * @throws ActigradError "data" when the dataset does not fit, "aborted"
   */
  async evaluate(dataset: Dataset, options: EvaluateOptions = {}): Promise<Evaluation> {
    const { signal, average = false, ...metrics } = options;
    checkMetrics(dataset, metrics);
    const tensors = this.recorder.upload(dataset);
    const count = Math.min(dataset.rows, FORWARD_ROWS);
    const build = (): Graph => step.evaluationGraph(this.spec(count), dataset, tensors, metrics);
    const executor = await this.#forward(
      `evaluate ${tensors.x.name} ${JSON.stringify(metrics)}`,
      build,
      average,
    );
    for (let start = 0; start < dataset.rows; start += count) {
      if (signal?.aborted === true) throw new ActigradError("aborted", "the evaluation was stopped");
      executor.run([{ start, rows: dataset.rows - start, keep: start === 0 ? 0 : 1 }]);
    }
    return readEvaluation(this.storage, dataset, this.options, metrics);
  }

  /**
   * The model's outputs for rows of `model.inputs` numbers each, normalised as in training.
   * @throws ActigradError "shape" when x holds no whole number of rows.
   */
  async predict(x: Float32Array, { average = false }: { average?: boolean } = {}): Promise<Prediction> {
    const { inputs, outputs } = this.options.model;
    const total = rowsIn(this.options.model, x, "predict");
    const rows = Math.min(total, FORWARD_ROWS);
    const build = (): Graph => step.predictionGraph(this.spec(rows)).graph;
    const executor = await this.#forward(`predict ${rows}`, build, average);
    const data = new Float32Array(this.replicas * total * outputs);
    for (let start = 0; start < total; start += rows) {
      const part = new Float32Array(rows * inputs);
      part.set(x.subarray(start * inputs, (start + rows) * inputs));
      this.storage.write(`predict${rows}.x`, part);
      executor.run([{}]);
      const values = (await executor.output("prediction")) as Float32Array;
      const wanted = Math.min(rows, total - start) * outputs;
      for (let r = 0; r < this.replicas; r++) {
        data.set(
          values.subarray(r * rows * outputs, r * rows * outputs + wanted),
          (r * total + start) * outputs,
        );
      }
    }
    return { shape: [this.replicas, total, outputs], data };
  }

  /** The parameters of one replica, or their moving averages, named and laid out as PyTorch's. */
  async weights(replica = 0, { average = false }: { average?: boolean } = {}): Promise<Weights> {
    this.#checkAverage(average);
    const nameOf = (name: string): string => (average ? this.#averageOf(name) : name);
    return readWeights(this.storage, this.parameters, this.replicas, replica, nameOf);
  }

  /** Gives every replica these parameters. @throws ActigradError "shape" that lists what is missing or does not fit. */
  setWeights(weights: Weights): void {
    writeWeights(this.storage, this.parameters, this.replicas, weights);
  }

  #position(dataset: Dataset): Omit<Position, "step" | "schedule"> {
    const { seeds, dataSeed, batch, accumulate = 1, optimizer } = this.options;
    return { seeds, dataSeed, batch, accumulate, rows: dataset.rows, optimizer: optimizer.name };
  }

  /** All that `restore` needs to go on with training on this dataset as if it had never stopped: the same bits. */
  async checkpoint(dataset: Dataset): Promise<Checkpoint> {
    const { training } = await this.recorded(dataset);
    const schedule = this.options.optimizer.schedule?.watch?.save();
    const position = { ...this.#position(dataset), step: this.step, ...(schedule && { schedule }) };
    return { tensors: await readStates(this.storage, training.graph), position };
  }

  /**
   * Goes back to a checkpoint.
   * @throws ActigradError "shape" that lists the tensors that differ, "option" for another batch, seed or dataset,
   * "format" for a damaged one; the trainer is then as before
   */
  async restore(
    checkpoint: { tensors: Checkpoint["tensors"]; position: unknown },
    dataset: Dataset,
  ): Promise<void> {
    const { training } = await this.recorded(dataset);
    const position = checkPosition(checkpoint.position, this.#position(dataset));
    const { watch } = this.options.optimizer.schedule ?? {};
    checkStates(training.graph, checkpoint.tensors);
    if (watch !== undefined && position.schedule !== undefined) watch.restore(position.schedule);
    writeStates(this.storage, training.graph, checkpoint.tensors);
    this.step = position.step;
  }

  /** Frees everything that this trainer put on the device. */
  dispose(): void {
    this.recorder.dispose();
  }
}
