/** Trains activations against each other: what `actigrad compare` runs where the GPU is. */
import { ActigradError, unknownName } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import { type Entry, type Protocol, type Trial, standingsOf } from "../../core/standings.ts";
import {
  type Dataset,
  type Gpu,
  type LoadedData,
  Trainer,
  device,
  loadDataset,
  network,
  stepsPerEpoch,
} from "../../index.ts";
import type { JobContext } from "../../host/job.ts";
import { once } from "../../host/kept.ts";
import type { CompareResult } from "../compare/result.ts";
import { chooseClip, chooseOptimizer } from "./choices.ts";
import { chooseNetwork, columnsOf, fitBatch, holdBack } from "./choose-network.ts";
import { type CompareOptions, compareOptions } from "./compare-options.ts";
import { joinTrials, trialsOf } from "./trials.ts";

/** Milliseconds that a submit may take: so soon is Ctrl-C heard. */
const BUDGET_MS = 250;
/** Steps of a training whose epochs are not given, where they are more than those of 5 epochs. */
const STEPS = 300;
const EPOCHS = 5;
/** Rows of a table up to which each seed has a split of its own: of many rows one split is as good as another. */
const SMALL = 5000;

/** Compared where none are named. */
const USUAL = ["relu", "gelu", "tanh"];

export type CompareEvent =
  | { readonly kind: "data"; readonly data: CompareResult["data"] }
  | {
      readonly kind: "progress";
      readonly activation: string;
      /** Of all activations. */
      readonly nth: readonly [number: number, of: number];
      readonly step: readonly [step: number, of: number];
      /** Null before there is anything to go by. */
      readonly secondsLeft: number | null;
    };

/** One split of the rows, and the seeds that have it. */
interface Part {
  readonly data: LoadedData;
  readonly train: Dataset;
  readonly validation?: Dataset;
  /** Of the split itself. */
  readonly seed: number;
  readonly seeds: readonly number[];
}

/** @throws ActigradError "option" for what is not as `compareOptions` says, "data" for rows that do not do */
export async function compare(
  context: JobContext<CompareEvent>,
  asked: CompareOptions,
): Promise<CompareResult> {
  const options = checkOptions("compare", compareOptions, asked);
  const begin = performance.now();
  const names = namesOf(options);
  const parts = await partsOf(context, options);
  const { data, train, validation } = parts[0]!;
  const { batch, description } = fitBatch(options.batch, parts[0]!, data.description);
  const perEpoch = stepsPerEpoch(train, batch);
  const steps = perEpoch * (options.epochs ?? Math.max(EPOCHS, Math.ceil(STEPS / perEpoch)));
  context.emit({ kind: "data", data: description });
  const gpu = await device({ gpu: context.gpu });
  try {
    const entries: Entry[] = [];
    let first = { at: 0, done: 0 }; // when the first steps were back: what came before is no measure of the others
    for (const [i, activation] of names.entries()) {
      const onStep = (share: number, step: number): void => {
        const done = (i + share) / names.length;
        const seconds = (performance.now() - first.at) / 1000;
        if (first.done === 0) first = { at: performance.now(), done };
        const secondsLeft = done === first.done ? null : (seconds * (1 - done)) / (done - first.done);
        const total = steps * parts.length;
        context.emit({
          kind: "progress",
          activation,
          nth: [i + 1, names.length],
          step: [step, total],
          secondsLeft,
        });
      };
      const trials = await trainAll(
        context,
        gpu,
        parts,
        { ...options, activation, batch, steps, perEpoch },
        onStep,
      );
      if (trials === undefined) break;
      entries.push({ name: activation, trials });
    }
    const protocol = protocolOf(parts);
    const { spec } = chooseNetwork(data, { ...options, activation: [names[0]!] });
    return {
      adapter: gpu.adapter,
      host: context.host,
      data: description,
      measure: train.kind === "classes" ? "accuracy" : "rmse",
      network: spec.model ?? [spec.inputs, ...spec.hidden, spec.outputs].join("-"),
      rows: { train: train.rows, validation: validation?.rows ?? 0, test: data.test.rows },
      batch,
      steps,
      seeds: parts.flatMap(({ seeds }) => seeds),
      protocol,
      entries,
      standings: standingsOf(entries, protocol, options.baseline),
      seconds: (performance.now() - begin) / 1000,
      complete: entries.length === names.length,
    };
  } finally {
    gpu.dispose();
  }
}

/** @throws ActigradError "option" where there are not two, or the baseline is none of them */
export function namesOf({ activations, formula, baseline }: CompareOptions): readonly string[] {
  const given = [...(activations ?? []), ...(formula ?? [])];
  const names = given.length === 0 ? USUAL : [...new Set(given)];
  if (names.length < 2)
    throw new ActigradError("option", `compare: expected at least two activations, got ${names.length}`, {
      hint: "as in --activations relu,gelu,tanh",
    });
  if (baseline !== undefined && !names.includes(baseline)) throw unknownName("baseline", baseline, names);
  return names;
}

