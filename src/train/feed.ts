/** Training on batches that the host produces on the fly: it fills buffers that take the place of an uploaded dataset. */
import { ActigradError, checkOptions } from "../core/errors.ts";
import { permutationKey } from "../core/random.ts";
import { bytes } from "../core/shape.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Executor } from "../device/executor.ts";
import { type Batch, type Batches, copyOf } from "./batch.ts";
import { datasetOf } from "./check-batch.ts";
import {
  type FitOptions,
  type FitResult,
  PENDING,
  type Submit,
  checkFitOptions,
  fitLoop,
  stepsOf,
} from "./fit.ts";
import { RING, firstBad } from "./losses.ts";
import { dataTensors } from "./step.ts";
import type { Trainer } from "./trainer.ts";
import { Training, type TrainingSite, assertCanTrain } from "./training.ts";

/** What happens if a loss is not finite: reject with "diverged" (default), or freeze that replica and return the loss. */
export interface TrainStepOptions {
  readonly onDiverged?: "stop" | "freeze";
}

/** Bytes that a feed's batches may take on the device, if there is a choice. */
const FEED_BYTES = 2 ** 24;
/** Most batches per submit. */
const MOST = 8;

const withBatches = (dataset: Dataset, rows: number): Dataset => ({ ...dataset, name: "batches", rows });

/**
 * A table of a few batches on the device, and the training over it. The host writes each batch into the slot of its step while
 * the device trains on earlier ones; a slot is reused once the step that read it is done.
 */
class Feed {
  readonly training: Training;
  /** Batches that one submit may contain: all batches in flight have their own slots. */
  readonly most: number;
  readonly #site: TrainingSite;
  readonly #names: { readonly x: string; readonly y: string };
  /** What has to end before a slot may be rewritten. */
  readonly #busy: Promise<unknown>[] = [];
  #executor: Promise<Executor> | undefined;

  constructor(site: TrainingSite, sample: Dataset, prefix: string) {
    const { recorder, spec, dataSeed } = site;
    const one = dataTensors(withBatches(sample, spec.batch), prefix);
    const each = bytes(one.x) + bytes(one.y);
    this.most = Math.max(1, Math.min(MOST, Math.floor(FEED_BYTES / each / PENDING)));
    const dataset = withBatches(sample, this.slots * spec.batch);
    const tensors = dataTensors(dataset, prefix);
    for (const tensor of [tensors.x, tensors.y]) recorder.storage.buffer(tensor.name, tensor, "data");
    this.#site = site;
    this.#names = { x: tensors.x.name, y: tensors.y.name };
    this.training = new Training(site, {
      dataset,
      tensors,
      seed: null,
      batchScalars: (step) => {
        const [key0, key1] = permutationKey(dataSeed, step); // of what a step draws
        return { start: this.#slot(step) * spec.batch, epoch: step, key0, key1, slot: step % RING };
      },
    });
  }

  get slots(): number {
    return this.most * PENDING;
  }

  #slot(step: number): number {
    return step % this.slots;
  }

  executor(): Promise<Executor> {
    this.#executor ??= this.training.executor(true);
    this.#executor.catch(() => (this.#executor = undefined));
    return this.#executor;
  }

  /** Waits until the slot of a step may be written. */
  async free(step: number): Promise<void> {
    await this.#busy[this.#slot(step)];
  }

  /** Blocks the slot of a step until a promise settles. */
  keep(step: number, until: Promise<unknown>): void {
    this.#busy[this.#slot(step)] = until.catch(() => undefined);
  }

