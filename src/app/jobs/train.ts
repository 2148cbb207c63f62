/** Trains a network on a dataset: what `actigrad train` runs where the GPU is. */
import { ActigradError } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import { type ChosenTrial, type Trial, chooseTrial } from "../../core/standings.ts";
import {
  type AdapterInfo,
  type DataDescription,
  type Dataset,
  type Evaluation,
  type LoadedData,
  type Progress,
  type SaveOptions,
  type TuneResult,
  type Profile,
  Trainer,
  ceilingsOf,
  confusion,
  device,
  load,
  loadDataset,
  measureLimits,
  checkTiles,
  tune,
  network,
  printLayers,
  parseInit,
  printPlan,
  profile,
  restoreCheckpoint,
  save,
  topK,
  unitVariance,
  withinBytes,
  summary,
} from "../../index.ts";
import { interpretTraining, validate } from "../../check/validate/index.ts";
import { chooseClip, chooseOptimizer } from "./choices.ts";
import { chooseNetwork, columnsOf, fitBatch, holdBack } from "./choose-network.ts";
import { type ErrorRecord, type JobContext, toRecord } from "../../host/job.ts";
import { squaredErrors } from "./own-units.ts";
import { type TrainOptions, trainOptions } from "./train-options.ts";
import { trialsOf } from "./trials.ts";

/** What the job is asked for: the options, and the tiles that are known, as a file has them. */
export type TrainRequest = TrainOptions & { readonly tiles?: unknown };

/** Milliseconds that a submit may take: so soon is Ctrl-C heard. */
const BUDGET_MS = 500;

export type TrainEvent =
  | ({ readonly kind: "progress"; readonly accuracy: readonly number[] } & Progress)
  | { readonly kind: "check"; readonly step: number; readonly steps: number }
  | { readonly kind: "tune"; readonly done: number; readonly of: number }
  | { readonly kind: "profile"; readonly doing: string }
  | { readonly kind: "data"; readonly description: DataDescription }
  | { readonly kind: "trace"; readonly text: string };

/** What one step costs once everything is recorded. */
export interface StepCost {
  readonly steps: number;
  readonly dispatches: number;
  readonly submits: number;
  readonly buffers: number;
  readonly bindGroups: number;
  readonly pipelines: number;
  readonly jsMs: number;
}

/** An evaluation after an epoch; of values also the root of the mean squared error, in the targets' own units. */
export interface EpochEvaluation extends Evaluation {
  readonly epoch: number;
  readonly step: number;
  readonly rmse?: readonly number[];
  /** What was asked for beside: the share of rows within the top k, and rows by [replica][label][prediction]. */
  readonly topK?: readonly number[];
  readonly confusion?: readonly (readonly (readonly number[])[])[];
}

export interface TrainResult {
  readonly adapter: AdapterInfo;
  readonly host: string;
  /** What was read and guessed. */
  readonly data: DataDescription;
  /** losses[replica][step] */
  readonly losses: readonly (readonly number[])[];
  /** The step that training went on from; 0 unless it was resumed. */
  readonly start: number;
  /** After each whole epoch, on the test rows. */
  readonly evaluations: readonly EpochEvaluation[];
  readonly steps: number;
  readonly seconds: number;
  readonly stepsPerSubmit: number;
  readonly cost?: StepCost;
  /** Largest relative difference of the first losses from float64, and where. */
  readonly check?: {
    readonly steps: number;
    readonly worst: number;
    readonly step: number;
    readonly replica: number;
  };
  readonly validation?: { readonly tensors: number; readonly firstBad: unknown };
  readonly tuned?: TuneResult;
  readonly profile?: Profile;
  /** Where several learning rates were given and training came to its end. */
  readonly rates?: Rates;
  readonly aborted: boolean;
  /** Why training ended early, if it failed. */
  readonly failure?: ErrorRecord;
  readonly saved?: string;
}