/** The splits, with the seeds dealt out to them in turn. */
async function partsOf(
  context: JobContext<CompareEvent>,
  { dataset, seed: first, seeds: count, splits: asked, ...options }: CompareOptions,
): Promise<readonly Part[]> {
  const load = (seed: number): Promise<LoadedData> => loadDataset(dataset, context, { seed });
  const one = await load(first);
  const small = one.heldBack === true && one.train.rows + one.test.rows <= SMALL;
  const splits = Math.min(asked ?? (small ? count : 1), count);
  const parts: Part[] = [];
  for (let i = 0; i < splits; i++) {
    const seed = first + i;
    const data = i === 0 ? one : await load(seed);
    const own = Array.from({ length: count }, (_, s) => s).filter((s) => s % splits === i);
    parts.push({ data, ...holdBack(data, options, seed), seed, seeds: own.map((s) => first + s) });
  }
  return parts;
}

function protocolOf(parts: readonly Part[]): Protocol {
  const { data, train } = parts[0]!;
  return {
    better: train.kind === "classes" ? "high" : "low",
    chance: parts.flatMap((part) => part.seeds.map(() => chanceOf(part))),
    splits: parts.flatMap(({ seeds }, split) => seeds.map(() => split)),
    overlap: parts.length > 1 && data.heldBack === true ? data.test.rows / train.rows : 0,
  };
}

/** What the test rows give to whoever always says the training rows' most frequent class, or their mean. */
function chanceOf({ train, data: { test, scaling } }: Part): number {
  if (train.kind === "classes" && test.kind === "classes") {
    const counts = new Array<number>(train.classes).fill(0);
    for (const label of train.labels) counts[label]!++;
    const most = counts.indexOf(Math.max(...counts));
    return test.labels.filter((label) => label === most).length / test.rows;
  }
  if (train.kind !== "values" || test.kind !== "values") return NaN;
  const { width } = train;
  const { std = [1] } = scaling.targets ?? {};
  const means = new Float64Array(width);
  for (const [i, target] of train.targets.entries()) means[i % width]! += target / train.rows;
  const sum = test.targets.reduce(
    (total, target, i) => total + ((target - means[i % width]!) * std[i % std.length]!) ** 2,
    0,
  );
  return Math.sqrt(sum / test.targets.length);
}

interface Setting extends Omit<CompareOptions, "epochs"> {
  readonly activation: string;
  readonly steps: number;
  readonly perEpoch: number;
}

/** One activation on all splits, a recorded step for each; undefined where it was stopped. */
async function trainAll(
  context: JobContext<CompareEvent>,
  gpu: Gpu,
  parts: readonly Part[],
  setting: Setting,
  onStep: (share: number, step: number) => void,
): Promise<readonly Trial[] | undefined> {
  let trials: readonly Trial[] = [];
  for (const [i, part] of parts.entries()) {
    const told = (step: number): void =>
      onStep((i + step / setting.steps) / parts.length, i * setting.steps + step);
    const cell = `${setting.activation}, split ${part.seed}`;
    const more = await once(context, cell, () => trainPart(context, gpu, part, setting, told));
    if (more === undefined) return undefined;
    trials = joinTrials(trials, more);
  }
  return trials;
}

/** A replica for each rate and seed in one recorded step, and what they score; undefined where it was stopped. */
async function trainPart(
  { signal }: JobContext<CompareEvent>,
  gpu: Gpu,
  { data, train, validation, seed, seeds: own }: Part,
  setting: Setting,
  onStep: (step: number) => void,
): Promise<readonly Trial[] | undefined> {
  const { batch, steps, perEpoch, activation } = setting;
  const { spec, loss } = chooseNetwork(data, { ...setting, activation: [activation] });
  const { lr, seeds } = columnsOf(setting.lr, own);
  const optimizer = chooseOptimizer({ ...setting, lr }, steps, perEpoch);
  if (optimizer.schedule?.watch !== undefined)
    throw new ActigradError(
      "option",
      `compare: ${optimizer.schedule.name} goes by evaluations after each epoch`,
      {
        hint: "compare evaluates once, at the end: take another schedule",
      },
    );
  const clip = chooseClip(setting);
  const trainer = await Trainer.create(gpu, {
    model: network(spec),
    loss,
    optimizer,
    batch,
    seeds,
    dataSeed: seed,
    ...(clip && { clip }),
  });
  try {
    const { losses, aborted } = await trainer.fit(train, {
      steps,
      signal,
      budgetMs: BUDGET_MS,
      onDiverged: "freeze",
      onProgress: ({ step }) => onStep(step),
    });
    if (aborted || signal.aborted) return undefined;
    return await trialsOf(trainer, setting.lr, { ...data, ...(validation && { validation }) }, losses);
  } finally {
    trainer.dispose();
  }
}
