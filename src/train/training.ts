import { ActigradError } from "../core/errors.ts";
import type { Dataset } from "../data/dataset.ts";
import { Executor } from "../device/executor.ts";
import type { StepValues } from "../graph/graph.ts";
import { gradientSearch } from "../optim/gradient-search.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { explainDivergence } from "./diverged.ts";
import type { BadLoss } from "./fit.ts";
import { type StepLosses, readLosses } from "./losses.ts";
import type { Recorder } from "./recorder.ts";
import {
  type DataTensors,
  type StepSpec,
  type TrainingGraph,
  inspectionGraph,
  trainingGraph,
} from "./step.ts";
import type { Turns } from "./turns.ts";
import { type UpdateOptions, updateScalars } from "./update.ts";

/** Where a training step takes its batches from: rows of a dataset, or of a table that the host fills on the fly. */
export interface BatchSource {
  /** Describes the rows of the table; its own rows are not used. */
  readonly dataset: Dataset;
  readonly tensors: DataTensors;
  /** Seed of the row order; null takes rows in sequence. */
  readonly seed: number | null;
  /** The step scalars that pick the batch of a step, and its slot in the ring of losses. */
  batchScalars(step: number): StepValues;
}

/** The part of a trainer that its trainings share. */
export interface TrainingSite {
  readonly recorder: Recorder;
  readonly spec: StepSpec;
  readonly optimizer: Optimizer;
  readonly update: UpdateOptions;
  readonly dataSeed: number;
  /** Steps trained so far, by all trainings of the trainer. */
  step: number;
  /** Calls that must not be interleaved take turns on the device; a training lets others in between two submits. */
  readonly turns: Turns;
  /** Trainings wait for each other. */
  readonly trainings: Turns;
  /** Whether a training is taking its batches from an iterable, which might wait for another training. */
  asksForBatches: boolean;
}

/** @throws ActigradError "option" if a training would wait for itself, "disposed" */
export function assertCanTrain({ recorder, asksForBatches }: TrainingSite): void {
  recorder.storage.assertUsable();
  if (!asksForBatches) return;
  throw new ActigradError(
    "option",
    "this trainer is waiting for batches of an iterable, so it cannot train",
    {
      hint: "await that fit first; evaluate and predict may run beside it",
    },
  );
}

/** A training step over one source of batches, recorded on first use. */
export class Training {
  readonly graph: TrainingGraph;
  readonly #site: TrainingSite;
  readonly #source: BatchSource;

  constructor(site: TrainingSite, source: BatchSource) {
    const { dataset, tensors, seed } = source;
    this.#site = site;
    this.#source = source;
    this.graph = trainingGraph(site.spec, dataset, tensors, site.optimizer, seed, site.update);
  }

  /** @param draft begins with kernels that compile sooner; their bits are the same */
  executor(draft: boolean): Promise<Executor> {
    const key = `train ${this.#source.tensors.x.name}`;
    return this.#site.recorder.executor(key, () => this.graph.graph, { draft });
  }

  /** The scalars of a step: its batch, its slot in the ring of losses, the optimizer's. */
  scalars(index: number): StepValues {
    const { spec, optimizer, update } = this.#site;
    return {
      ...this.#source.batchScalars(index),
      ...updateScalars(index, spec.replicas, optimizer, update),
    };
  }

  /** Submits steps, and returns their losses, [replica][step], once they are done. */
  run(executor: Executor, count: number, parts = 1): Promise<StepLosses> {
    const site = this.#site;
    executor.run(
      Array.from({ length: count }, (_, i) => this.scalars(site.step + i)),
      parts,
    );
    site.step += count;
    const recorded = this.graph;
    return readLosses(site.recorder.storage, site.spec.replicas, { end: site.step, count, recorded });
  }

  /**
   * Replays a step whose loss was not finite (forward), or whose gradients were not (backward too). Its batch must still be in
   * place.
   * @param firstBatch the step of batch 0, if batches are counted
   */
  async explain({ stepsAgo, ...bad }: BadLoss, firstBatch?: number): Promise<ActigradError> {
    const { recorder, spec, step } = this.#site;
    const { dataset, tensors, seed } = this.#source;
    const at = step - 1 - stepsAgo;
    const search = Number.isFinite(bad.loss) ? gradientSearch : undefined;
    const inspection = inspectionGraph(spec, dataset, tensors, seed, search);
    const executor = await Executor.load(recorder.plan(inspection.graph), recorder.storage, {
      label: "diverged",
    });
    try {
      executor.run([this.scalars(at)]);
      const batch = firstBatch === undefined ? {} : { batch: at - firstBatch };
      const place = { step: at, replicas: spec.replicas, ...batch, ...(search && { hint: search.hint }) };
      const unmoved = search === undefined || this.graph.norm !== undefined;
      return await explainDivergence(executor, inspection, { ...bad, ...place, unmoved });
    } finally {
      executor.dispose();
    }
  }
}
