import { checkCount, checkNumber } from "../core/check.ts";
import { Columns } from "../core/columns.ts";
import { development } from "../core/development.ts";
import { checkOptions } from "../core/errors.ts";
import { checkFields } from "../data/check-fields.ts";
import { type Dataset, stepsPerEpoch } from "../data/dataset.ts";
import type { Evaluation } from "./evaluation.ts";
import type { FitOptions, FitResult } from "./fit.ts";
import { type Metrics, checkMetrics } from "./metric.ts";
import type { Trainer } from "./trainer.ts";
import { averageOf } from "./update.ts";

/** One evaluation during a fit. */
export interface ValidationPoint<M extends Metrics = Record<never, never>> {
  /** Steps and epochs of this fit so far. */
  readonly step: number;
  readonly epoch: number;
  /** Mean training loss since the previous point, one per replica. */
  readonly loss: readonly number[];
  /** Over all held-back rows: loss, accuracy, metrics. */
  readonly validation: Evaluation<M>;
  /** Replicas whose score is their best so far. */
  readonly best: readonly boolean[];
}

/** Options of `fitValidated`. */
export interface FitValidatedOptions<M extends Metrics = Record<never, never>> extends Omit<
  FitOptions,
  "steps"
> {
  /** Rows that are not trained on. */
  readonly validation: Dataset;
  /** Epochs between two evaluations. Default 1. */
  readonly every?: number;
  /** Evaluations without progress after which a replica is done. Default: never. */
  readonly patience?: number;
  /** A score counts as progress if it is below the best by more than this. Default 0. */
  readonly minDelta?: number;
  /** The score: one number per replica, smaller is better. Default: the loss of the validation rows. */
  readonly score?: (validation: Evaluation<M>) => readonly number[];
  /** Metrics besides loss and accuracy: `{ r2: r2() }`. */
  readonly metrics?: M;
  /** Evaluates the moving averages of the weights (see `ema`) instead of the weights. */
  readonly average?: boolean;
  /** False keeps the weights of the last step instead of each replica's best. Default true. */
  readonly keepBest?: boolean;
  /** Called after each evaluation. */
  readonly onValidation?: (point: ValidationPoint<M>) => void;
}

/** Result of `fitValidated`. */
export interface FitValidatedResult<M extends Metrics = Record<never, never>> extends FitResult {
  /** The evaluations, in order, as rows of a table. */
  readonly history: readonly ValidationPoint<M>[];
  /** The same as lines of a chart: [replica][evaluation], over the steps of `curves.step`. */
  readonly curves: {
    readonly step: readonly number[];
    readonly loss: readonly Float32Array[];
    readonly validation: readonly Float32Array[];
  };
  /** The point of the history that each replica's weights are from; -1 if no score was a number. */
  readonly best: readonly number[];
  /** Whether patience ended the training before the last epoch. */
  readonly stoppedEarly: boolean;
}

const known = [
  "validation",
  "every",
  "patience",
  "minDelta",
  "score",
  "metrics",
  "average",
  "keepBest",
  "onValidation",
  "epochs",
  "signal",
  "onProgress",
  "budgetMs",
  "stepsPerSubmit",
  "onDiverged",
] as const satisfies (keyof FitValidatedOptions)[];

/**
 * Trains, evaluates held-back rows after each epoch, stops when they have not improved for a while, and leaves each replica with
 * its best weights: `fitValidated(trainer, train, { validation: test, epochs: 100, patience: 5 })`. The steps have the same bits
 * as those of `fit`. Each replica is judged as if alone; training ends when the last has run out of patience. The optimizer's
 * states and the step count remain those of the last step. Schedules that depend on evaluations (`reduceOnPlateau`) get the
 * losses. Do not train or set weights in the meantime.
 * @throws ActigradError as `fit`; "option" for invalid counts, "data" for validation rows that do not fit
 */