/** @throws ActigradError "option" for what is not as `trainOptions` says */
export async function train(
  context: JobContext<TrainEvent>,
  { tiles, ...asked }: TrainRequest,
): Promise<TrainResult> {
  const given = checkOptions("train", trainOptions, asked);
  const { signal, emit } = context;
  const loaded = await loadDataset(given.dataset, context, { seed: given.seed });
  const held = holdBack(loaded, given, given.seed);
  const data = { ...loaded, ...held };
  const { batch: filled, description } = fitBatch(given.batch, held, loaded.description);
  const options = { ...given, batch: filled };
  emit({ kind: "data", description });
  const { spec, loss } = chooseNetwork(data, options);
  const model = network(spec);
  const gpu = await device({ gpu: context.gpu });
  const own = Array.from({ length: options.replicas }, (_, r) => options.seed + r);
  const { lr, seeds } = columnsOf(options.lr, own);
  const { accumulate = 1, ema } = options;
  const perEpoch = Math.floor(data.train.rows / options.batch / accumulate);
  const clip = chooseClip(options);
  const budget = options.recompute === undefined ? {} : { recompute: withinBytes(options.recompute) };
  const trainer = await Trainer.create(gpu, {
    model,
    loss,
    optimizer: chooseOptimizer({ ...options, lr }, perEpoch * options.epochs, perEpoch),
    batch: options.batch,
    seeds,
    dataSeed: options.seed,
    accumulate,
    ...(ema !== undefined && { ema }),
    ...(clip && { clip }),
    ...budget,
  });
  try {
    const { executor, training } = await trainer.recorded(data.train);
    if (parseInit(options.init).name === "lsuv" && options.resume === undefined)
      await unitVariance(trainer, data.train);
    if (options.resume !== undefined) {
      const bytes = await context.read(options.resume);
      const { checkpoint } = load(bytes, { name: options.resume });
      if (checkpoint === undefined) throw noCheckpoint(options.resume);
      await restoreCheckpoint(trainer, checkpoint, data.train);
    }
    const tuned = options.tune ? await tuneStep(context, trainer, data.train, tiles) : undefined;
    const { batch, replicas } = options;
    if (options.summary)
      emit({ kind: "trace", text: String(summary(model, { batch, replicas, ...budget })) });
    if (options.trace) {
      emit({ kind: "trace", text: printPlan(executor.plan) });
      emit({ kind: "trace", text: printLayers(executor.plan, training.loss) });
    }
    const float64 = await referenceLosses(context, trainer, data.train, options.check);
    const run = await runEpochs(context, trainer, data, options);
    const { losses, failure } = run;
    const validation =
      options.validate && failure === undefined ? await validateStep(trainer, data.train) : undefined;
    const wanted = options.profile && failure === undefined && !signal.aborted;
    const profiled = wanted ? await profileStep(context, trainer, data.train) : undefined;
    const average = ema !== undefined;
    const rates =
      options.lr.length > 1 && failure === undefined && !signal.aborted
        ? ratesOf(await trialsOf(trainer, options.lr, data, losses, { average }), data)
        : undefined;
    const saved = options.save !== undefined && failure === undefined ? options.save : undefined;
    const order = replicasInOrder(trainer.replicas, options.lr, rates?.chosen?.rate);
    if (saved !== undefined)
      await context.write(saved, await save(trainer, { ...whatToSave(data, options), replicas: order }));
    return {
      adapter: gpu.adapter,
      host: context.host,
      data: description,
      ...run,
      ...(float64.length > 0 ? { check: worstDifference(losses, float64) } : {}),
      ...(validation === undefined ? {} : { validation }),
      ...(tuned === undefined ? {} : { tuned }),
      ...(profiled === undefined ? {} : { profile: profiled }),
      ...(rates === undefined ? {} : { rates }),
      ...(saved === undefined ? {} : { saved }),
      aborted: signal.aborted,
    };
  } finally {
    trainer.dispose();
    gpu.dispose();
  }
}

/** The rates with what they gave, and the best on the validation rows. */
export interface Rates {
  readonly trials: readonly Trial[];
  /** Null without validation rows. */
  readonly chosen: { readonly rate: number; readonly edge: ChosenTrial["edge"] } | null;
}

function ratesOf(
  trials: readonly Trial[],
  { train, validation }: { train: Dataset; validation?: Dataset },
): Rates {
  if (validation === undefined) return { trials, chosen: null };
  const { trial, edge } = chooseTrial(trials, train.kind === "classes" ? "high" : "low");
  return { trials, chosen: { rate: trial.rate, edge } };
}

