/** Computes a job of a sweep where the GPU is: the same in Chrome and on Dawn, embedded and on a queue's worker. */
import {
  type DatasetHost,
  type Gpu,
  Trainer,
  loadDataset,
  network,
  recovery,
  stepsPerEpoch,
} from "../../index.ts";
import { ActigradError } from "../../core/errors.ts";
import { mean } from "../../core/statistics.ts";
import { loadReady } from "../../../bench/contest/suite.ts";
import { trainCell } from "../../../bench/contest/train.ts";
import { chooseClip, chooseOptimizer } from "../jobs/choices.ts";
import { chooseNetwork } from "../jobs/choose-network.ts";
import { fitBatch, holdBack } from "../jobs/hold-back.ts";
import { trialsOf } from "../jobs/trials.ts";
import type { CellJob, PointResult, SweepJob, TrainJob } from "./job.ts";

/** Milliseconds per submit, the longest wait for a stop. */
const BUDGET_MS = 250;
/** Seconds between snapshots, from which a training continues when the GPU process has died. */
const SNAPSHOT_SECONDS = 5;

export interface JobObserver {
  readonly signal: AbortSignal;
  /** The share that is done, 0 to 1. */
  onProgress(share: number): void;
}

/**
 * The points of a job, in order; undefined if it was stopped.
 * @param gpu opens the device, if one is needed
 * @throws ActigradError "option" for options that do not fit together, "data" for a missing dataset, "limit", "device-lost"
 */
export async function computeJob(
  gpu: () => Promise<Gpu>,
  job: SweepJob,
  observer: JobObserver,
  host?: DatasetHost,
): Promise<readonly PointResult[] | undefined> {
  if (job.kind === "train") return trainPoints(await gpu(), job, observer, host);
  if (job.kind === "cell") return trainOneCell(await gpu(), job, observer, host);
  const { signal } = observer;
  if (job.ms > 0 && !signal.aborted)
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, job.ms);
      signal.addEventListener("abort", end);
    });
  return signal.aborted ? undefined : [{ key: job.key, metrics: {}, diverged: false }];
}

async function trainPoints(
  gpu: Gpu,
  job: TrainJob,
  { signal, onProgress }: JobObserver,
  host?: DatasetHost,
): Promise<readonly PointResult[] | undefined> {
  const { keys, lr, seeds, steps, dataSeed } = job;
  const loaded = await loadDataset(job.dataset, host, { seed: dataSeed });
  const rows = { ...loaded, ...holdBack(loaded, { validation: job.validation, lr }, dataSeed) };
  const { batch } = fitBatch(job.batch, rows, loaded.description);
  const { spec, loss } = chooseNetwork(rows, job);
  const optimizer = chooseOptimizer(job, steps, stepsPerEpoch(rows.train, batch));
  if (optimizer.schedule?.watch !== undefined)
    throw new ActigradError("option", `${optimizer.schedule.name} needs an evaluation after each epoch`, {
      hint: "a sweep evaluates once, at the end: use another schedule",
    });
  const clip = chooseClip(job);
  const trainer = await Trainer.create(gpu, {
    model: network(spec),
    loss,
    optimizer,
    batch,
    seeds,
    dataSeed,
    ...(clip && { clip }),
    recover: recovery({ everySeconds: SNAPSHOT_SECONDS }),
  });
  try {
    const { losses, aborted } = await trainer.fit(rows.train, {
      steps,
      signal,
      budgetMs: BUDGET_MS,
      onDiverged: "freeze",
      onProgress: ({ step }) => onProgress(step / steps),
    });
    if (aborted || signal.aborted) return undefined;
    const trials = await trialsOf(trainer, lr, rows, losses);
    const score = rows.train.kind === "classes" ? "Accuracy" : "Rmse";
    return trials.map(({ validation, validationLoss, test, diverged }, i) => {
      const metrics = {
        ...(rows.validation && {
          validationLoss: validationLoss[0]!,
          [`validation${score}`]: validation[0]!,
        }),
        [`test${score}`]: test[0]!,
      };
      return pointOf(keys[i]!, metrics, diverged[0]!);
    });
  } finally {
    trainer.dispose();
  }
}

async function trainOneCell(
  gpu: Gpu,
  { key, task, level, activation, seeds, init, steps, rates }: CellJob,
  { signal, onProgress }: JobObserver,
  host: DatasetHost = {
    read: () => Promise.reject(new ActigradError("file", "a sweep's job cannot read files")),
  },
): Promise<readonly PointResult[] | undefined> {
  const found = await loadReady(task, host, { level, seeds, init });
  const ready = {
    ...found,
    size: { ...found.size, ...(steps !== undefined && { steps }) },
    ...(rates && { rates }),
  };
  // The grid of rates may grow: progress is estimated as a share of five rates and the seeds.
  const all = ready.size.steps * ((rates?.length ?? 5) * 3 + seeds);
  let done = 0;
  const onSteps = (_: string, some: number): void => onProgress(Math.min(0.99, (done += some) / all));
  const cell = await trainCell(gpu, ready, activation, { signal, onSteps });
  if (cell === undefined) return undefined;
  const { scores, losses, rate, parameters } = cell;
  const metrics = { loss: mean(losses), [ready.task.measure]: mean(scores) };
  const diverged = cell.diverged.includes(true);
  const point = pointOf(key, metrics, diverged);
  return [{ ...point, metrics: { ...point.metrics, rate, parameters }, cell }];
}

/** A score of a diverged training is not a result. */
const pointOf = (key: string, metrics: Readonly<Record<string, number>>, diverged: boolean): PointResult => ({
  key,
  metrics: diverged ? Object.fromEntries(Object.keys(metrics).map((name) => [name, NaN])) : metrics,
  diverged,
});
