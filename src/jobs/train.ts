/** Trains a multilayer perceptron on a dataset: what `actigrad train` runs where the GPU is. */
import { ActigradError } from "../core/errors.ts";
import {
  type AdapterInfo,
  type Dataset,
  type Evaluation,
  type InitName,
  type LoadedData,
  type Optimizer,
  type Progress,
  Trainer,
  adam,
  adamW,
  ceilingsOf,
  crossEntropy,
  device,
  loadDataset,
  measureLimits,
  mlp,
  mse,
  type Profile,
  printPlan,
  profile,
  sampleSize,
  sgd,
} from "../index.ts";
import { interpretTraining, validate } from "../validate/index.ts";
import { type ErrorRecord, type JobContext, toRecord } from "./job.ts";
import { type ModelFile, writeModel } from "./model-file.ts";

export interface TrainOptions {
  readonly dataset: string;
  readonly layers: readonly number[];
  readonly activations: readonly string[];
  readonly init: InitName;
  readonly optimizer: "sgd" | "adam" | "adamw";
  readonly lr: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly batch: number;
  readonly epochs: number;
  readonly seed: number;
  readonly replicas: number;
  readonly stepsPerSubmit?: number | undefined;
  /** Path for the weights as safetensors. */
  readonly save?: string | undefined;
  readonly trace: boolean;
  /** Steps to train in float64 on the CPU as well, and compare. */
  readonly check: number;
  /** Compare every dispatch of the last step with float64 on its own inputs. */
  readonly validate: boolean;
  /** At the end, measure where the time of a step goes. */
  readonly profile: boolean;
  readonly budgetMs: number;
}

export type TrainEvent =
  | ({ readonly kind: "progress"; readonly accuracy: readonly number[] } & Progress)
  | { readonly kind: "check"; readonly step: number; readonly steps: number }
  | { readonly kind: "profile"; readonly doing: string }
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

export interface TrainResult {
  readonly adapter: AdapterInfo;
  readonly host: string;
  readonly rows: { readonly train: number; readonly test: number };
  /** losses[replica][step] */
  readonly losses: readonly (readonly number[])[];
  /** After each whole epoch, on the test rows. */
  readonly evaluations: readonly (Evaluation & { readonly epoch: number })[];
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
  readonly profile?: Profile;
  readonly aborted: boolean;
  /** Why training ended early, if it failed. */
  readonly failure?: ErrorRecord;
  readonly saved?: string;
}

const optimizers: Readonly<Record<TrainOptions["optimizer"], (o: TrainOptions) => Optimizer>> = {
  sgd: ({ lr, momentum, weightDecay }) => sgd({ lr, momentum, weightDecay }),
  adam: ({ lr, weightDecay }) => adam({ lr, weightDecay }),
  adamw: ({ lr, weightDecay }) => adamW({ lr, weightDecay }),
};

/** Outputs that a dataset asks for. */
export const outputsOf = (dataset: Dataset): number =>
  dataset.kind === "classes" ? dataset.classes : dataset.width;