/** The replicas of a trainer, those of the chosen rate first. */
function replicasInOrder(replicas: number, rates: readonly number[], chosen = rates[0]!): number[] {
  const each = replicas / rates.length;
  const all = Array.from({ length: replicas }, (_, r) => r);
  const isChosen = (r: number): boolean => rates[Math.floor(r / each)] === chosen;
  return [...all.filter(isChosen), ...all.filter((r) => !isChosen(r))];
}

/** With moving averages these are saved, as they are what is evaluated. Names of files say nothing about a model. */
function whatToSave(data: LoadedData, options: TrainOptions): SaveOptions {
  const { save: _save, checkpoint: _checkpoint, resume: _resume, ...about } = options;
  return { data, average: options.ema !== undefined, options: about };
}

const noCheckpoint = (path: string): ActigradError =>
  new ActigradError("format", `${path}: the model has no states to train on from`, {
    hint: "resume from a file that `actigrad train --checkpoint` wrote",
  });

/** Epoch after epoch with an evaluation between; what was reached survives an abort or a divergence. */
async function runEpochs(
  context: JobContext<TrainEvent>,
  trainer: Trainer,
  data: LoadedData,
  options: TrainOptions,
) {
  const { signal, emit } = context;
  const { gpu, replicas } = trainer;
  const { executor } = await trainer.recorded(data.train);
  const losses: number[][] = Array.from({ length: replicas }, () => []);
  const evaluations: EpochEvaluation[] = [];
  const stepsPerEpoch = Math.floor(data.train.rows / options.batch);
  const total = stepsPerEpoch * options.epochs;
  const every = options.checkpointEvery ?? stepsPerEpoch;
  const begin = performance.now();
  const start = trainer.step;
  let [stepsPerSubmit, cost, failure]: [number | undefined, StepCost | undefined, ErrorRecord | undefined] = [
    undefined,
    undefined,
    undefined,
  ];
  while (trainer.step < total && !signal.aborted) {
    const before = { ...gpu.counts, ...executor.spent };
    const done = trainer.step;
    const epoch = Math.floor(done / stepsPerEpoch);
    const epochEnd = (epoch + 1) * stepsPerEpoch;
    const checkpointAt = (Math.floor(done / every) + 1) * every;
    const stop = options.checkpoint === undefined ? epochEnd : Math.min(epochEnd, checkpointAt);
    let first: typeof before | undefined;
    try {
      const result = await trainer.fit(data.train, {
        steps: stop - done,
        signal,
        budgetMs: BUDGET_MS,
        // A rate that is too high is found out by the others.
        onDiverged: options.lr.length > 1 ? "freeze" : "stop",
        stepsPerSubmit: options.stepsPerSubmit ?? stepsPerSubmit,
        onProgress: (progress) => {
          first ??= { ...gpu.counts, ...executor.spent };
          const seconds = (performance.now() - begin) / 1000;
          const step = done + progress.step;
          emit({
            kind: "progress",
            ...progress,
            step,
            steps: total,
            epoch,
            imagesPerSecond: ((step - start) * options.batch * replicas) / seconds,
            secondsLeft: (seconds / (step - start)) * (total - step),
            accuracy: evaluations.at(-1)?.accuracy ?? [],
          });
        },
      });
      stepsPerSubmit = result.stepsPerSubmit;
      for (const [r, values] of result.losses.entries()) losses[r]!.push(...values);
      const end = { ...gpu.counts, ...executor.spent };
      cost = costBetween(first !== undefined && first.steps < end.steps ? first : before, end);
      if (!result.aborted && trainer.step === epochEnd) {
        const average = options.ema !== undefined;
        const evaluation = await trainer.evaluate(data.test, {
          average,
          metrics: {
            ...(options.topK !== undefined && { topK: topK(options.topK) }),
            ...(options.confusion === true && { confusion: confusion() }),
          },
        });
        const errors =
          data.test.kind === "values"
            ? await squaredErrors(trainer, data.test, data.scaling, { average })
            : undefined;
        evaluations.push({
          epoch,
          step: epochEnd,
          ...evaluation,
          ...(errors && { rmse: errors.map(Math.sqrt) }),
        });
        trainer.observe(evaluation.loss);
      }
      if (options.checkpoint !== undefined)
        await context.write(
          options.checkpoint,
          await save(trainer, { ...whatToSave(data, options), checkpoint: data.train }),
        );
    } catch (error) {
      if (!(error instanceof ActigradError) || error.code !== "diverged") throw error;
      const { losses: before, ...details } = error.details as { losses: readonly Float32Array[] };
      for (const [r, values] of before.entries()) losses[r]!.push(...values);
      failure = { code: error.code, message: toRecord(error).message, hint: error.hint, details };
      break;
    }
  }
  const seconds = (performance.now() - begin) / 1000;
  const extras = { ...(cost === undefined ? {} : { cost }), ...(failure === undefined ? {} : { failure }) };
  const steps = losses[0]!.length;
  return { losses, evaluations, start, steps, seconds, stepsPerSubmit: stepsPerSubmit ?? 1, ...extras };
}

