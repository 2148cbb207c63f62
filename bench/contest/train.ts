/** Trains one activation on one task: a rate is chosen first, then the paired seeds are trained at it. */
import { chooseTrial } from "../../src/core/trials.ts";
import {
  type Dataset,
  type Gpu,
  type Model,
  Trainer,
  adam,
  meanSquaredError,
  summary,
} from "../../src/index.ts";
import { insideOf, lookInside } from "./inside.ts";
import { squaredErrors } from "./own-units.ts";
import { GRID, nextRates } from "./rates.ts";
import { type Ready, type Split, chanceOn, lossOf, modelOf, rowsOf, scoreOf, widthsOf } from "./ready.ts";
import type { Cell, RateTrial } from "./result.ts";
import { type Measure, type Rows, betterOf } from "./task.ts";

/** Seeds that choose the rate; the final ones count up from 0. */
export const SEARCH_SEEDS: readonly number[] = [1000, 1001, 1002];
/** Milliseconds per submit: the longest wait for Ctrl-C. */
const BUDGET_MS = 250;
/** Number of points of a curve. */
const POINTS = 50;

/** Called during each training with the kind of work, the steps done (summed over replicas) and the seconds. */
export type OnSteps = (doing: string, steps: number, seconds: number) => void;

export interface Watch {
  readonly signal: AbortSignal;
  readonly onSteps: OnSteps;
}

/** Scores and losses on some rows, one per replica. */
async function judge(
  trainer: Trainer,
  measure: Measure,
  { scaling }: Rows,
  judged: Dataset,
): Promise<{ readonly scores: readonly number[]; readonly losses: readonly number[] }> {
  if (measure === "accuracy") {
    const { accuracy, loss } = await trainer.evaluate(judged);
    return { scores: accuracy, losses: loss };
  }
  if (measure === "bits") {
    const { loss } = await trainer.evaluate(judged);
    return { scores: loss.map((nats) => nats / Math.LN2), losses: loss };
  }
  if (scaling?.targets !== undefined && judged.kind === "values") {
    const { loss } = await trainer.evaluate(judged);
    const squared = await squaredErrors(trainer, judged, scaling);
    return { scores: squared.map((error) => scoreOf(measure, error)), losses: loss };
  }
  const { squared, loss } = await trainer.evaluate(judged, { metrics: { squared: meanSquaredError() } });
  return { scores: squared.map((error) => scoreOf(measure, error)), losses: loss };
}

/** A trainer with a replica for each rate and seed: all seeds of the first rate, then all of the second. */
function trainerOf(
  gpu: Gpu,
  ready: Ready,
  model: Model,
  rates: readonly number[],
  { seeds, dataSeed = 0 }: Omit<Split, "rows">,
): Promise<Trainer> {
  const { task, size } = ready;
  const lr = rates.flatMap((rate) => seeds.map(() => rate));
  return Trainer.create(gpu, {
    model,
    loss: lossOf(ready),
    optimizer: task.optimizer?.(lr) ?? adam({ lr }),
    batch: size.batch,
    seeds: rates.flatMap(() => seeds),
    dataSeed,
    ...(task.clip && { clip: task.clip }),
  });
}

/** The losses of a training, [replica][step]; undefined where it was stopped. */
async function fit(
  trainer: Trainer,
  rows: Dataset,
  steps: number,
  doing: string,
  { signal, onSteps }: Watch,
): Promise<readonly Float32Array[] | undefined> {
  await trainer.recorded(rows);
  let [before, at] = [0, performance.now()];
  const { losses, aborted } = await trainer.fit(rows, {
    steps,
    signal,
    budgetMs: BUDGET_MS,
    onDiverged: "freeze",
    onProgress({ step }) {
      const now = performance.now();
      onSteps(doing, (step - before) * trainer.replicas, (now - at) / 1000);
      [before, at] = [step, now];
    },
  });
  return aborted || signal.aborted ? undefined : losses;
}

const divergedOf = (losses: readonly Float32Array[]): readonly boolean[] =>
  losses.map((own) => !own.every(Number.isFinite));

type Found = Pick<Cell, "rates" | "rate" | "edge">;

