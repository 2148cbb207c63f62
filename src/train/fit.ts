import { ActigradError } from "../core/errors.ts";
import { MAX_STEPS } from "../device/executor.ts";

/** What `onProgress` is told, after every submit whose losses have come back. */
export interface Progress {
  /** Steps done and to do in this fit. */
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  /** The last step's loss, one a replica. */
  readonly loss: readonly number[];
  readonly imagesPerSecond: number;
  readonly secondsLeft: number;
}

/** Options of `Trainer.fit`. */
export interface FitOptions {
  /** Passes over the data; the last partial batch of each is dropped. Either this or `steps`. */
  readonly epochs?: number;
  readonly steps?: number;
  /** Stops between submits; what was trained stays. */
  readonly signal?: AbortSignal;
  /** Told after every submit whose losses have come back. */
  readonly onProgress?: (progress: Progress) => void;
  /** Milliseconds of work a submit may hold: 100 keeps a page responsive (default), 500 suits a command line. */
  readonly budgetMs?: number;
  /** Pins the number of steps a submit, 1 to 64, instead of measuring it. */
  readonly stepsPerSubmit?: number | undefined;
  /** What a loss that is not finite does: stop with an error (default), or freeze that replica and go on. */
  readonly onDiverged?: "stop" | "freeze";
}

/** What a training gave. */
export interface FitResult {
  /** losses[replica][step] of this fit. */
  readonly losses: readonly Float32Array[];
  readonly steps: number;
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
  /** Submits `count` steps; does not wait. */
  run(count: number): void;
  /** The losses of the last `count` steps submitted so far, [count][replicas], once they are done. */
  losses(count: number): Promise<Float32Array>;
  /** Explains a loss that is not finite, `stepsAgo` steps before the last one submitted; `losses` are those before it. */
  explain(bad: BadLoss): Promise<ActigradError>;
}

/** A loss that is not finite. */
export interface BadLoss {
  readonly replica: number;
  readonly loss: number;
  readonly stepsAgo: number;
  readonly losses: readonly Float32Array[];
}

/** Two submits in flight keep the device busy while the host looks at losses. */
const PENDING = 2;

interface Submit {
  readonly count: number;
  readonly losses: Promise<Float32Array>;
}

/** Submits steps, as many at a time as the budget allows, and hands out their losses as they come back. */
export async function fitLoop(runner: StepRunner, options: FitOptions): Promise<FitResult> {
  const total = stepsOf(runner, options);
  const { replicas, batch, stepsPerEpoch } = runner;
  const losses = Array.from({ length: replicas }, () => new Float32Array(total));
  const pending: Submit[] = [];
  const begin = performance.now();
  let [submitted, done, perSubmit, lastReturn] = [0, 0, options.stepsPerSubmit ?? 1, begin];

  const settle = async (): Promise<void> => {
    const { count, losses: promise } = pending.shift()!;
    const values = await promise;
    const now = performance.now();
    for (let i = 0; i < count * replicas; i++)
      losses[i % replicas]![done + Math.floor(i / replicas)] = values[i]!;
    const bad = options.onDiverged === "freeze" ? -1 : values.findIndex((v) => !Number.isFinite(v));
    if (bad >= 0) {
      const step = done + Math.floor(bad / replicas);
      throw await runner.explain({
        replica: bad % replicas,
        loss: values[bad]!,
        stepsAgo: submitted - step - 1,
        losses: losses.map((l) => l.subarray(0, step)),
      });
    }
    done += count;
    // The first submits also compile and warm up; what counts is the time between two returns.
    perSubmit = nextCount(options, perSubmit, count, now - lastReturn);
    lastReturn = now;
    const seconds = (now - begin) / 1000;
    options.onProgress?.({
      step: done,
      steps: total,
      epoch: Math.floor((done - 1) / stepsPerEpoch),
      loss: losses.map((l) => l[done - 1]!),
      imagesPerSecond: (done * batch * replicas) / seconds,
      secondsLeft: (seconds / done) * (total - done),
    });
  };

  while (submitted < total && options.signal?.aborted !== true) {
    const count = Math.min(perSubmit, total - submitted);
    runner.run(count);
    submitted += count;
    const losses = runner.losses(count);
    losses.catch(() => undefined); // when an earlier submit fails, nobody waits for this one
    pending.push({ count, losses });
    if (pending.length >= PENDING) await settle();
  }
  while (pending.length > 0) await settle();
  return {
    losses: losses.map((l) => l.subarray(0, done)),
    steps: done,
    seconds: (performance.now() - begin) / 1000,
    stepsPerSubmit: perSubmit,
    aborted: done < total,
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

function stepsOf({ stepsPerEpoch }: StepRunner, { epochs, steps, stepsPerSubmit }: FitOptions): number {
  const total = steps ?? (epochs ?? 1) * stepsPerEpoch;
  if (!Number.isSafeInteger(total) || total < 0) {
    throw new ActigradError(
      "option",
      `fit: ${steps === undefined ? `epochs = ${epochs}` : `steps = ${steps}`} is no number of steps`,
    );
  }
  if (
    stepsPerSubmit !== undefined &&
    !(Number.isInteger(stepsPerSubmit) && stepsPerSubmit >= 1 && stepsPerSubmit <= MAX_STEPS)
  ) {
    throw new ActigradError(
      "option",
      `stepsPerSubmit must be a whole number from 1 to ${MAX_STEPS}, got ${stepsPerSubmit}`,
    );
  }
  return total;
}
