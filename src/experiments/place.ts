/** Where an experiment runs: the device, the data, and how networks are trained in replicas. */
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

/** "fashion-mnist" is what the reference results are for; "mnist-small" is the part of MNIST that the lab page brings along. */
export type ImageSetName = "fashion-mnist" | "mnist" | "mnist-small";

/** Training and test images; bytes with their normalisation. */
export interface Images {
  readonly train: ClassDataset;
  readonly test: ClassDataset;
  readonly name: ImageSetName;
}

/** What a search over a grid of learning rates gave: kept with the result, so that a repeated run need not search again. */
export interface RateSearch {
  readonly lrs: readonly number[];
  /** Of each rate on seed 0; null where training diverged. */
  readonly values: readonly (number | null)[];
  readonly chosen: number;
}

/** A training of one model in replicas. */
export interface Training {
  readonly model: Model;
  readonly data: Dataset;
  /** Default 128; 2-D sets take their whole number of rows. */
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

/** Gives a figure a replica, the larger the better. */
export type Judge = (trainer: Trainer, losses: readonly Float32Array[]) => Promise<readonly number[]>;

/** What is being done, for the progress line. */
export interface Doing {
  readonly what: string;
  /** Steps or rounds of it: so many of so many at most. */
  readonly done?: readonly [count: number, of: number];
}

export interface PlaceOptions {
  readonly gpu: Gpu;
  /** All images, read once for all rows. */
  readonly images: () => Promise<Images>;
  readonly seeds: readonly number[];
  readonly quick: boolean;
  readonly signal: AbortSignal;
  /** Learning rates that an earlier run chose. */
  readonly rates?: Readonly<Record<string, RateSearch>>;
  say(doing: Doing): void;
}

/** What a row's `run` works with. */
export class Place {
  readonly gpu: Gpu;
  readonly seeds: readonly number[];
  readonly quick: boolean;
  readonly signal: AbortSignal;
  /** Chosen learning rates, those of earlier runs included. */
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

  /** Says what is being done. @throws ActigradError "aborted" after Ctrl-C: the row is given up, earlier ones stay */
  say(what: string, done?: Doing["done"]): void {
    if (this.signal.aborted) throw new ActigradError("aborted", "the experiment was stopped");
    this.#options.say({ what, ...(done && { done }) });
  }

  /** The first 10,000 training images and 10,000 test images, or fewer. */
  async images(rows = 10_000, tests = 10_000): Promise<Images> {
    this.say("images");
    const { train, test, name } = await this.#options.images();
    return { train: firstOf(train, rows), test: firstOf(test, tests), name };
  }

  /** The first training images alone. */
  async training(rows: number): Promise<ClassDataset> {
    return (await this.images(rows, 1)).train;
  }

  /**
   * Trains replicas in one recorded step and hands them to `use`; frees them afterwards. A replica whose loss is not
   * finite stays where it was (its later losses are not finite).
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

  /** A network as it starts, one replica a seed, handed to `use` and freed afterwards. */
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
   * The learning rate of a grid that does best on seed 0; all rates are replicas of one recorded step. What an earlier run
   * found under the same key and grid is taken from there.
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