/** Tries rates, on the first split, until the choice stands; undefined where it was stopped. */
async function searchRate(gpu: Gpu, ready: Ready, model: Model, watch: Watch): Promise<Found | undefined> {
  const { task, size, rates: given } = ready;
  const { validation } = rowsOf(ready);
  if (given?.length === 1 || validation === undefined)
    return { rates: [], rate: (given ?? GRID)[0]!, edge: null };
  const { dataSeed = 0 } = ready.splits[0]!;
  const better = betterOf(task.measure);
  const chance = chanceOn(task.measure, rowsOf(ready), validation);
  const trials: RateTrial[] = [];
  for (let next = given ?? GRID; next.length > 0; next = given ? [] : nextRates(trials, better, chance)) {
    const trainer = await trainerOf(gpu, ready, model, next, { seeds: SEARCH_SEEDS, dataSeed });
    try {
      const doing = `rates ${next[0]!} to ${next.at(-1)!}`;
      const trained = await fit(trainer, rowsOf(ready).train, size.steps, doing, watch);
      if (trained === undefined) return undefined;
      const { scores, losses } = await judge(trainer, task.measure, rowsOf(ready), validation);
      const diverged = divergedOf(trained);
      for (const [i, rate] of next.entries()) {
        const own = <T>(all: readonly T[]): readonly T[] =>
          all.slice(i * SEARCH_SEEDS.length, (i + 1) * SEARCH_SEEDS.length);
        trials.push({ rate, validation: own(scores), validationLoss: own(losses), diverged: own(diverged) });
      }
    } finally {
      trainer.dispose();
    }
  }
  trials.sort((a, b) => a.rate - b.rate);
  const { trial, edge } = chooseTrial(trials, better);
  return { rates: trials, rate: trial.rate, edge };
}

/** The seeds of one split at one rate; undefined where it was stopped. */
async function trainSplit(gpu: Gpu, ready: Ready, model: Model, rate: number, split: Split, watch: Watch) {
  const { rows, seeds } = split;
  const trainer = await trainerOf(gpu, ready, model, [rate], split);
  try {
    const doing = `${seeds.length} ${seeds.length === 1 ? "seed" : "seeds"} at ${rate}`;
    const trained = await fit(trainer, rows.train, ready.size.steps, doing, watch);
    if (trained === undefined) return undefined;
    const { scores, losses } = await judge(trainer, ready.task.measure, rows, rows.test);
    const inside = await lookInside(trainer, rows.test);
    return { scores, losses, diverged: divergedOf(trained), curve: trained.map(curveOf), inside };
  } finally {
    trainer.dispose();
  }
}

/** One activation on one task; undefined where it was stopped. */
export async function trainCell(
  gpu: Gpu,
  ready: Ready,
  activation: string,
  watch: Watch,
): Promise<Cell | undefined> {
  const widths = widthsOf(ready, activation);
  const model = modelOf(ready, activation, widths);
  const found = await searchRate(gpu, ready, model, watch);
  if (found === undefined) return undefined;
  const splits = [];
  for (const split of ready.splits) {
    const trained = await trainSplit(gpu, ready, model, found.rate, split, watch);
    if (trained === undefined) return undefined;
    splits.push(trained);
  }
  const { parameters, savedBytes } = summary(model, { batch: ready.size.batch });
  return {
    activation,
    widths,
    parameters,
    savedBytes,
    ...found,
    scores: splits.flatMap(({ scores }) => scores),
    losses: splits.flatMap(({ losses }) => losses),
    diverged: splits.flatMap(({ diverged }) => diverged),
    curve: splits.flatMap(({ curve }) => curve),
    inside: insideOf(splits.map(({ inside }) => inside)),
  };
}

/** Means over equal parts of the steps. */
function curveOf(losses: Float32Array): number[] {
  const parts = Math.min(POINTS, losses.length);
  const start = (part: number): number => Math.floor((part * losses.length) / parts);
  return Array.from({ length: parts }, (_, i) => {
    const part = losses.subarray(start(i), start(i + 1));
    return part.reduce((a, b) => a + b, 0) / part.length;
  });
}
