import {
  type Dataset,
  type Gpu,
  type Optimizer,
  Trainer,
  adam,
  adamW,
  crossEntropy,
  type Model,
  mlp,
  mse,
  sampleSize,
  sgd,
} from "../../../index.ts";
import { squaredErrors } from "../../../../bench/contest/own-units.ts";
import type { Setup } from "../setup.ts";
import type { EvaluationPoint, RunnerSnapshot, Scores } from "./protocol.ts";
import type { RaceData } from "./race-data.ts";

const optimizers = { sgd, adam, adamw: adamW } satisfies Record<
  Setup["optimizer"],
  (options: { lr: readonly number[] }) => Optimizer
>;

/** A plain perceptron is available at once; other networks and norms are loaded on demand. */
async function modelOf(
  activation: string,
  { model, hidden, norm, init }: Setup,
  train: Dataset,
): Promise<Model> {
  const spec = {
    inputs: sampleSize(train),
    hidden,
    outputs: train.kind === "classes" ? train.classes : train.width,
    activations: [activation],
    init,
  };
  if (model === "mlp" && norm === "none") return mlp(spec);
  const { network } = await import("./networks.ts");
  return network({ ...spec, model, norm, sample: train.shape });
}

/** One activation's networks: a replica for each learning rate and seed, trained in one recorded step. */
export class Runner {
  readonly trainer: Trainer;
  /** Steps trained, and their seconds, without compiling and evaluating. */
  step = 0;
  seconds = 0;
  /** Set when the target is reached. */
  stopped = false;
  readonly #data: RaceData;

  private constructor(trainer: Trainer, data: RaceData) {
    this.trainer = trainer;
    this.#data = data;
  }

  /** @throws ActigradError for an invalid activation or widths */
  static async create(gpu: Gpu, activation: string, setup: Setup, data: RaceData): Promise<Runner> {
    const { optimizer, lr, batch, seed, replicas } = setup;
    const { train } = data;
    const { recovery } = await import("./survive.ts");
    const seeds = Array.from({ length: replicas }, (_, r) => seed + r);
    const trainer = await Trainer.create(gpu, {
      model: await modelOf(activation, setup, train),
      loss: train.kind === "classes" ? crossEntropy() : mse(),
      optimizer: optimizers[optimizer]({ lr: lr.flatMap((rate) => seeds.map(() => rate)) }),
      batch,
      seeds: lr.flatMap(() => seeds),
      dataSeed: seed,
      recover: recovery(),
    });
    return new Runner(trainer, data);
  }

  get train(): Dataset {
    return this.#data.train;
  }

  /** Waits for the kernels of a long training: compiling them does not count as training time. */
  async compiled(): Promise<void> {
    await this.trainer.recorded(this.train);
  }

  /** Trains; returns the losses, [column][step]. A replica whose loss is not finite stops. */
  async advance(count: number): Promise<readonly Float32Array[]> {
    const { losses, seconds } = await this.trainer.fit(this.train, { steps: count, onDiverged: "freeze" });
    this.step += count;
    this.seconds += seconds;
    return losses;
  }

  get test(): Dataset {
    return this.#data.test;
  }

  /** On the test rows, and on those that choose among several rates. */
  async evaluate(): Promise<Omit<EvaluationPoint, "step" | "seconds">> {
    const { test, validation } = this.#data;
    const judged = await this.#scores(test);
    return validation === undefined ? judged : { ...judged, validation: await this.#scores(validation) };
  }

  async #scores(rows: Dataset): Promise<Scores> {
    const { trainer } = this;
    const { loss, accuracy } = await trainer.evaluate(rows);
    const squared = rows.kind === "values" ? await squaredErrors(trainer, rows, this.#data.scaling) : [];
    return { loss, accuracy, rmse: squared.map(Math.sqrt) };
  }

  /** The model file of these replicas. */
  async save(replicas: readonly number[], options: Setup): Promise<Uint8Array<ArrayBuffer>> {
    const { save } = await import("./save.ts");
    return save(this.trainer, { data: this.#data, replicas, options });
  }

  async snapshot(): Promise<RunnerSnapshot> {
    const { takeCheckpoint } = await import("./survive.ts");
    const { step, seconds, stopped } = this;
    return { step, seconds, stopped, checkpoint: await takeCheckpoint(this.trainer, this.train) };
  }

  /** @throws ActigradError for a snapshot of another race */
  async restore({ step, seconds, stopped, checkpoint }: RunnerSnapshot): Promise<void> {
    const { restoreCheckpoint } = await import("./survive.ts");
    await restoreCheckpoint(this.trainer, checkpoint, this.train);
    this.step = step;
    this.seconds = seconds;
    this.stopped = stopped;
  }

  reset(): void {
    this.trainer.reset();
    this.step = 0;
    this.seconds = 0;
    this.stopped = false;
  }

  dispose(): void {
    this.trainer.dispose();
  }
}
