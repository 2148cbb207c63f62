/** Trains a network on a dataset: the job of `actigrad train`. */
import { checkOptions } from "../../core/options.ts";
import {
  Trainer,
  device,
  loadDataset,
  network,
  parseInit,
  printLayers,
  printPlan,
  recovery,
  restoreCheckpoint,
  save,
  summary,
  unitVariance,
} from "../../index.ts";
import type { JobContext } from "../../host/job.ts";
import { once } from "../../host/kept.ts";
import { chooseClip, chooseMemory, chooseOptimizer } from "./choices.ts";
import { chooseNetwork, columnsOf } from "./choose-network.ts";
import { fitBatch, holdBack } from "./hold-back.ts";
import { profileStep, referenceLosses, tuneStep, validateStep, worstDifference } from "./look-inside.ts";
import { ratesOf, replicasInOrder } from "./rates.ts";
import { readCheckpoint, whatToSave } from "./resume.ts";
import { runEpochs } from "./run-epochs.ts";
import { lastSnapshot } from "./snapshots.ts";
import { type TrainOptions, trainOptions } from "./train-options.ts";
import type { TrainEvent, TrainResult } from "./train-result.ts";
import { trialsOf } from "./trials.ts";

/** The job's options, and known tiles, as a file has them. */
export type TrainRequest = TrainOptions & { readonly tiles?: unknown };

/** @throws ActigradError "option" for options that are not as `trainOptions` says */
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
  const crashed = await lastSnapshot(context.kept, options.replicas * options.lr.length);
  const checkpoint =
    crashed?.checkpoint ??
    (options.resume === undefined
      ? undefined
      : await readCheckpoint(await context.read(options.resume), options.resume, data, options));
  const { spec, loss } = chooseNetwork(data, options);
  const model = network(spec);
  const gpu = await device({ gpu: context.gpu });
  const own = Array.from({ length: options.replicas }, (_, r) => options.seed + r);
  const { lr, seeds } = columnsOf(options.lr, own);
  const { accumulate = 1, ema } = options;
  const perEpoch = Math.floor(data.train.rows / options.batch / accumulate);
  const clip = chooseClip(options);
  const memory = chooseMemory(options);
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
    ...memory,
    ...(options.recover > 0 && {
      recover: recovery({
        everySeconds: options.recover,
        onRecovered: (recovered) => emit({ kind: "recovered", ...recovered }),
      }),
    }),
  });
  try {
    const { executor, training } = await trainer.recorded(data.train);
    if (parseInit(options.init).name === "lsuv" && checkpoint === undefined)
      await unitVariance(trainer, data.train);
    if (checkpoint !== undefined) await restoreCheckpoint(trainer, checkpoint, data.train);
    if (crashed !== undefined) emit({ kind: "restarted", step: trainer.step });
    const tuned = options.tune ? await tuneStep(context, trainer, data.train, tiles) : undefined;
    const { batch, replicas } = options;
    if (options.summary)
      emit({ kind: "trace", text: String(summary(model, { batch, replicas, ...memory })) });
    if (options.trace) {
      emit({ kind: "trace", text: printPlan(executor.plan) });
      emit({ kind: "trace", text: printLayers(executor.plan, training.loss) });
    }
    const float64 = await once(context, "float64", () =>
      referenceLosses(context, trainer, data.train, options.check),
    );
    const run = await runEpochs(context, trainer, data, options, crashed?.soFar);
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
