/** Losses, optimizers and schedules from text (see `core/options.ts`). */
import { type OptionTable, type OptionValues, parseNamed } from "../../core/options.ts";
import { ActigradError } from "../../core/errors.ts";
import {
  type Clip,
  type Loss,
  type Optimizer,
  type ParameterGroup,
  type Schedule,
  clipNorm,
  clipValue,
  losses,
  mixed,
  optimizers,
  schedules,
  warmup,
  withinBytes,
} from "../../index.ts";
import type { TrainOptions } from "./train-options.ts";

/** @throws ActigradError "option" with the nearest name */
export function chooseLoss(text: string): Loss {
  const { name, options } = parseNamed("loss", text, losses);
  return losses[name].make(options);
}

/** How a training updates its weights; one learning rate for all replicas, or one each. */
export type UpdateChoice = Pick<
  TrainOptions,
  "optimizer" | "momentum" | "weightDecay" | "schedule" | "warmup" | "clipNorm" | "clipValue"
> & { readonly lr: number | readonly number[] };

/** @throws ActigradError "option" with the nearest name, or for an option that the optimizer does not have */
export function chooseOptimizer(
  choice: UpdateChoice,
  updates: number,
  perEpoch: number,
  groups?: readonly ParameterGroup[],
): Optimizer {
  const { lr, momentum, weightDecay } = choice;
  const { name, options } = parseNamed("optimizer", choice.optimizer, optimizers);
  const { options: known } = optimizers[name];
  if (momentum !== undefined && !Object.hasOwn(known, "momentum")) {
    const others = Object.entries(optimizers).filter(([, o]) => Object.hasOwn(o.options, "momentum"));
    throw new ActigradError("option", `${name} has no momentum`, {
      hint: `${others.map(([n]) => n).join(", ")} have`,
    });
  }
  const schedule = chooseSchedule(choice, updates, perEpoch);
  const all = {
    ...(momentum !== undefined && { momentum }),
    ...(weightDecay !== undefined && { weightDecay }),
    ...options,
    lr,
    ...(schedule && { schedule }),
    ...(groups && { groups }),
  };
  return optimizers[name].make(all);
}

/** Options that a schedule leaves out are derived from the length of the training. */
function chooseSchedule(choice: UpdateChoice, updates: number, perEpoch: number): Schedule | undefined {
  const { schedule: text, warmup: steps = 0 } = choice;
  const rest = Math.max(2, updates - steps);
  const usual: Readonly<Record<string, OptionValues<OptionTable>>> = {
    step: { stepSize: Math.max(1, Math.ceil(rest / 3)) },
    multistep: { milestones: [Math.ceil(rest / 2), Math.ceil(rest * 0.75)] },
    exponential: { gamma: 0.01 ** (1 / rest) },
    cosine: { tMax: rest },
    cosine_restarts: { t0: Math.max(1, perEpoch) },
    linear: { startFactor: 1, endFactor: 0, totalIters: rest },
    onecycle: { totalSteps: rest },
    polynomial: { totalIters: rest },
  };
  let schedule: Schedule | undefined;
  if (text !== undefined) {
    const { name, options } = parseNamed("schedule", text, schedules, usual);
    schedule = schedules[name].make(options);
  }
  return steps === 0 ? schedule : warmup(steps, schedule);
}

/** @throws ActigradError "option" if both are given, or if one is not above 0 */
export function chooseClip({ clipNorm: norm, clipValue: value }: UpdateChoice): Clip | undefined {
  if (norm !== undefined && value !== undefined)
    throw new ActigradError("option", "gradients are clipped by norm or by value, not by both");
  if (norm !== undefined) return clipNorm(norm);
  return value === undefined ? undefined : clipValue(value);
}

type MemoryChoice = Pick<TrainOptions, "recompute" | "precision">;

/** What a trainer keeps for backward, as a budget and a precision say. */
export const chooseMemory = ({ recompute, precision }: MemoryChoice) => ({
  ...(recompute !== undefined && { recompute: withinBytes(recompute) }),
  ...(precision === "mixed" && { precision: mixed }),
});
