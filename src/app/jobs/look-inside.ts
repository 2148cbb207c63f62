/** Extras of a training: comparing its losses and one step with float64, tuning tiles, profiling. */
import { ActigradError } from "../../core/errors.ts";
import {
  type Dataset,
  type Trainer,
  type TuneResult,
  ceilingsOf,
  checkTiles,
  measureLimits,
  profile,
  tune,
} from "../../index.ts";
import { interpretTraining, validate } from "../../check/validate/index.ts";
import type { JobContext } from "../../host/job.ts";
import type { TrainEvent } from "./train-result.ts";

export async function referenceLosses(
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

/** The largest relative difference, with NaN as the largest of all; NaN without a step to compare. */
export function worstDifference(
  losses: readonly (readonly number[])[],
  float64: readonly (readonly number[])[],
) {
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

export async function validateStep(trainer: Trainer, data: Dataset) {
  const { executor } = await trainer.recorded(data);
  const { tensors, firstBad } = await validate(executor, trainer.stepValues(data, trainer.step));
  return { tensors: tensors.length, firstBad: firstBad ?? null };
}

export function tuneStep(
  { emit, signal }: JobContext<TrainEvent>,
  trainer: Trainer,
  data: Dataset,
  known: unknown,
): Promise<TuneResult> {
  const tiles = known === undefined ? {} : checkTiles(known, trainer.gpu);
  const onProduct = (done: number, of: number): void => emit({ kind: "tune", done, of });
  return tune(trainer, data, { tiles, signal, onProduct });
}

/** The adapter's ceilings, then the profile that is compared with them; undefined if it was stopped before. */
export async function profileStep({ emit, signal }: JobContext<TrainEvent>, trainer: Trainer, data: Dataset) {
  const say = (doing: string): void => emit({ kind: "profile", doing });
  const limits = await measureLimits(trainer.gpu, undefined, { signal, begin: say });
  if (signal.aborted) return undefined;
  const ceilings = ceilingsOf(limits);
  const onStep = (step: number, steps: number): void => say(`profile: step ${step} of ${steps}`);
  return profile(trainer, data, { signal, onStep, ...(ceilings && { ceilings }) });
}
