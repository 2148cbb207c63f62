import { ActigradError } from "../../core/errors.ts";
import { formatType } from "../../core/shape.ts";
import { type Spread, mean, median, quartiles } from "../../core/statistics.ts";
import type { Dataset } from "../../data/dataset.ts";
import type { AdapterInfo } from "../../core/adapter.ts";
import { type Executor, MAX_STEPS } from "../../device/executor.ts";
import { keepStates } from "../../device/states.ts";
import { Timestamps } from "../../device/timestamps.ts";
import type { StepValues } from "../../graph/graph.ts";
import type { Ceilings } from "../limits/result.ts";
import { flopsIn } from "../../compile/flops.ts";
import type { Dispatch } from "../../compile/plan.ts";
import type { Trainer } from "../../train/trainer.ts";
import { type TimedStep, timeAlone, timeByTimestamps } from "./clock.ts";

/** Options of `profile`. */
export interface ProfileOptions {
  /** Steps whose dispatches are timed one by one. Default 30. */
  readonly steps?: number;
  readonly ceilings?: Ceilings | undefined;
  /** Ends it early: the profile has what was timed so far, at least one step. */
  readonly signal?: AbortSignal;
  /** Called after each timed step. */
  readonly onStep?: (done: number, steps: number) => void;
  /** False times each dispatch alone by submit and wait, as on adapters without timestamps. */
  readonly timestamps?: boolean;
}

/** Rates of some work, and their shares of the ceilings, if those are known. */
export interface Rates {
  readonly flops: number;
  /** Read and written, each buffer counted once. */
  readonly bytes: number;
  readonly gflops: number;
  readonly gbPerSecond: number;
  /** Share of the multiply-add ceiling; may exceed 1 for pointwise work, whose functions count as one operation. */
  readonly ofMultiplyAdd?: number;
  /** Share of the copy's rate; exceeds 1 if a cache holds what another dispatch left. */
  readonly ofCopy?: number;
}

/** Time and rates of one dispatch of a step. */
export interface DispatchProfile extends Rates {
  readonly label: string;
  /** Names of its ops, in order. */
  readonly ops: readonly string[];
  /** `f32[1,128,64]` */
  readonly writes: string;
  readonly workgroups: readonly [number, number];
  /** The kernel's variant, if its family has several. */
  readonly variant?: string;
  /** Microseconds over the steps: quartiles, with the median in the middle, or the mean if the clock is too coarse. */
  readonly us: Spread;
  /** Its share of all dispatches' time. */
  readonly share: number;
}

/** Where the time of a step goes. */
export interface Profile {
  readonly adapter: AdapterInfo;
  readonly method: "timestamp-query" | "submit and wait";
  /** Step of the adapter's clock: the largest number of nanoseconds that divides all differences seen. */
  readonly quantumNs?: number;
  /** "mean" if most dispatches take less than four quanta: a median would then be a multiple of the quantum. */
  readonly middle: "median" | "mean";
  /** Time of an empty submit and its wait, which is subtracted if that is the method. */
  readonly waitUs?: number;
  readonly steps: number;
  readonly ceilings?: Ceilings;
  readonly dispatches: readonly DispatchProfile[];
  /** A step as training runs it, many in a submit and without timestamps, in milliseconds. */
  readonly step: Rates & { readonly ms: Spread; readonly stepsPerSubmit: number };
  /** When each dispatch of each timed step began and ended. */
  readonly timeline: readonly TimedStep[];
}

/** Warm-up steps: the first run of a kernel compiles in the driver. */
const WARM_UP = 2;
/** Submits used to time the whole step, and target milliseconds of each. */
const [SUBMITS, SUBMIT_MS] = [9, 100];

/**
 * Measures where the time of a training step goes: GPU time, FLOP/s and GB/s of each dispatch. Uses timestamps if the adapter has
 * them, with each dispatch in its own pass; otherwise submits each dispatch alone and waits. It trains for that, and restores
 * parameters, moments and everything else that steps change.
 * @throws ActigradError "option" for fewer than 1 step, "data" if the dataset does not fit, "aborted" if it was stopped before a
 * step was timed
 */
