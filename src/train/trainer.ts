import { development } from "../core/development.ts";
import { disposeKey } from "../core/dispose.ts";
import { ActigradError, checkOptions } from "../core/errors.ts";
import { elements } from "../core/shape.ts";
import { checkFields } from "../data/check-fields.ts";
import { type Dataset, stepsPerEpoch } from "../data/dataset.ts";
import type { Weights } from "../data/formats/tensor.ts";
import type { Gpu } from "../device/context.ts";
import { type Executor, MAX_STEPS } from "../device/executor.ts";
import type { Storage } from "../device/storage.ts";
import type { Graph, StepValues } from "../graph/graph.ts";
import type { Precision } from "../graph/mixed.ts";
import { aliveName } from "../graph/ops/guard.ts";
import type { TileChoice } from "../compile/kernels/target.ts";
import type { Parameter } from "../nn/layer.ts";
import { type Loss, checkLoss } from "../nn/loss.ts";
import type { Recompute } from "../nn/segments.ts";
import type { Model } from "../nn/sequential.ts";
import { type Optimizer, checkOptimizer } from "../optim/optimizer.ts";
import type { Plan } from "../compile/plan.ts";
import { checkCreate, checkMap, checkRows, remarkOnLoss } from "./check-calls.ts";
import { rowsIn } from "./check-data.ts";
import { type Evaluation, readEvaluation } from "./evaluation.ts";
import { type FitOptions, type FitResult, type Submit, checkFitOptions, fitLoop, stepsOf } from "./fit.ts";
import { type Metrics, checkMetrics } from "./metric.ts";
import { Recorder } from "./recorder.ts";
import type { Recovery } from "./recovery.ts";
import * as step from "./step.ts";
import { Training, type TrainingSite, assertCanTrain } from "./training.ts";
import { Turns } from "./turns.ts";
import { type UpdateOptions, averageOf, checkUpdate } from "./update.ts";
import { readWeights, writeWeights } from "./weights.ts";

/** Options of `Trainer.create`. */
export interface TrainerOptions extends UpdateOptions {
  readonly model: Model;
  /** A loss, or a function that makes one: `crossEntropy` for `crossEntropy()`. */
  readonly loss: Loss | (() => Loss);
  /** An optimizer, or a function that makes one: `adam` for `adam()`. */
  readonly optimizer: Optimizer | (() => Optimizer);
  /** Rows per training step. */
  readonly batch: number;
  /** One replica per seed: replicas start from different weights and see the same batches. Default: one, seed 0. */
  readonly seeds?: readonly number[];
  /** Seed of the order of batches, shared by all replicas. Default 0. */
  readonly dataSeed?: number;
  /**
   * Which forward values backward recomputes, by segments of layers: `withinBytes(2e9)`. Less memory, more time, the same bits.
   * Default: everything is kept. See also the layer `recompute`.
   */
  readonly recompute?: Recompute;
  /** `mixed` keeps what backward reads of the forward pass as bfloat16, in half the bytes. Default: everything is float32. */
  readonly precision?: Precision;
  /** Continues by itself when the device is lost: `recovery()`. By default every later call fails with "device-lost". */
  readonly recover?: Recovery;
  /** False runs every op as a separate kernel, for tests and for measuring the effect of fusion. */
  readonly fuse?: boolean;
}

/** Options that have no default. */
type Absent = "recompute" | "precision" | "recover";

/** Predictions of every replica: [replicas, rows, outputs], row-major. */
export interface Prediction {
  readonly shape: readonly [replicas: number, rows: number, outputs: number];
  readonly data: Float32Array;
}

/** Options of `Trainer.evaluate`. */
export interface EvaluateOptions<M extends Metrics = Record<never, never>> {
  readonly signal?: AbortSignal;
  /** Uses the moving averages of the weights (see `ema`) instead of the weights. */
  readonly average?: boolean;
  /** Metrics besides loss and accuracy, by the names for their values: `{ top5: topK(5) }`. */
  readonly metrics?: M;
}

/** A record, or the result of a function without arguments that makes one. */
const made = <T extends object>(given: T | (() => T)): T =>
  typeof given === "function" && given.length === 0 ? given() : (given as T);

/** Rows that an evaluation or a prediction takes at a time. */
const FORWARD_ROWS = 1000;