export async function fitValidated<M extends Metrics = Record<never, never>>(
  trainer: Trainer,
  train: Dataset,
  options: FitValidatedOptions<M>,
): Promise<FitValidatedResult<M>> {
  checkOptions("fitValidated", options, known);
  const { validation, every = 1, patience, minDelta = 0, metrics, average, keepBest = true, score } = options;
  const { epochs = 1, onProgress, onValidation, ...rest } = options;
  const { signal, budgetMs, onDiverged } = rest;
  for (const [name, count] of Object.entries({ epochs, every, ...(patience !== undefined && { patience }) }))
    checkCount(name, count);
  checkNumber("minDelta", minDelta, { from: 0 });
  if (development) checkFields("fitValidated: validation", validation);
  checkMetrics(metrics ?? {}, validation);
  trainer.recorder.upload(validation);
  const { replicas } = trainer;
  const perEpoch = stepsPerEpoch(train, trainer.options.batch);
  const total = epochs * perEpoch;
  const steps = new Columns(replicas, total);
  const points = { loss: new Columns(replicas), validation: new Columns(replicas) };
  const history: ValidationPoint<M>[] = [];
  const kept = new KeptWeights(trainer);
  const judges = Array.from({ length: replicas }, () => ({ score: Infinity, best: -1, without: 0 }));
  const isDone = (r: number): boolean => patience !== undefined && judges[r]!.without >= patience;
  const skipped = judges.map(() => 0);
  const begin = performance.now();
  let [perSubmit, aborted] = [rest.stepsPerSubmit, false];
  let sofar = 0;

  for (let epoch = 0; epoch < epochs && !aborted && !judges.every((_, r) => isDone(r)); epoch += every) {
    const before = sofar;
    const result = await trainer.fit(train, {
      epochs: Math.min(every, epochs - epoch),
      ...(signal && { signal }),
      ...(budgetMs !== undefined && { budgetMs }),
      ...(onDiverged && { onDiverged }),
      stepsPerSubmit: rest.stepsPerSubmit,
      ...(onProgress && {
        onProgress: (told) => {
          const step = before + told.step;
          const secondsLeft = ((performance.now() - begin) / 1000 / step) * (total - step);
          onProgress({
            ...told,
            step,
            steps: total,
            epoch: epoch + told.epoch,
            skipped: told.skipped.map((count, r) => skipped[r]! + count),
            secondsLeft,
          });
        },
      }),
    });
    ({ stepsPerSubmit: perSubmit, aborted } = result);
    if (result.steps === 0) break;
    steps.append(result.losses);
    sofar += result.steps;
    for (const [r, count] of result.skipped.entries()) skipped[r]! += count;
    const found = await trainer.evaluate(validation, {
      ...(metrics && { metrics }),
      ...(average !== undefined && { average }),
    });
    trainer.observe(found.loss);
    const best = (score?.(found) ?? found.loss).map((value, r) => {
      const judge = judges[r]!;
      if (isDone(r)) return false;
      const better = value < judge.score - (Number.isFinite(judge.score) ? minDelta : 0);
      judges[r] = better
        ? { score: value, best: history.length, without: 0 }
        : { ...judge, without: judge.without + 1 };
      return better;
    });
    if (keepBest) await kept.take(best);
    const loss = result.losses.map(meanOf);
    points.loss.append(loss.map((value) => Float32Array.of(value)));
    points.validation.append(found.loss.map((value) => Float32Array.of(value)));
    const point = { step: sofar, epoch: Math.min(epoch + every, epochs), loss, validation: found, best };
    history.push(point);
    onValidation?.(point);
  }
  if (keepBest) await kept.restore();
  return {
    losses: steps.before(),
    steps: sofar,
    skipped,
    seconds: (performance.now() - begin) / 1000,
    stepsPerSubmit: perSubmit ?? 1,
    aborted,
    history,
    curves: {
      step: history.map(({ step }) => step),
      loss: points.loss.before(),
      validation: points.validation.before(),
    },
    best: judges.map((judge) => judge.best),
    stoppedEarly: !aborted && sofar < total,
  };
}

/** Mean over the steps that were not skipped; NaN without any. */
function meanOf(losses: Float32Array): number {
  const counted = losses.filter((loss) => !Number.isNaN(loss));
  return counted.reduce((sum, loss) => sum + loss, 0) / counted.length;
}

/** A copy on the host of each replica's weights, including running statistics and averages. */
class KeptWeights {
  readonly #trainer: Trainer;
  readonly #names: readonly string[];
  readonly #kept = new Map<string, Float32Array>();
  readonly #has: boolean[];

  constructor(trainer: Trainer) {
    this.#trainer = trainer;
    this.#names = trainer.parameters.flatMap(({ node: { label } }) =>
      trainer.options.ema === undefined ? [label] : [label, averageOf(label)],
    );
    this.#has = Array.from({ length: trainer.replicas }, () => false);
  }

  /** Copies those of some replicas. */
  async take(which: readonly boolean[]): Promise<void> {
    if (!which.includes(true)) return;
    await this.#merge((name, now) => {
      const kept = this.#kept.get(name) ?? now;
      this.#kept.set(name, partsOf(kept, now, which));
    });
    for (const [r, taken] of which.entries()) if (taken) this.#has[r] = true;
  }

  /** Restores the copies. */
  async restore(): Promise<void> {
    if (!this.#has.includes(true)) return;
    await this.#merge((name, now) =>
      this.#trainer.storage.write(name, partsOf(now, this.#kept.get(name)!, this.#has)),
    );
  }

  async #merge(each: (name: string, now: Float32Array) => void): Promise<void> {
    const { storage } = this.#trainer;
    const read = await Promise.all(this.#names.map((name) => storage.read(name)));
    for (const [i, name] of this.#names.entries()) each(name, read[i] as Float32Array);
  }
}

/** Values [replicas, ...], taken from the second array where `which` is true. */
function partsOf(first: Float32Array, second: Float32Array, which: readonly boolean[]): Float32Array {
  const merged = first.slice();
  const size = merged.length / which.length;
  for (const [r, wanted] of which.entries())
    if (wanted) merged.set(second.subarray(r * size, (r + 1) * size), r * size);
  return merged;
}