export async function profile(
  trainer: Trainer,
  dataset: Dataset,
  options: ProfileOptions = {},
): Promise<Profile> {
  const { steps = 30, timestamps = true, signal, onStep, ceilings } = options;
  if (!Number.isSafeInteger(steps) || steps < 1)
    throw new ActigradError("option", `profile: steps must be a whole number of at least 1, got ${steps}`);
  const { executor } = await trainer.recorded(dataset);
  const stepAt = (i: number): StepValues => trainer.stepValues(dataset, trainer.step + i);
  const restore = await keepStates(executor);
  try {
    for (let i = 0; i < WARM_UP; i++) executor.run([stepAt(i)]);
    await trainer.gpu.idle();
    const offered = Timestamps.offered(trainer.gpu, executor.plan.dispatches.length);
    const time = timestamps && offered ? timeByTimestamps : timeAlone;
    const { timeline, ...clock } = await time(trainer.gpu, executor, stepAt, { steps, signal, onStep });
    if (timeline.length === 0)
      throw new ActigradError("aborted", "the profile was stopped before a step was timed");
    return {
      adapter: trainer.gpu.adapter,
      ...clock,
      ...describeDispatches(executor.plan.dispatches, timeline, clock.quantumNs, ceilings),
      steps: timeline.length,
      ...(ceilings && { ceilings }),
      step: await timeSteps(trainer, executor, stepAt, ceilings),
      timeline,
    };
  } finally {
    restore();
  }
}

function describeDispatches(
  dispatches: readonly Dispatch[],
  timeline: readonly TimedStep[],
  quantumNs: number | undefined,
  ceilings: Ceilings | undefined,
): Pick<Profile, "dispatches" | "middle"> {
  const samples = dispatches.map((_, i) => timeline.map(({ beginUs, endUs }) => endUs[i]! - beginUs[i]!));
  const typical = median(samples.map(mean)) * 1000;
  const middle = quantumNs !== undefined && typical < 4 * quantumNs ? "mean" : "median";
  const spreads = samples.map((of): Spread => {
    const spread = quartiles(of)!;
    if (middle === "median") return spread;
    const average = mean(of);
    return { median: average, low: Math.min(spread.low, average), high: Math.max(spread.high, average) };
  });
  const total = spreads.reduce((sum, us) => sum + us.median, 0);
  return {
    middle,
    dispatches: dispatches.map((dispatch, i): DispatchProfile => {
      const { label, ops, kernel, bytes } = dispatch;
      const { workgroups, variant } = kernel;
      const writes = formatType(kernel.bindings.find((b) => b.writes !== null)!.writes!);
      const us = spreads[i]!;
      const about = { label, ops, writes, workgroups, ...(variant === undefined ? {} : { variant }) };
      return {
        ...about,
        us,
        share: us.median / total,
        ...rates(flopsIn(dispatch), bytes, us.median, ceilings),
      };
    }),
  };
}

/** @param us microseconds of the work; 0, below the clock's resolution, gives a rate of 0 */
function rates(flops: number, bytes: number, us: number, ceilings: Ceilings | undefined): Rates {
  const perSecond = (amount: number): number => (us > 0 ? amount / us / 1e3 : 0);
  const [gflops, gbPerSecond] = [perSecond(flops), perSecond(bytes)];
  const parts = ceilings && {
    ofMultiplyAdd: gflops / ceilings.gflops,
    ofCopy: gbPerSecond / ceilings.gbPerSecond,
  };
  return { flops, bytes, gflops, gbPerSecond, ...parts };
}

/** The step as `fit` runs it. */
async function timeSteps(
  { gpu }: Trainer,
  executor: Executor,
  stepAt: (i: number) => StepValues,
  ceilings: Ceilings | undefined,
): Promise<Profile["step"]> {
  const run = async (count: number): Promise<number> => {
    const begin = performance.now();
    executor.run(Array.from({ length: count }, (_, i) => stepAt(i)));
    await gpu.idle();
    return (performance.now() - begin) / count;
  };
  const once = await run(4);
  const stepsPerSubmit = Math.max(1, Math.min(MAX_STEPS, Math.round(SUBMIT_MS / once)));
  const samples: number[] = [];
  for (let i = 0; i < SUBMITS; i++) samples.push(await run(stepsPerSubmit));
  const ms = quartiles(samples)!;
  const total = (of: (d: Dispatch) => number): number =>
    executor.plan.dispatches.reduce((sum, dispatch) => sum + of(dispatch), 0);
  return {
    ms,
    stepsPerSubmit,
    ...rates(
      total(flopsIn),
      total(({ bytes }) => bytes),
      ms.median * 1000,
      ceilings,
    ),
  };
}
