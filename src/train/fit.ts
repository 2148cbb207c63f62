import { development } from "../core/development.ts";
import { ActigradError, checkOptions } from "../core/errors.ts";
import { MAX_STEPS } from "../device/executor.ts";
import { Columns } from "../core/columns.ts";
import { type StepLosses, firstBad } from "./losses.ts";
import type { Watchdog } from "./watchdog.ts";

/** Argument of `onProgress`, called after every submit whose losses have been read. */
export interface Progress {
  /** Steps done and total steps of this fit; the total and the seconds left are Infinity for an iterable of unknown length. */
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  /** The last step's loss, one per replica; NaN if that step was skipped. */
  readonly loss: readonly number[];
  /** Steps of this fit skipped so far because no label of their batch counts, one per replica. */
  readonly skipped: readonly number[];
  readonly imagesPerSecond: number;
  readonly secondsLeft: number;
}

/** Options of `Trainer.fit`. */
export interface FitOptions {
  /** Passes over a dataset; the last partial batch of each is dropped. Either this or `steps`. */
  readonly epochs?: number;
  /** The most batches to take from an iterable; all by default. */
  readonly steps?: number;
  /** Stops between submits, within a second; longer steps already submitted finish, but are not awaited. */
  readonly signal?: AbortSignal;
  /** Called before every submit; true ends the fit once all submitted losses have been read, however long that takes. */
  readonly until?: () => boolean;
  /** Called after every submit whose losses have been read. */
  readonly onProgress?: (progress: Progress) => void;
  /** Milliseconds of work per submit: 100 keeps a page responsive (default), 500 suits a command line. */
  readonly budgetMs?: number;
  /** Fixes the number of steps per submit, 1 to 64, instead of measuring it. */
  readonly stepsPerSubmit?: number | undefined;
  /**
   * What happens if a loss, or a gradient of a finite loss, is not finite: stop with an error (default), or freeze that replica
   * and continue. Either is detected in its own step. After a bad loss nothing is written. After a bad gradient, weights and
   * moments keep their values where the gradient is not finite, while the others take this last step; with `clipNorm` none does.
   */
  readonly onDiverged?: "stop" | "freeze";
  /** Gives up on a device that does not answer: `watchdog()`. */
  readonly watchdog?: Watchdog;
}

/** Result of `fit`. */
export interface FitResult {
  /** losses[replica][step] of this fit; NaN in a skipped step. */
  readonly losses: readonly Float32Array[];
  readonly steps: number;
  /**
   * Skipped steps, one number per replica: their mean is over nothing, because every label is `ignoreIndex` or has a class weight
   * of 0. They leave weights and optimizer unchanged.
   */
  readonly skipped: readonly number[];
  readonly seconds: number;
  /** The number of steps per submit that fits the budget. */
  readonly stepsPerSubmit: number;
  /** True if `signal` or `until` ended the fit early. */
  readonly aborted: boolean;
}

/** The device's side of a fit. */
export interface StepRunner {
  readonly replicas: number;
  readonly batch: number;
  readonly stepsPerEpoch: number;
  /** Steps of this fit; Infinity if they last as long as the batches. */
  readonly total: number;
  /** Most steps per submit. */
  readonly most: number;
  /**
   * Submits this many steps, or as many as there are batches left; does not wait for the device.
   * @param parts number of submits to split one long step into
   */
  run(count: number, parts: number): Promise<Submit>;
  /** Explains a loss that is not finite, `stepsAgo` steps before the last one submitted; `losses` are those before it. */
  explain(bad: BadLoss): Promise<ActigradError>;
}

/** Steps in flight. */
export interface Submit {
  readonly count: number;
  /** Resolves when they are done. */
  readonly losses: Promise<StepLosses>;
}

/** A loss that is not finite, or a finite one with gradients that are not. */
export interface BadLoss {
  readonly replica: number;
  readonly loss: number;
  readonly stepsAgo: number;
  readonly losses: readonly Float32Array[];
}

/** Submits in flight: two keep the device busy while the host looks at losses. */
export const PENDING = 2;

