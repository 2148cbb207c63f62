import { development } from "../core/development.ts";
import { ActigradError, checkOptions } from "../core/errors.ts";
import { MAX_STEPS } from "../device/executor.ts";
import { Columns } from "../core/columns.ts";
import { type StepLosses, firstBad } from "./losses.ts";

/** What `onProgress` is told, after every submit whose losses have come back. */
export interface Progress {
  /** Steps done and to do in this fit; Infinity to do, and seconds left, where an iterable does not say how many. */
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  /** The last step's loss, one a replica; NaN where that step was skipped. */
  readonly loss: readonly number[];
  /** Steps of this fit so far that were skipped, one a replica: no label of their batch counts. */
  readonly skipped: readonly number[];
  readonly imagesPerSecond: number;
  readonly secondsLeft: number;
}

/** Options of `Trainer.fit`. */
export interface FitOptions {
  /** Passes over a dataset; the last partial batch of each is dropped. Either this or `steps`. */
  readonly epochs?: number;
  /** Of batches from an iterable at most so many are asked for; by default as many as there are. */
  readonly steps?: number;
  /** Stops between submits; what was trained stays. */
  readonly signal?: AbortSignal;
  /** Told after every submit whose losses have come back. */
  readonly onProgress?: (progress: Progress) => void;
  /** Milliseconds of work a submit may hold: 100 keeps a page responsive (default), 500 suits a command line. */
  readonly budgetMs?: number;
  /** Pins the number of steps a submit, 1 to 64, instead of measuring it. */
  readonly stepsPerSubmit?: number | undefined;
  /**
   * What a loss that is not finite does, or a gradient of a finite loss: stop with an error (default), or freeze that replica
   * and go on. Either is found in its own step. Of a loss nothing is written; of a gradient, every weight and moment keeps its
   * value where the gradient is not finite, while the others take this last step. With `clipNorm` none does.
   */
  readonly onDiverged?: "stop" | "freeze";
}

/** What a training gave. */
export interface FitResult {
  /** losses[replica][step] of this fit; NaN in a step that was skipped. */
  readonly losses: readonly Float32Array[];
  readonly steps: number;
  /**
   * Steps whose mean is over nothing, one a replica: every label is `ignoreIndex`, or of a class of weight 0. They leave weights
   * and optimizer as they were.
   */
  readonly skipped: readonly number[];
  readonly seconds: number;
  /** The number of steps a submit that the budget arrived at. */
  readonly stepsPerSubmit: number;
  /** True when `signal` ended it early. */
  readonly aborted: boolean;
}

/** The device's side of a fit. */
export interface StepRunner {
  readonly replicas: number;
  readonly batch: number;
  readonly stepsPerEpoch: number;
  /** Steps of this fit; Infinity where they go on as long as there are batches. */
  readonly total: number;
  /** Steps that one submit may hold. */
  readonly most: number;
  /** Submits so many steps, or as many as there are batches left for; does not wait for the device. */
  run(count: number): Promise<Submit>;
  /** Explains a loss that is not finite, `stepsAgo` steps before the last one submitted; `losses` are those before it. */
  explain(bad: BadLoss): Promise<ActigradError>;
}

/** Steps on their way. */
export interface Submit {
  readonly count: number;
  /** Once they are done. */
  readonly losses: Promise<StepLosses>;
}

/** A loss that is not finite, or a finite one whose gradients are not. */
export interface BadLoss {
  readonly replica: number;
  readonly loss: number;
  readonly stepsAgo: number;
  readonly losses: readonly Float32Array[];
}

/** Submits in flight: two keep the device busy while the host looks at losses. */
export const PENDING = 2;

