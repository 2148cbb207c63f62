import { ActigradError } from "../../core/errors.ts";
import { type LoadedData, type Trainer, confusion, topK, watchdog } from "../../index.ts";
import { type ErrorRecord, type JobContext, toRecord } from "../../host/job.ts";
import { squaredErrors } from "../../../bench/contest/own-units.ts";
import { checkpointOf } from "./resume.ts";
import { type SoFar, Snapshots } from "./snapshots.ts";
import type { TrainOptions } from "./train-options.ts";
import type { EpochEvaluation, StepCost, TrainEvent } from "./train-result.ts";

/** Milliseconds per submit, the longest wait for Ctrl-C. */
const BUDGET_MS = 500;

/** Alternates epochs and evaluations; keeps what was reached after an abort or a divergence. */
export async function runEpochs(
  context: JobContext<TrainEvent>,
  trainer: Trainer,
  data: LoadedData,
  options: TrainOptions,
  before?: SoFar,
) {
  const { signal, emit } = context;
  const { gpu, replicas } = trainer;
  const { executor } = await trainer.recorded(data.train);
  const losses = before?.losses ?? Array.from({ length: replicas }, (): number[] => []);
  const evaluations: EpochEvaluation[] = before?.evaluations ?? [];
  const stepsPerEpoch = Math.floor(data.train.rows / options.batch);
  const total = stepsPerEpoch * options.epochs;
  const every = options.checkpointEvery ?? stepsPerEpoch;
  const begin = performance.now() - (before?.seconds ?? 0) * 1000;
  const start = before?.start ?? trainer.step;
  const secondsSoFar = (): number => (performance.now() - begin) / 1000;
  const snapshots = new Snapshots(context.kept, options.recover);
  let [stepsPerSubmit, cost, failure]: [number | undefined, StepCost | undefined, ErrorRecord | undefined] = [
    undefined,
    undefined,
    undefined,
  ];
  while (trainer.step < total && !signal.aborted) {
    const counts = { ...gpu.counts, ...executor.spent };
    const done = trainer.step;
    const epoch = Math.floor(done / stepsPerEpoch);
    const epochEnd = (epoch + 1) * stepsPerEpoch;
    const checkpointAt = (Math.floor(done / every) + 1) * every;
    const stop = options.checkpoint === undefined ? epochEnd : Math.min(epochEnd, checkpointAt);
    let first: typeof counts | undefined;
    try {
      const result = await trainer.fit(data.train, {
        steps: stop - done,
        signal,
        // A fit ends when a snapshot is due: all losses up to there are then known.
        until: () => snapshots.due,
        budgetMs: BUDGET_MS,
        watchdog: watchdog(),
        // The other rates show that this one is too high.
        onDiverged: options.lr.length > 1 ? "freeze" : "stop",
        stepsPerSubmit: options.stepsPerSubmit ?? stepsPerSubmit,
        onProgress: (progress) => {
          first ??= { ...gpu.counts, ...executor.spent };
          const seconds = secondsSoFar();
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
      cost = costBetween(first !== undefined && first.steps < end.steps ? first : counts, end);
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
      const isDue = trainer.step === stop || signal.aborted;
      if (options.checkpoint !== undefined && isDue)
        await context.write(options.checkpoint, await checkpointOf(trainer, data, options));
      if (snapshots.due && trainer.step < total)
        await snapshots.take(trainer, data, options, { start, losses, evaluations, seconds: secondsSoFar() });
    } catch (error) {
      if (!(error instanceof ActigradError) || error.code !== "diverged") throw error;
      const { losses: before, ...details } = error.details as { losses: readonly Float32Array[] };
      for (const [r, values] of before.entries()) losses[r]!.push(...values);
      failure = { code: error.code, message: toRecord(error).message, hint: error.hint, details };
      break;
    }
  }
  const seconds = secondsSoFar();
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
