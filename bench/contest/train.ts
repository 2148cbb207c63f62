/** Trains one activation on one task: a rate is chosen first, then the paired seeds are trained at it. */
import { type Trial, chooseTrial } from "../../src/core/standings.ts";
import { median } from "../../src/core/statistics.ts";
import {
  type Dataset,
  type Evaluation,
  type Gpu,
  type Loss,
  type Model,
  Trainer,
  adam,
  crossEntropy,
  inspect,
  meanSquaredError,
  mse,
  network,
  outputsOf,
  probes,
  sampleSize,
  summary,
} from "../../src/index.ts";
import type { NetworkSpec } from "../../src/index.ts";
import { matchWidths, parameterCount } from "../../src/nn/match-parameters.ts";
import { chanceAccuracy, chanceBits, chanceSquared } from "./chance.ts";
import type { Cell, ContestOptions, Inside, RateTrial } from "./result.ts";
import { type Measure, type Rows, type Size, type Task, betterOf } from "./task.ts";

/** Learning rates: 1 and 3 times the powers of ten. The grid starts with these and grows while the best lies at an edge. */
const GRID = [0.0003, 0.001, 0.003, 0.01, 0.03];
const BELOW = [0.0001, 0.00003, 0.00001, 0.000003, 0.000001];
const ABOVE = [0.1, 0.3, 1, 3, 10];
/** Rates by which the grid grows at a time. */
const GROWTH = 2;
/** Seeds that choose the rate; the final ones count up from 0. */
const SEARCH_SEEDS = [1000, 1001, 1002];
/** Milliseconds that a submit may take: so soon is Ctrl-C heard. */
const BUDGET_MS = 250;
/** Points of a curve. */
const POINTS = 50;
/** Rows that are looked at inside. */
const LOOK = 256;

/** A task whose rows are loaded, at one level. */
export interface Ready {
  readonly task: Task;
  readonly rows: Rows;
  readonly size: Size;
  readonly init: ContestOptions["init"];
}

/** Told of each training: which part of the work, and how far. */
export type OnSteps = (doing: string, steps: number, seconds: number) => void;

/** The network of an activation, with the widths of the size or others. */
export function modelOf(
  ready: Ready,
  activation: string,
  widths: readonly number[] = ready.size.widths,
): Model {
  const { task, rows, size, init } = ready;
  if (task.model !== undefined) return task.model(rows, widths, activation, size);
  const plain: NetworkSpec = {
    inputs: sampleSize(rows.train),
    hidden: widths,
    outputs: outputsOf(rows.train),
    activations: [activation],
  };
  const spec = task.network?.(rows, widths, activation) ?? plain;
  return network({ ...spec, ...(init === "same" && { init: "he" }) });
}

/** Those of the network with a plain activation. */
export const plainParameters = (ready: Ready): number => parameterCount(modelOf(ready, "relu"));

/** The widths at which an activation's network has the parameters of the plain one. */
export const widthsOf = (ready: Ready, activation: string): readonly number[] =>
  matchWidths(
    (widths) => parameterCount(modelOf(ready, activation, widths)),
    ready.size.widths,
    plainParameters(ready),
  );

const lossOf = ({ task, rows }: Ready): Loss =>
  task.loss?.() ?? (rows.train.kind === "classes" ? crossEntropy() : mse());

/** What a constant prediction scores on the test rows. */
export function chanceOf({ task, rows: { train, test } }: Ready): number {
  if (task.measure === "bits") return chanceBits(train, test);
  return task.measure === "accuracy"
    ? chanceAccuracy(train, test)
    : scoreOf(task.measure, chanceSquared(train, test));
}

/** A score from a mean squared error; a peak is 1. */
const scoreOf = (measure: Measure, squared: number): number =>
  measure === "psnr" ? -10 * Math.log10(squared) : Math.sqrt(squared);

/** Scores and losses on some rows, one a replica. */
async function judge(
  trainer: Trainer,
  measure: Measure,
  rows: Dataset,
): Promise<{ readonly scores: readonly number[]; readonly losses: readonly number[] }> {
  if (measure === "accuracy") {
    const { accuracy, loss }: Evaluation = await trainer.evaluate(rows);
    return { scores: accuracy, losses: loss };
  }
  if (measure === "bits") {
    const { loss } = await trainer.evaluate(rows);
    return { scores: loss.map((nats) => nats / Math.LN2), losses: loss };
  }
  const { squared, loss } = await trainer.evaluate(rows, { metrics: { squared: meanSquaredError() } });
  return { scores: squared.map((error) => scoreOf(measure, error)), losses: loss };
}

/** A trainer with a replica for each rate and seed: all seeds of the first rate, then all of the second. */
const trainerOf = (
  gpu: Gpu,
  ready: Ready,
  model: Model,
  rates: readonly number[],
  seeds: readonly number[],
): Promise<Trainer> =>
  Trainer.create(gpu, {
    model,
    loss: lossOf(ready),
    optimizer: adam({ lr: rates.flatMap((rate) => seeds.map(() => rate)) }),
    batch: ready.size.batch,
    seeds: rates.flatMap(() => seeds),
  });