/** Milliseconds to wait for steps in flight after a stop. */
const HEARD_MS = 500;
/** Target milliseconds for a part of a long step, so that other users of the GPU get their turn. */
const PART_MS = 250;

/** Submits steps, as many at a time as the budget allows, and yields their losses as they arrive. */
export async function fitLoop(runner: StepRunner, options: FitOptions): Promise<FitResult> {
  const { replicas, batch, stepsPerEpoch, total, most } = runner;
  const losses = new Columns(replicas, Number.isFinite(total) ? total : 0);
  const skips = Array.from({ length: replicas }, () => 0);
  const pending: Submit[] = [];
  const begin = performance.now();
  const { signal } = options;
  let [submitted, perSubmit, lastReturn, ended] = [0, options.stepsPerSubmit ?? 1, begin, false];
  // On a watched device, the first step measures how long each part takes.
  let parts = options.watchdog === undefined ? 1 : Infinity;
  let [hear, left] = [(): void => undefined, false];
  /** The losses of a submit; undefined if it was stopped and they do not arrive. */
  const answer = (coming: Promise<StepLosses>): Promise<StepLosses | undefined> =>
    new Promise((resolve, reject) => {
      hear = () => void setTimeout(() => resolve(undefined), HEARD_MS);
      if (signal?.aborted === true) hear();
      coming.then(resolve, reject);
    });
  const stop = (): void => hear();

  const settle = async (): Promise<void> => {
    const { count, losses: promise } = pending.shift()!;
    const own = await answer(promise);
    left = own === undefined;
    if (own === undefined) return;
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
    // The first submits also compile and warm up, so the time between two returns counts.
    const ms = now - lastReturn;
    perSubmit = Math.min(most, nextCount(options, perSubmit, count, ms));
    parts = ms / count > 2 * PART_MS ? Math.ceil(ms / count / PART_MS) : 1;
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

  signal?.addEventListener("abort", stop);
  try {
    while (submitted < total && !ended && signal?.aborted !== true && options.until?.() !== true) {
      const wanted = Math.min(perSubmit, most, total - submitted);
      const submit = await runner.run(wanted, wanted === 1 ? parts : 1);
      submit.losses.catch(() => undefined); // if an earlier submit fails, nobody awaits this one
      submitted += submit.count;
      ended = submit.count < wanted;
      if (submit.count > 0) pending.push(submit);
      if (pending.length >= PENDING) await settle();
    }
    while (pending.length > 0 && !left) await settle();
  } finally {
    signal?.removeEventListener("abort", stop);
  }
  return {
    losses: losses.before(),
    steps: losses.count,
    skipped: skips,
    seconds: (performance.now() - begin) / 1000,
    stepsPerSubmit: perSubmit,
    aborted: !ended && losses.count < total,
  };
}

/** As many steps as fit the budget, at most doubling, so that one slow return has a limited effect. */
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

/** @throws ActigradError "option" for options that fit does not take */
export function checkFitOptions(options: FitOptions): void {
  if (development && Object.hasOwn(Object(options), "validation"))
    throw new ActigradError("option", "fit: it does not validate", {
      hint: "fitValidated(trainer, train, { validation, patience })",
    });
  checkOptions("fit", options, [
    "epochs",
    "steps",
    "signal",
    "until",
    "onProgress",
    "budgetMs",
    "stepsPerSubmit",
    "onDiverged",
    "watchdog",
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

/** The steps of a fit. @throws ActigradError "option" for an invalid number */
export function stepsOf(stepsPerEpoch: number, { epochs, steps }: FitOptions): number {
  if (development && steps !== undefined && epochs !== undefined)
    throw new ActigradError("option", `fit: epochs = ${epochs} and steps = ${steps}; give one of them`);
  const total = steps ?? (epochs ?? 1) * stepsPerEpoch;
  if (Number.isSafeInteger(total) && total >= 0) return total;
  const given = steps === undefined ? `epochs = ${epochs}` : `steps = ${steps}`;
  throw new ActigradError("option", `fit: expected a whole, non-negative number of steps, got ${given}`);
}
