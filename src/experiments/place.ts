/** The context of an experiment: the device, the data, and training in replicas. */
import { ActigradError } from "../core/errors.ts";
import {
  type ClassDataset,
  type Dataset,
  type Gpu,
  type Model,
  type Optimizer,
  Trainer,
  crossEntropy,
  selectRows,
  sgd,
} from "../index.ts";

/** "fashion-mnist": the reference results are for it; "mnist-small": the part of MNIST that comes with the lab page. */
export type ImageSetName = "fashion-mnist" | "mnist" | "mnist-small";

/** Training and test images, as bytes with their normalisation. */
export interface Images {
  readonly train: ClassDataset;
  readonly test: ClassDataset;
  readonly name: ImageSetName;
}

/** The result of a search over learning rates, kept so that a repeated run need not search again. */
export interface RateSearch {
  readonly lrs: readonly number[];
  /** The value of each rate on seed 0; null if training diverged. */
  readonly values: readonly (number | null)[];
  readonly chosen: number;
}

/** How to train one model in replicas. */
export interface Training {
  readonly model: Model;
  readonly data: Dataset;
  /** Default 128; for sets of points in the plane, all rows. */
  readonly batch?: number;
  readonly steps: number;
  /** One learning rate for all replicas, or one each. */
  readonly lr: number | readonly number[];
  /** Default: plain SGD. */
  readonly optimizer?: (lr: number | readonly number[]) => Optimizer;
  /** Default: the seeds of the run. */
  readonly seeds?: readonly number[];
  /** For the progress line. */
  readonly doing: string;
}

/** Rates each replica with a figure; larger is better. */
export type Judge = (trainer: Trainer, losses: readonly Float32Array[]) => Promise<readonly number[]>;

/** What is being done, for the progress line. */
export interface Doing {
  readonly what: string;
  /** Steps or rounds done, and how many there are at most. */
  readonly done?: readonly [count: number, of: number];
}

export interface PlaceOptions {
  readonly gpu: Gpu;
  /** All images, read once for all experiments. */
  readonly images: () => Promise<Images>;
  readonly seeds: readonly number[];
  readonly quick: boolean;
  readonly signal: AbortSignal;
  /** Learning rates chosen by an earlier run. */
  readonly rates?: Readonly<Record<string, RateSearch>>;
  say(doing: Doing): void;
}

/** What an experiment's `run` works with. */
export class Place {
  readonly gpu: Gpu;
  readonly seeds: readonly number[];
  readonly quick: boolean;
  readonly signal: AbortSignal;
  /** Chosen learning rates, including those of earlier runs. */
  readonly rates: Record<string, RateSearch>;
  readonly #options: PlaceOptions;

  constructor(options: PlaceOptions) {
    this.#options = options;
    this.gpu = options.gpu;
    this.seeds = options.seeds;
    this.quick = options.quick;
    this.signal = options.signal;
    this.rates = { ...options.rates };
  }

  /** Reports progress. @throws ActigradError "aborted" after Ctrl-C; this experiment is abandoned, earlier results remain */
  say(what: string, done?: Doing["done"]): void {
    if (this.signal.aborted) throw new ActigradError("aborted", "the experiment was stopped");
    this.#options.say({ what, ...(done && { done }) });
  }

  /** The first training and test images: 10,000 each, or the given numbers, or as many as there are. */
  async images(rows = 10_000, tests = 10_000): Promise<Images> {
    this.say("images");
    const { train, test, name } = await this.#options.images();
    return { train: firstOf(train, rows), test: firstOf(test, tests), name };
  }

  /** Only the first training images. */
  async training(rows: number): Promise<ClassDataset> {
    return (await this.images(rows, 1)).train;
  }

  /**
   * Trains replicas in one recorded step, passes them to `use`, and frees them. A replica whose loss is not finite stops changing
   * (its later losses are not finite).
   */
  async train<T>(
    { model, data, batch = 128, steps, lr, optimizer = plainSgd, seeds = this.seeds, doing }: Training,
    use: (trainer: Trainer, losses: readonly Float32Array[]) => Promise<T> | T,
  ): Promise<T> {
    this.say(doing);
    const trainer = await Trainer.create(this.gpu, {
      model,
      loss: crossEntropy(),
      optimizer: optimizer(lr),
      batch,
      seeds,
    });
    try {
      const { losses, aborted } = await trainer.fit(data, {
        steps,
        signal: this.signal,
        budgetMs: 500,
        onDiverged: "freeze",
        onProgress: ({ step }) => this.#options.say({ what: doing, done: [step, steps] }),
      });
      if (aborted) this.say(doing);
      return await use(trainer, losses);
    } finally {
      trainer.dispose();
    }
  }

  /** Passes untrained networks, one replica per seed, to `use`, and frees them. */
  async fresh<T>(
    model: Model,
    use: (trainer: Trainer) => Promise<T>,
    seeds: readonly number[] = this.seeds,
  ): Promise<T> {
    const trainer = await Trainer.create(this.gpu, {
      model,
      loss: crossEntropy(),
      optimizer: sgd({ lr: 0 }),
      batch: 1,
      seeds,
    });
    try {
      return await use(trainer);
    } finally {
      trainer.dispose();
    }
  }

  /**
   * The learning rate of a grid that does best on seed 0; all rates are replicas of one recorded step. Reuses an earlier run's result
   * for the same key and grid.
   */
  async bestRate(
    key: string,
    lrs: readonly number[],
    training: Omit<Training, "lr" | "seeds">,
    judge: Judge,
  ): Promise<number> {
    if (lrs.length === 1) return lrs[0]!; // nothing to choose
    const known = this.rates[key];
    if (known !== undefined && known.lrs.join() === lrs.join()) return known.chosen;
    const doing = `${training.doing}, ${lrs.length} learning rates`;
    const values = await this.train({ ...training, lr: lrs, seeds: lrs.map(() => 0), doing }, judge);
    const best = lrs.reduce((a, _, i) => (rank(values[i]) > rank(values[a]) ? i : a), 0);
    const chosen = lrs[best]!;
    this.rates[key] = { lrs, values: values.map((v) => (Number.isFinite(v) ? v : null)), chosen };
    return chosen;
  }
}

const firstOf = (dataset: ClassDataset, rows: number): ClassDataset =>
  selectRows(
    dataset,
    Uint32Array.from({ length: Math.min(rows, dataset.rows) }, (_, i) => i),
  );

const plainSgd = (lr: number | readonly number[]): Optimizer => sgd({ lr });
const rank = (value: number | undefined): number =>
  value === undefined || Number.isNaN(value) ? -Infinity : value;