  write(step: number, dataset: Dataset): void {
    const { storage } = this.#site.recorder;
    const row = this.#slot(step) * this.#site.spec.batch;
    storage.writeRows(this.#names.x, row, dataset.x);
    storage.writeRows(this.#names.y, row, dataset.kind === "classes" ? dataset.labels : dataset.targets);
  }
}

/** The feeds of a trainer: one for each kind of batch arrays. */
class Feeds {
  readonly #site: TrainingSite;
  readonly #known = new Map<string, Feed>();

  constructor(site: TrainingSite) {
    this.#site = site;
  }

  #feed(dataset: Dataset): Feed {
    const { kind, x, normalise } = dataset;
    const key = JSON.stringify([kind, x.constructor.name, normalise]);
    let feed = this.#known.get(key);
    if (feed === undefined) {
      feed = new Feed(this.#site, dataset, `feed${this.#known.size}`);
      this.#known.set(key, feed);
    }
    return feed;
  }

  /** @throws ActigradError "data" for a batch that does not fit, or has another number of rows than a step */
  #checked(batch: Batch, who: string): Dataset {
    const { spec } = this.#site;
    const dataset = datasetOf(batch, spec, who);
    if (dataset.rows === spec.batch) return dataset;
    throw new ActigradError("data", `${who}: it has ${dataset.rows} rows, a step takes ${spec.batch}`, {
      hint: `give ${spec.batch} rows, or create the trainer with batch: ${dataset.rows}`,
      rows: dataset.rows,
      wanted: spec.batch,
    });
  }

  /**
   * One step. Resolves once submitted, to a promise of its loss: one per replica, NaN if the step was skipped.
   * @throws ActigradError "data" before anything has changed; the loss rejects with "diverged"
   */
  async step(batch: Batch, { onDiverged = "stop" }: TrainStepOptions): Promise<{ loss: Promise<number[]> }> {
    const site = this.#site;
    const dataset = this.#checked(batch, "trainStep");
    const feed = this.#feed(dataset);
    const executor = await feed.executor();
    await feed.free(site.step);
    return this.#site.turns.take(() => {
      const { step } = site;
      feed.write(step, dataset);
      const loss = feed.training.run(executor, 1).then(async (own) => {
        const bad = onDiverged === "freeze" ? undefined : firstBad(own);
        if (bad === undefined) return own.losses.map(([value]) => value!);
        const { replica, loss: value } = bad;
        const losses = own.losses.map(() => new Float32Array());
        throw await feed.training.explain({ replica, loss: value, losses, stepsAgo: site.step - 1 - step });
      });
      feed.keep(step, loss);
      return { loss };
    });
  }

  /** Trains on batches as they arrive, until they end or `options.steps` are done. */
  async fit(batches: Batches, options: FitOptions): Promise<FitResult> {
    const { replicas, batch } = this.#site.spec;
    const total = options.steps === undefined ? Infinity : stepsOf(1, options);
    const source = new Source(batches, (given, who) => this.#checked(given, who));
    try {
      const first = total === 0 ? undefined : await source.peek();
      const feed = first && this.#feed(first);
      const executor = await feed?.executor();
      const run = async (count: number): Promise<Submit> => {
        const from = this.#site.step;
        let ready = 0;
        for (; ready < count; ready++) {
          const dataset = await source.next();
          if (dataset === undefined) break;
          if (this.#feed(dataset) !== feed) throw otherArrays(dataset, first!);
          await feed.free(from + ready);
          feed.write(from + ready, dataset);
        }
        if (ready === 0) return { count: 0, losses: Promise.resolve({ losses: [] }) };
        return this.#site.turns.take(() => ({ count: ready, losses: feed!.training.run(executor!, ready) }));
      };
      const runner = { replicas, batch, stepsPerEpoch: Infinity, total, most: feed?.most ?? 1, run };
      const begin = this.#site.step;
      return await fitLoop({ ...runner, explain: (bad) => feed!.training.explain(bad, begin) }, options);
    } finally {
      await source.close();
    }
  }
}

const feedsOf = new WeakMap<TrainingSite, Feeds>();

function feedsFor(site: TrainingSite): Feeds {
  const feeds = feedsOf.get(site) ?? new Feeds(site);
  feedsOf.set(site, feeds);
  return feeds;
}

/**
 * One step on the caller's rows: `{ x, labels }` or `{ x, targets }`, as many as the trainer's `batch`. Calls after the first
 * record and create nothing. Several may be in flight, in order; their arrays may be refilled at once.
 * @returns the loss before the step, one per replica, when the step is done
 * @throws ActigradError "data" for rows that do not fit, before anything has changed; "diverged" if the loss is not finite
 * (`onDiverged: "freeze"` returns it instead); "device-lost", "disposed"
 */
export function trainStep(
  trainer: Trainer,
  batch: Batch,
  options: TrainStepOptions = {},
): Promise<readonly number[]> {
  const loss = stepOn(trainer.site, batch, options);
  loss.catch(() => undefined); // the awaiting caller gets the error; a loop that awaits only its last step continues
  return loss;
}

async function stepOn(
  site: TrainingSite,
  batch: Batch,
  options: TrainStepOptions,
): Promise<readonly number[]> {
  assertCanTrain(site);
  checkOptions("trainStep", options, ["onDiverged"]);
  const own = copyOf(batch);
  const { loss } = await site.trainings.take(() => feedsFor(site).step(own, options));
  return loss;
}

/**
 * Trains on batches from an iterable, which is asked for the next one while the device works. Only a fixed number of batches is
 * on the device at a time, so there may be more than fit its memory. A batch's arrays may be refilled when the next is asked for.
 * Each has as many rows as the trainer's `batch`; a smaller last one is dropped. The iterable may call `evaluate` and `predict`,
 * but must not train.
 * @throws ActigradError "diverged" as `Trainer.fit`, with the batch, counted from 0; "data" for a batch that does not fit, after
 * training on those before it; "option"; "device-lost"; "disposed"
 */
export async function fitBatches(
  trainer: Trainer,
  batches: Batches,
  options: FitOptions = {},
): Promise<FitResult> {
  const { site } = trainer;
  assertCanTrain(site);
  checkFitOptions(options);
  if (options.epochs !== undefined) {
    throw new ActigradError("option", "fitBatches: an iterable has no epochs", {
      hint: "limit the batches with steps, or let the iterable end",
    });
  }
  return site.trainings.take(async () => {
    site.asksForBatches = true;
    try {
      return await feedsFor(site).fit(batches, options);
    } finally {
      site.asksForBatches = false;
    }
  });
}

function otherArrays(dataset: Dataset, first: Dataset): ActigradError {
  const kindOf = ({ kind, x }: Dataset): string =>
    `${x.constructor.name} with ${kind === "classes" ? "labels" : "targets"}`;
  return new ActigradError(
    "data",
    `${dataset.name}: got ${kindOf(dataset)}, earlier batches are ${kindOf(first)}`,
    { hint: "give all batches of a fit the same kind of arrays and the same normalisation" },
  );
}

/** Checked batches in order, counted from 0. A smaller last one is dropped, as in a dataset. */
class Source {
  readonly #iterator: Iterator<Batch> | AsyncIterator<Batch>;
  readonly #check: (batch: Batch, who: string) => Dataset;
  #peeked: Dataset | undefined;
  #count = 0;
  #ended = false;

  constructor(batches: Batches, check: (batch: Batch, who: string) => Dataset) {
    this.#iterator =
      Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]();
    this.#check = check;
  }

  async peek(): Promise<Dataset | undefined> {
    this.#peeked = await this.next();
    return this.#peeked;
  }

  /** The next batch; undefined at the end. */
  async next(): Promise<Dataset | undefined> {
    if (this.#peeked !== undefined) {
      const first = this.#peeked;
      this.#peeked = undefined;
      return first;
    }
    const { done, value } = this.#ended ? { done: true, value: undefined } : await this.#iterator.next();
    this.#ended = done === true;
    if (this.#ended) return undefined;
    try {
      return this.#check(value as Batch, `batch ${this.#count++}`);
    } catch (error) {
      if (!(await this.#isLast(error))) throw error;
      return undefined;
    }
  }

  /** Whether an error is about a smaller batch at the very end. */
  async #isLast(error: unknown): Promise<boolean> {
    const { rows, wanted } = error instanceof ActigradError ? error.details : {};
    if (typeof rows !== "number" || rows >= (wanted as number)) return false;
    this.#ended = (await this.#iterator.next()).done === true;
    return this.#ended;
  }

  /** Tells the iterator that no more batches are wanted. */
  async close(): Promise<void> {
    if (!this.#ended) await this.#iterator.return?.();
  }
}
