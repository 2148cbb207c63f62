/** Trains the same network on the same batches with each activation, several seeds at once. */
import { seedKey } from "../../src/core/random.ts";
import {
  Trainer,
  adam,
  crossEntropy,
  loadDataset,
  mlp,
  mse,
  outputsOf,
  sampleSize,
  stepsPerEpoch,
  type DatasetHost,
  type Gpu,
  type LoadedData,
  type Model,
} from "../../src/index.ts";
import type { TrainingOptions, TrainingResult, TrainingRow } from "./result.ts";
import { mean, quartiles, range, type Spread } from "../../src/core/statistics.ts";

/** The training loss is the mean over this many last steps: one batch alone says little. */
const LAST_STEPS = 50;
/** Milliseconds per submit, the longest wait for Ctrl-C. */
const BUDGET_MS = 250;

/** A checked training: faults of the options are found before anything is timed. */
export interface PreparedTraining extends Pick<LoadedData, "train" | "test"> {
  readonly result: Omit<TrainingResult, "rows">;
}

/** @throws ActigradError "option", "data" and what loadDataset throws */
export async function prepareTraining(
  options: TrainingOptions,
  host: DatasetHost,
): Promise<PreparedTraining> {
  const { dataset, layers, batch, lr, seeds, epochs, maxSteps = Infinity } = options;
  const loaded = await loadDataset(dataset, host);
  const { train, test } = loaded;
  const perEpoch = stepsPerEpoch(train, batch);
  const sizes = [sampleSize(train), ...layers, outputsOf(train)];
  modelOf(sizes, "relu");
  adam({ lr });
  for (const seed of seeds) seedKey(seed);
  const steps = Math.min(maxSteps, Math.round(epochs * perEpoch));
  const lastSteps = Math.min(LAST_STEPS, steps);
  const about = { dataset, trainRows: train.rows, testRows: test.rows, sizes, batch, lr, seeds };
  return { train, test, result: { ...about, steps, lastSteps } };
}

const modelOf = (sizes: readonly number[], activation: string): Model =>
  mlp({ inputs: sizes[0]!, hidden: sizes.slice(1, -1), outputs: sizes.at(-1)!, activations: [activation] });

/** Called after every submit: the steps done, each replica's last loss, the seconds since the last call. */
export type OnSteps = (step: number, loss: readonly number[], seconds: number) => void;

/** Trains with one activation and evaluates. If `signal` aborts, returns what was reached, without the evaluation. */
export async function trainWith(
  gpu: Gpu,
  name: string,
  { train, test, result }: PreparedTraining,
  signal: AbortSignal,
  onSteps: OnSteps,
): Promise<TrainingRow> {
  const { sizes, batch, lr, seeds, steps, lastSteps } = result;
  const trainer = await Trainer.create(gpu, {
    model: modelOf(sizes, name),
    loss: train.kind === "classes" ? crossEntropy() : mse(),
    optimizer: adam({ lr }),
    batch,
    seeds,
  });
  try {
    await trainer.recorded(train); // so that compiling does not count
    const submits: Submit[] = [];
    let [stepBefore, timeBefore] = [0, performance.now()];
    const fitted = await trainer.fit(train, {
      steps,
      signal,
      budgetMs: BUDGET_MS,
      onDiverged: "freeze",
      onProgress({ step, loss }) {
        const now = performance.now();
        submits.push({ steps: step - stepBefore, ms: now - timeBefore });
        onSteps(step, loss, (now - timeBefore) / 1000);
        [stepBefore, timeBefore] = [step, now];
      },
    });
    const evaluation = fitted.aborted || signal.aborted ? undefined : await trainer.evaluate(test);
    return trainingRow(name, fitted, evaluation, submits, { lastSteps, images: batch * seeds.length });
  } finally {
    trainer.dispose();
  }
}

/** Steps that returned together, and the milliseconds since the previous ones. */
export interface Submit {
  readonly steps: number;
  readonly ms: number;
}

/**
 * Milliseconds per step, one value per submit. The first submits warm up and are small, and so is the last: only those with at
 * least half the steps of the largest count, and the first never, if there is another.
 */
export function stepSamples(submits: readonly Submit[]): number[] {
  const later = submits.length > 1 ? submits.slice(1) : submits;
  const most = Math.max(...later.map(({ steps }) => steps));
  return later.filter(({ steps }) => steps * 2 >= most).map(({ steps, ms }) => ms / steps);
}

const finite = (values: Iterable<number>): (number | null)[] =>
  Array.from(values, (value) => (Number.isFinite(value) ? value : null));

/** The spread over replicas; undefined as soon as one has no finite value, which would otherwise be hidden. */
function rangeOf(values: readonly (number | null)[]): Spread | undefined {
  const known = values.filter((value) => value !== null);
  return known.length === values.length ? range(known) : undefined;
}

/** Statistics of a training's results. */
export function trainingRow(
  name: string,
  fitted: { readonly losses: readonly ArrayLike<number>[]; readonly steps: number; readonly seconds: number },
  evaluation: { readonly loss: readonly number[]; readonly accuracy: readonly number[] } | undefined,
  submits: readonly Submit[],
  { lastSteps, images }: { lastSteps: number; images: number },
): TrainingRow {
  const losses = fitted.losses.map((replica) => finite(Array.from(replica)));
  const lastMeans = finite(fitted.losses.map((replica) => mean(Array.from(replica).slice(-lastSteps))));
  const stepSamplesMs = stepSamples(submits);
  const divergedAt = losses.map((replica) => {
    const at = replica.indexOf(null);
    return at < 0 ? null : at + 1;
  });
  // A replica that diverged was frozen: its accuracy is not a result of this training.
  const judged = divergedAt.every((at) => at === null) ? evaluation : undefined;
  const optional = {
    trainLoss: rangeOf(lastMeans),
    testLoss: judged && rangeOf(finite(judged.loss)),
    testAccuracy: judged && range(judged.accuracy),
    stepMs: quartiles(stepSamplesMs),
  };
  const row: TrainingRow = {
    name,
    steps: fitted.steps,
    seconds: fitted.seconds,
    losses,
    ...(optional.trainLoss && { trainLoss: optional.trainLoss }),
    testLosses: finite(evaluation?.loss ?? []),
    ...(optional.testLoss && { testLoss: optional.testLoss }),
    testAccuracies: evaluation?.accuracy ?? [],
    ...(optional.testAccuracy && { testAccuracy: optional.testAccuracy }),
    stepSamplesMs,
    ...(optional.stepMs && {
      stepMs: optional.stepMs,
      imagesPerSecond: (images * 1000) / optional.stepMs.median,
    }),
    divergedAt,
  };
  return row;
}