interface Watch {
  readonly signal: AbortSignal;
  readonly onSteps: OnSteps;
}

/** The losses of a training, [replica][step]; undefined where it was stopped. */
async function fit(
  trainer: Trainer,
  { rows, size }: Ready,
  doing: string,
  { signal, onSteps }: Watch,
): Promise<readonly Float32Array[] | undefined> {
  await trainer.recorded(rows.train);
  let [before, at] = [0, performance.now()];
  const { losses, aborted } = await trainer.fit(rows.train, {
    steps: size.steps,
    signal,
    budgetMs: BUDGET_MS,
    onDiverged: "freeze",
    onProgress({ step }) {
      const now = performance.now();
      onSteps(doing, step - before, (now - at) / 1000);
      [before, at] = [step, now];
    },
  });
  return aborted || signal.aborted ? undefined : losses;
}

const divergedOf = (losses: readonly Float32Array[]): readonly boolean[] =>
  losses.map((own) => !own.every(Number.isFinite));

/** Tries rates until the best lies between two others, or nothing is left to try; undefined where it was stopped. */
async function searchRate(
  gpu: Gpu,
  ready: Ready,
  model: Model,
  watch: Watch,
): Promise<
  { readonly trials: readonly RateTrial[]; readonly rate: number; readonly edge: Cell["edge"] } | undefined
> {
  const { task, rows } = ready;
  const left = { low: [...BELOW], high: [...ABOVE] };
  const trials: RateTrial[] = [];
  for (let next: readonly number[] = GRID; ;) {
    const trainer = await trainerOf(gpu, ready, model, next, SEARCH_SEEDS);
    try {
      const trained = await fit(trainer, ready, `rates ${next[0]!} to ${next.at(-1)!}`, watch);
      if (trained === undefined) return undefined;
      const { scores, losses } = await judge(trainer, task.measure, rows.validation);
      const diverged = divergedOf(trained);
      for (const [i, rate] of next.entries()) {
        const own = <T>(all: readonly T[]): readonly T[] =>
          all.slice(i * SEARCH_SEEDS.length, (i + 1) * SEARCH_SEEDS.length);
        trials.push({ rate, validation: own(scores), validationLoss: own(losses), diverged: own(diverged) });
      }
    } finally {
      trainer.dispose();
    }
    const asTrials = trials.map((trial): Trial => ({ ...trial, test: [] }));
    const { trial, edge } = chooseTrial(asTrials, betterOf(task.measure));
    next = edge === null ? [] : left[edge].splice(0, GROWTH).toSorted((a, b) => a - b);
    if (next.length === 0) {
      trials.sort((a, b) => a.rate - b.rate);
      return { trials, rate: trial.rate, edge };
    }
  }
}

/** One activation on one task; undefined where it was stopped. */
export async function trainCell(
  gpu: Gpu,
  ready: Ready,
  activation: string,
  seeds: number,
  watch: Watch,
): Promise<Cell | undefined> {
  const { task, rows, size } = ready;
  const widths = widthsOf(ready, activation);
  const model = modelOf(ready, activation, widths);
  const found = await searchRate(gpu, ready, model, watch);
  if (found === undefined) return undefined;
  const trainer = await trainerOf(
    gpu,
    ready,
    model,
    [found.rate],
    Array.from({ length: seeds }, (_, i) => i),
  );
  try {
    const trained = await fit(trainer, ready, `${seeds} seeds at ${found.rate}`, watch);
    if (trained === undefined) return undefined;
    const { scores, losses } = await judge(trainer, task.measure, rows.test);
    const { parameters, savedBytes } = summary(model, { batch: size.batch });
    return {
      activation,
      widths,
      parameters,
      savedBytes,
      rates: found.trials,
      rate: found.rate,
      edge: found.edge,
      scores,
      losses,
      diverged: divergedOf(trained),
      curve: trained.map(curveOf),
      inside: await lookInside(trainer, rows.test),
    };
  } finally {
    trainer.dispose();
  }
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

/** Dead and saturated units and the signal of each activation's layer, medians over the seeds. */
async function lookInside(trainer: Trainer, rows: Dataset): Promise<Inside[]> {
  const asked = [probes.dead(), probes.saturated(), probes.signal()];
  const inspection = await inspect(trainer, rows, {
    rows: Math.min(LOOK, rows.rows),
    probes: asked,
    keep: false,
  });
  try {
    inspection.run();
    const [dead, saturated, signal] = [
      await inspection.numbers("dead"),
      await inspection.numbers("saturated"),
      await inspection.numbers("signal"),
    ];
    return inspection.layers.flatMap(({ name, title }) => {
      if (dead[name] === undefined) return [];
      const flat = saturated[name];
      return {
        layer: name,
        title,
        dead: median(dead[name]),
        ...(flat && { saturated: median(flat) }),
        signal: median(signal[name] ?? []),
      };
    });
  } finally {
    inspection.dispose();
  }
}