/** Submits steps, as many at a time as the budget allows, and hands out their losses as they come back. */
export async function fitLoop(runner: StepRunner, options: FitOptions): Promise<FitResult> {
  const { replicas, batch, stepsPerEpoch, total, most } = runner;
  const losses = new Columns(replicas, Number.isFinite(total) ? total : 0);
  const skips = Array.from({ length: replicas }, () => 0);
  const pending: Submit[] = [];
  const begin = performance.now();
  let [submitted, perSubmit, lastReturn, ended] = [0, options.stepsPerSubmit ?? 1, begin, false];

  const settle = async (): Promise<void> => {
    const { count, losses: promise } = pending.shift()!;
    const own = await promise;
    const { losses: values, skipped } = own;
    const now = performance.now();
    const bad = options.onDiverged === "freeze" ? undefined : firstBad(own);
    losses.append(values);
    for (const [r, each] of (skipped ?? []).entries()) skips[r]! += each.filter(Boolean).length;
    const done = losses.count;
    if (bad !== undefined) {
      const step = done - count + bad.step;
      throw await runner.explain({
        replica: bad.replica,
        loss: bad.loss,
        stepsAgo: submitted - step - 1,
        losses: losses.before(step),
      });
    }
    // The first submits also compile and warm up; what counts is the time between two returns.
    perSubmit = Math.min(most, nextCount(options, perSubmit, count, now - lastReturn));
    lastReturn = now;
    const seconds = (now - begin) / 1000;
    options.onProgress?.({
      step: done,
      steps: total,
      epoch: Math.floor((done - 1) / stepsPerEpoch),
      loss: values.map((own) => own[count - 1]!),
      skipped: [...skips],
      imagesPerSecond: (done * batch * replicas) / seconds,
      secondsLeft: (seconds / done) * (total - done),
    });
  };

  while (submitted < total && !ended && options.signal?.aborted !== true) {
    const wanted = Math.min(perSubmit, most, total - submitted);
    const submit = await runner.run(wanted);
    submit.losses.catch(() => undefined); // when an earlier submit fails, nobody waits for this one
    submitted += submit.count;
    ended = submit.count < wanted;
    if (submit.count > 0) pending.push(submit);
    if (pending.length >= PENDING) await settle();
  }
  while (pending.length > 0) await settle();
  return {
    losses: losses.before(),
    steps: losses.count,
    skipped: skips,
    seconds: (performance.now() - begin) / 1000,
    stepsPerSubmit: perSubmit,
    aborted: !ended && losses.count < total,
  };
}

/** As many steps as fit the budget, at most doubling, so that one slow return does not upset it. */
function nextCount(
  { stepsPerSubmit, budgetMs = 100 }: FitOptions,
  current: number,
  count: number,
  ms: number,
): number {
  if (stepsPerSubmit !== undefined) return stepsPerSubmit;
  const fitting = Math.floor(budgetMs / Math.max(ms / count, 1e-3));
  return Math.max(1, Math.min(MAX_STEPS, fitting, current * 2));
}

/** @throws ActigradError "option" for what fit does not take */
export function checkFitOptions(options: FitOptions): void {
  if (development && Object.hasOwn(Object(options), "validation"))
    throw new ActigradError("option", "fit: it has no validation, so that a page without carries none", {
      hint: "fitValidated(trainer, train, { validation, patience })",
    });
  checkOptions("fit", options, [
    "epochs",
    "steps",
    "signal",
    "onProgress",
    "budgetMs",
    "stepsPerSubmit",
    "onDiverged",
  ]);
  const { stepsPerSubmit } = options;
  if (
    stepsPerSubmit !== undefined &&
    !(Number.isInteger(stepsPerSubmit) && stepsPerSubmit >= 1 && stepsPerSubmit <= MAX_STEPS)
  ) {
    throw new ActigradError(
      "option",
      `stepsPerSubmit must be a whole number from 1 to ${MAX_STEPS}, got ${stepsPerSubmit}`,
    );
  }
}

/** The steps of a fit. @throws ActigradError "option" for none such */
export function stepsOf(stepsPerEpoch: number, { epochs, steps }: FitOptions): number {
  if (development && steps !== undefined && epochs !== undefined)
    throw new ActigradError("option", `fit: epochs = ${epochs} and steps = ${steps}; give one of them`);
  const total = steps ?? (epochs ?? 1) * stepsPerEpoch;
  if (Number.isSafeInteger(total) && total >= 0) return total;
  const given = steps === undefined ? `epochs = ${epochs}` : `steps = ${steps}`;
  throw new ActigradError("option", `fit: ${given} is no number of steps`);
}