/**
 * Runs of rows, each of its own length. None is padded with rows that do not exist, because a model may look across its batch
 * (softmax along it, batch norm without running statistics).
 */
function chunksOf(total: number, most = FORWARD_ROWS): { readonly start: number; readonly rows: number }[] {
  const starts = Array.from({ length: Math.ceil(total / most) }, (_, i) => i * most);
  return starts.map((start) => ({ start, rows: Math.min(most, total - start) }));
}

/**
 * Trains R replicas of one model in one recorded step. Parameters stay on the device between `fit`, `evaluate` and `predict`;
 * everything else is recorded once per dataset.
 */
export class Trainer {
  readonly gpu: Gpu;
  readonly options: Required<Omit<TrainerOptions, keyof UpdateOptions | Absent>> &
    Pick<TrainerOptions, keyof UpdateOptions | Absent> & {
      loss: Loss;
      optimizer: Optimizer;
    };
  readonly storage: Storage;
  readonly parameters: readonly Parameter[];
  /** @internal */
  readonly recorder: Recorder;
  /** @internal */
  readonly site: TrainingSite;
  readonly #trainings = new Map<Dataset, Training>();
  readonly #statistics: ReadonlySet<string>;

  private constructor(gpu: Gpu, given: TrainerOptions) {
    if (development) checkCreate(gpu, given);
    const { model, batch, recompute, precision, seeds = [0] } = given;
    if (!Number.isSafeInteger(batch) || batch < 1) {
      throw new ActigradError("option", `batch must be a whole number of at least 1, got ${batch}`);
    }
    if (seeds.length === 0)
      throw new ActigradError("option", "seeds: at least one is needed, one for each replica");
    const [loss, optimizer] = [made(given.loss), made(given.optimizer)];
    checkLoss(loss);
    checkOptimizer(optimizer);
    checkUpdate(given);
    if (development) remarkOnLoss(model, loss);
    this.gpu = gpu;
    this.options = { dataSeed: 0, fuse: true, ...given, seeds, loss, optimizer };
    this.recorder = new Recorder(gpu, this.options);
    this.storage = this.recorder.storage;
    this.storage.journal = given.recover?.(this.storage, () => this.step);
    this.parameters = step.predictionGraph(this.spec(1)).parameters;
    this.#statistics = step.statisticsOf(model, this.replicas);
    const segments = recompute?.(model, { batch, replicas: this.replicas, precision }) ?? [];
    this.site = {
      recorder: this.recorder,
      spec: { ...this.spec(batch), segments, precision },
      optimizer,
      update: given,
      dataSeed: this.options.dataSeed,
      step: 0,
      turns: new Turns(),
      trainings: new Turns(),
      asksForBatches: false,
    };
    try {
      this.reset();
    } catch (error) {
      this.dispose(); // it may have placed a part
      throw error;
    }
  }

  /** Steps trained so far. */
  get step(): number {
    return this.site.step;
  }

  /** Sets the number of steps done, which schedules and random numbers depend on. */
  set step(steps: number) {
    this.site.step = steps;
  }

  /**
   * Puts the starting parameters on the device.
   * @throws ActigradError "option" for an unknown option, a batch below 1, an empty list of seeds, or too small a budget for
   * recomputing; "limit" if the device has no room
   */
  static async create(gpu: Gpu, options: TrainerOptions): Promise<Trainer> {
    const trainer = new Trainer(gpu, options);
    try {
      await trainer.storage.settled();
      return trainer;
    } catch (error) {
      trainer.dispose();
      throw error;
    }
  }

  /** Number of networks that train side by side, one per seed. */
  get replicas(): number {
    return this.options.seeds.length;
  }

  /** @internal */
  spec(batch: number): step.StepSpec {
    return { model: this.options.model, loss: this.options.loss, replicas: this.replicas, batch };
  }

  /** Resets parameters, moments and the step count. */
  reset(): void {
    this.storage.assertUsable();
    this.step = 0;
    this.options.optimizer.schedule?.watch?.reset();
    this.storage.clearStates();
    const namesOf = ({ node: { label } }: Parameter): string[] =>
      this.options.ema === undefined ? [label] : [label, averageOf(label)];
    // Finds out whether the device has room before spending minutes on starting values.
    for (const parameter of this.parameters)
      for (const name of namesOf(parameter)) this.storage.buffer(name, parameter.node, "state");
    for (const parameter of this.parameters) {
      const values = new Float32Array(elements(parameter.node.shape));
      const each = values.length / this.replicas;
      for (const [r, seed] of this.options.seeds.entries()) values.set(parameter.init(seed), r * each);
      for (const name of namesOf(parameter)) this.storage.write(name, values);
    }
    const alive = { shape: [this.replicas, 1, 1], dtype: "f32" } as const;
    this.storage.buffer(aliveName, alive, "state");
    this.storage.write(aliveName, new Float32Array(this.replicas).fill(1));
  }