type Counts = Trainer["gpu"]["counts"] & { ms: number; steps: number };

function costBetween(from: Counts, to: Counts): StepCost {
  const steps = Math.max(1, to.steps - from.steps);
  const per = (key: keyof Counts): number => (to[key] - from[key]) / steps;
  return {
    steps,
    dispatches: per("dispatches"),
    submits: per("submits"),
    buffers: per("buffers"),
    bindGroups: per("bindGroups"),
    pipelines: per("pipelines"),
    jsMs: per("ms"),
  };
}

async function referenceLosses(
  { emit, signal }: JobContext<TrainEvent>,
  trainer: Trainer,
  data: Dataset,
  steps: number,
) {
  if (steps === 0) return [];
  return interpretTraining(trainer, data, steps, async (step) => {
    if (signal.aborted)
      throw new ActigradError("aborted", "stopped while the float64 reference was computed");
    emit({ kind: "check", step, steps });
    await new Promise((resolve) => setTimeout(resolve));
  });
}

/** The largest relative difference, NaN counting as the largest of all; without a step to compare it is NaN. */
function worstDifference(losses: readonly (readonly number[])[], float64: readonly (readonly number[])[]) {
  const steps = Math.min(float64.length, losses[0]!.length);
  const differences = float64.slice(0, steps).flatMap((values, step) =>
    values.map((want, replica) => {
      const got = losses[replica]![step]!;
      const off = Object.is(got, want) || got === want ? 0 : Math.abs(got - want) / Math.abs(want);
      return { steps, worst: Number.isNaN(off) ? Infinity : off, step, replica };
    }),
  );
  const none = { steps, worst: steps === 0 ? NaN : 0, step: 0, replica: 0 };
  return differences.reduce((a, b) => (b.worst > a.worst ? b : a), none);
}

async function validateStep(trainer: Trainer, data: Dataset) {
  const { executor } = await trainer.recorded(data);
  const { tensors, firstBad } = await validate(executor, trainer.stepValues(data, trainer.step));
  return { tensors: tensors.length, firstBad: firstBad ?? null };
}

function tuneStep(
  { emit, signal }: JobContext<TrainEvent>,
  trainer: Trainer,
  data: Dataset,
  known: unknown,
): Promise<TuneResult> {
  const tiles = known === undefined ? {} : checkTiles(known, trainer.gpu);
  const onProduct = (done: number, of: number): void => emit({ kind: "tune", done, of });
  return tune(trainer, data, { tiles, signal, onProduct });
}

/** The adapter's ceilings, then the profile that is held against them; undefined when it was stopped before. */
async function profileStep({ emit, signal }: JobContext<TrainEvent>, trainer: Trainer, data: Dataset) {
  const say = (doing: string): void => emit({ kind: "profile", doing });
  const limits = await measureLimits(trainer.gpu, undefined, { signal, begin: say });
  if (signal.aborted) return undefined;
  const ceilings = ceilingsOf(limits);
  const onStep = (step: number, steps: number): void => say(`profile: step ${step} of ${steps}`);
  return profile(trainer, data, { signal, onStep, ...(ceilings && { ceilings }) });
}