export async function train(context: JobContext<TrainEvent>, options: TrainOptions): Promise<TrainResult> {
  const { signal, emit } = context;
  const data = await loadDataset(options.dataset, context, { seed: options.seed });
  const file: ModelFile = {
    inputs: sampleSize(data.train),
    hidden: options.layers,
    outputs: outputsOf(data.train),
    activations: options.activations,
    init: options.init,
    ...about(data),
  };
  const model = mlp(file);
  const gpu = await device({ gpu: context.gpu });
  const seeds = Array.from({ length: options.replicas }, (_, r) => options.seed + r);
  const loss = data.train.kind === "classes" ? crossEntropy() : mse();
  const optimizer = optimizers[options.optimizer](options);
  const trainer = await Trainer.create(gpu, {
    model,
    loss,
    optimizer,
    batch: options.batch,
    seeds,
    dataSeed: options.seed,
  });
  try {
    const { executor } = await trainer.recorded(data.train);
    if (options.trace) emit({ kind: "trace", text: printPlan(executor.plan) });
    const float64 = await referenceLosses(context, trainer, data.train, options.check);
    const run = await runEpochs(context, trainer, data, options);
    const { losses, failure } = run;
    const validation =
      options.validate && failure === undefined ? await validateStep(trainer, data.train) : undefined;
    const wanted = options.profile && failure === undefined && !signal.aborted;
    const profiled = wanted ? await profileStep(context, trainer, data.train) : undefined;
    const saved = options.save !== undefined && failure === undefined ? options.save : undefined;
    if (saved !== undefined) await context.write(saved, await writeModel(trainer, file));
    return {
      adapter: gpu.adapter,
      host: context.host,
      rows: { train: data.train.rows, test: data.test.rows },
      ...run,
      ...(float64.length > 0 ? { check: worstDifference(losses, float64) } : {}),
      ...(validation === undefined ? {} : { validation }),
      ...(profiled === undefined ? {} : { profile: profiled }),
      ...(saved === undefined ? {} : { saved }),
      aborted: signal.aborted,
    };
  } finally {
    trainer.dispose();
    gpu.dispose();
  }
}

function about({ train, standardisation }: LoadedData): Partial<ModelFile> {
  return {
    ...(train.kind === "classes" && train.classNames !== undefined ? { classNames: train.classNames } : {}),
    ...(standardisation === undefined
      ? {}
      : { standardisation: { mean: [...standardisation.mean], std: [...standardisation.std] } }),
  };
}

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
  const evaluations: (Evaluation & { epoch: number })[] = [];
  const stepsPerEpoch = Math.floor(data.train.rows / options.batch);
  const total = stepsPerEpoch * options.epochs;
  const begin = performance.now();
  let [stepsPerSubmit, cost, failure]: [number, StepCost | undefined, ErrorRecord | undefined] = [
    1,
    undefined,
    undefined,
  ];
  for (let epoch = 0; epoch < options.epochs && !signal.aborted; epoch++) {
    const before = { ...gpu.counts, ...executor.spent };
    const done = trainer.step;
    let first: typeof before | undefined;
    try {
      const result = await trainer.fit(data.train, {
        epochs: 1,
        signal,
        budgetMs: options.budgetMs,
        stepsPerSubmit: options.stepsPerSubmit ?? (epoch === 0 ? undefined : stepsPerSubmit),
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
            imagesPerSecond: (step * options.batch * replicas) / seconds,
            secondsLeft: (seconds / step) * (total - step),
            accuracy: evaluations.at(-1)?.accuracy ?? [],
          });
        },
      });
      stepsPerSubmit = result.stepsPerSubmit;
      for (const [r, values] of result.losses.entries()) losses[r]!.push(...values);
      const end = { ...gpu.counts, ...executor.spent };
      cost = costBetween(first !== undefined && first.steps < end.steps ? first : before, end);
      if (!result.aborted) evaluations.push({ epoch, ...(await trainer.evaluate(data.test)) });
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
  return { losses, evaluations, steps: losses[0]!.length, seconds, stepsPerSubmit, ...extras };
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

/** The largest relative difference, NaN counting as the largest of all. */
function worstDifference(losses: readonly (readonly number[])[], float64: readonly (readonly number[])[]) {
  const steps = Math.min(float64.length, losses[0]!.length);
  const differences = float64.slice(0, steps).flatMap((values, step) =>
    values.map((want, replica) => {
      const off = Math.abs(losses[replica]![step]! - want) / Math.abs(want);
      return { steps, worst: Number.isNaN(off) ? Infinity : off, step, replica };
    }),
  );
  return differences.reduce((a, b) => (b.worst > a.worst ? b : a), { steps, worst: 0, step: 0, replica: 0 });
}

async function validateStep(trainer: Trainer, data: Dataset) {
  const { executor } = await trainer.recorded(data);
  const { tensors, firstBad } = await validate(executor, trainer.stepValues(data, trainer.step));
  return { tensors: tensors.length, firstBad: firstBad ?? null };
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