  /** A graph as a plan for this device. */
  plan(graph: Graph): Plan {
    return this.recorder.plan(graph);
  }

  /** Uses other tiles for its products (see `tune`), in recorded steps too. No bit of a result changes. */
  async useTiles(choice: TileChoice | undefined): Promise<void> {
    this.storage.assertUsable();
    return this.recorder.useTiles(choice);
  }

  /** The executor of a forward graph, with the weights or with their averages. */
  #forward(key: string, build: () => Graph, average: boolean): Promise<Executor> {
    this.#checkAverage(average);
    const own = new Set(this.parameters.map(({ node }) => node.label));
    const nameOf = (name: string): string => (average && own.has(name) ? this.#averageOf(name) : name);
    return this.recorder.forward(average ? `${key} averaged` : key, build, nameOf);
  }

  /** The recorded training step of a dataset, with the kernels that a longer training ends up with. */
  async recorded(dataset: Dataset): Promise<{ executor: Executor; training: step.TrainingGraph }> {
    const training = this.training(dataset);
    return { executor: await training.executor(false), training: training.graph };
  }

  /** @internal The training over a dataset, which is put on the device. */
  training(dataset: Dataset): Training {
    if (development) checkFields("Trainer", dataset);
    const { batch, dataSeed } = this.options;
    stepsPerEpoch(dataset, batch);
    const tensors = this.recorder.upload(dataset);
    const known = this.#trainings.get(dataset);
    if (known !== undefined) return known;
    const batchScalars = (index: number): StepValues =>
      step.batchScalars(index, dataset.rows, batch, dataSeed);
    const training = new Training(this.site, { dataset, tensors, seed: dataSeed, batchScalars });
    this.#trainings.set(dataset, training);
    return training;
  }

  /** The scalars of step `index` over a dataset: its batch, its slot in the ring of losses, the optimizer's. */
  stepValues(dataset: Dataset, index: number): StepValues {
    return this.training(dataset).scalars(index);
  }

  /**
   * Trains on a dataset, which is copied to the device once: to change its numbers, make another dataset. (For batches made on
   * the fly, see `fitBatches` and `trainStep`.)
   * @throws ActigradError "diverged" if a loss is not finite, with the step, the replica and the first bad layer; the weights are
   * then those that gave the bad loss, and `details.losses` has the losses before it. "data" if the dataset does not fit;
   * "option"; "device-lost"; "disposed"
   */
  async fit(dataset: Dataset, options: FitOptions = {}): Promise<FitResult> {
    assertCanTrain(this.site);
    if (development) checkFields("fit", dataset);
    checkFitOptions(options);
    const training = this.training(dataset);
    const { batch } = this.options;
    const perEpoch = stepsPerEpoch(dataset, batch);
    const runner = {
      replicas: this.replicas,
      batch,
      stepsPerEpoch: perEpoch,
      total: stepsOf(perEpoch, options),
      most: MAX_STEPS,
    };
    return this.site.trainings.take(async () => {
      const executor = await training.executor(true);
      const run = (count: number, parts: number): Promise<Submit> =>
        this.site.turns.take(() => ({ count, losses: training.run(executor, count, parts) }));
      const rest = options.watchdog?.(executor);
      try {
        return await fitLoop({ ...runner, run, explain: (bad) => training.explain(bad) }, options);
      } finally {
        rest?.();
      }
    });
  }

  /** Passes the losses of an evaluation, one per replica, to the optimizer's schedule, for `reduceOnPlateau`. */
  observe(losses: readonly number[]): void {
    this.options.optimizer.schedule?.watch?.observe(losses);
  }

  /** Running statistics have no separate averages: they are averages. */
  #averageOf(parameter: string): string {
    return this.#statistics.has(parameter) ? parameter : averageOf(parameter);
  }

  /** @throws ActigradError "option" if averages are requested but not kept */
  #checkAverage(average: boolean): void {
    if (!average || this.options.ema !== undefined) return;
    throw new ActigradError("option", "no averages of the weights were kept", {
      hint: "create the trainer with ema",
    });
  }

  /**
   * Mean loss, accuracy and metrics over a whole dataset, including a partial last batch.
   * @throws ActigradError "data" if the dataset does not fit, "option" for a metric that does not fit it, "aborted"
   */
  async evaluate<M extends Metrics = Record<never, never>>(
    dataset: Dataset,
    options: EvaluateOptions<M> = {},
  ): Promise<Evaluation<M>> {
    this.storage.assertUsable();
    if (development) checkFields("evaluate", dataset);
    checkOptions("evaluate", options, ["signal", "average", "metrics"]);
    const { signal, average = false, metrics = {} as M } = options;
    checkMetrics(metrics, dataset);
    const tensors = this.recorder.upload(dataset);
    const recorded = new Map(Object.values(metrics).map((metric) => [metric.name, metric]));
    const key = `evaluate ${tensors.x.name} ${[...recorded.keys()].join()}`;
    const { result } = await this.site.turns.take(async () => {
      let last: Executor | undefined;
      for (const { start, rows } of chunksOf(dataset.rows, step.sourceOf(dataset)?.forward)) {
        const build = (): Graph => step.evaluationGraph(this.spec(rows), dataset, tensors, recorded.values());
        last = await this.#forward(`${key} ${rows}`, build, average);
        if (signal?.aborted === true) throw new ActigradError("aborted", "the evaluation was stopped");
        last.run([{ start, keep: start === 0 ? 0 : 1 }]);
      }
      const { loss } = this.options;
      return { result: readEvaluation(last!, dataset, { loss, replicas: this.replicas, metrics }) };
    });
    return result;
  }

  /**
   * The model's outputs for rows of `model.inputs` numbers each, normalised as in training.
   * @throws ActigradError "shape" if x is not a whole number of rows
   */
  async predict(x: Float32Array, options: { average?: boolean } = {}): Promise<Prediction> {
    this.storage.assertUsable();
    if (development) checkRows("predict", x);
    checkOptions("predict", options, ["average"]);
    const { average = false } = options;
    const total = rowsIn(this.options.model, x, "predict");
    return this.site.turns.take(() => this.#predictRows(x, total, average));
  }

  async #predictRows(x: Float32Array, total: number, average: boolean): Promise<Prediction> {
    const { inputs, outputs } = this.options.model;
    const data = new Float32Array(this.replicas * total * outputs);
    for (const { start, rows } of chunksOf(total)) {
      const build = (): Graph => step.predictionGraph(this.spec(rows)).graph;
      const executor = await this.#forward(`predict ${rows}`, build, average);
      this.storage.write(`${step.PREDICTED}${rows}.x`, x.slice(start * inputs, (start + rows) * inputs));
      executor.run([{}]);
      const values = (await executor.output("prediction")) as Float32Array;
      const each = rows * outputs;
      for (let r = 0; r < this.replicas; r++)
        data.set(values.subarray(r * each, (r + 1) * each), (r * total + start) * outputs);
    }
    return { shape: [this.replicas, total, outputs], data };
  }

  /** The parameters of one replica, or their moving averages, with PyTorch's names and layouts. */
  async weights(replica = 0, options: { average?: boolean } = {}): Promise<Weights> {
    this.storage.assertUsable();
    checkOptions("weights", options, ["average"]);
    const { average = false } = options;
    this.#checkAverage(average);
    const nameOf = (name: string): string => (average ? this.#averageOf(name) : name);
    const { values } = await this.site.turns.take(() => ({
      values: readWeights(this.storage, this.parameters, this.replicas, replica, nameOf),
    }));
    return values;
  }

  /** Gives every replica these parameters. @throws ActigradError "shape" with what is missing or does not fit */
  setWeights(weights: Weights): void {
    if (development) checkMap("setWeights", weights);
    writeWeights(this.storage, this.parameters, this.replicas, weights);
  }

  /** Frees everything that this trainer put on the device. Every later call fails with "disposed". */
  dispose(): void {
    this.recorder.dispose();
  }

  /** `dispose`, for `using`. */
  [disposeKey](): void {
    this.dispose();
  }
}
