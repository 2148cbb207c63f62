/** Runs experiments one after another. */
import { ActigradError } from "../core/errors.ts";
import type { Changes } from "./drag.ts";
import type { Gpu } from "../index.ts";
import type { Experiment, Json, Values } from "./experiment.ts";
import { judge } from "./judge.ts";
import { type Doing, type Images, Place, type RateSearch } from "./place.ts";
import { isSmaller, seedsOf, setupOf } from "./setup.ts";
import { smallMnist } from "./small-mnist.ts";
import type { ExperimentResult } from "./result.ts";

export interface Progress extends Doing {
  /** The experiment's name. */
  readonly name: string;
  /** Estimated seconds for everything that is left. */
  readonly secondsLeft: number;
}

export interface RunOptions {
  readonly gpu: Gpu;
  readonly images: () => Promise<Images>;
  readonly quick: boolean;
  /** Number of seeds, 0, 1, ... Default: each experiment's own. */
  readonly seeds?: number | undefined;
  /** Changes to the set-ups; such results are not compared with the reference. */
  readonly set?: Changes | undefined;
  readonly signal: AbortSignal;
  /** Learning rates chosen by earlier runs, by experiment. */
  readonly rates?: Readonly<Record<string, Readonly<Record<string, RateSearch>>>>;
  onProgress(progress: Progress): void;
  /** Computes an experiment's result, or returns the one kept before a crash. */
  readonly once?: (name: string, compute: () => Promise<ExperimentResult>) => Promise<ExperimentResult>;
  onRow(result: ExperimentResult): Promise<void> | void;
}

/** Seconds of experiments after which their measured speed outweighs the expected one. */
const TOLD = 60;

/** Whether a result equals what a run with these options would give, so that it need not run again. */
export function isCurrent(
  row: ExperimentResult,
  experiment: Experiment,
  options: Pick<RunOptions, "quick" | "seeds" | "set">,
): boolean {
  const images = row.images === "mnist-small" ? smallMnist : undefined;
  return (
    JSON.stringify(row.set) === JSON.stringify(options.set) &&
    row.name === experiment.name &&
    row.quick === isSmaller(experiment, options.quick) &&
    row.seeds.join() === seedsOf(experiment, options).join() &&
    JSON.stringify(row.setup) === JSON.stringify(setupOf(experiment, { ...options, images }))
  );
}

/** Runs experiments in order and calls `onRow` after each. When aborted, it returns; results reported so far remain valid. */
export async function runExperiments(experiments: readonly Experiment[], options: RunOptions): Promise<void> {
  const guess = ({ seconds: [usual, quick] }: Experiment): number => (options.quick ? quick : usual);
  let [spent, guessed] = [0, 0];
  for (const [i, experiment] of experiments.entries()) {
    if (options.signal.aborted) return;
    const begin = performance.now();
    const later = experiments.slice(i + 1).reduce((sum, e) => sum + guess(e), 0);
    const say = (doing: Doing): void => {
      // The ratio of actual to expected time so far, damped because the first experiments are too short to tell.
      const pace = (spent + TOLD) / (guessed + TOLD);
      const rest = Math.max(guess(experiment) * pace - (performance.now() - begin) / 1000, 0);
      options.onProgress({ name: experiment.name, ...doing, secondsLeft: rest + later * pace });
    };
    try {
      const compute = (): Promise<ExperimentResult> => runOne(experiment, options, say);
      const result = await (options.once === undefined ? compute() : options.once(experiment.name, compute));
      spent += result.seconds;
      guessed += guess(experiment);
      await options.onRow(result);
    } catch (error) {
      if (options.signal.aborted && error instanceof ActigradError && error.code === "aborted") return;
      throw error;
    }
  }
}

async function runOne(
  experiment: Experiment,
  options: RunOptions,
  say: (doing: Doing) => void,
): Promise<ExperimentResult> {
  const { gpu, signal, rates, set } = options;
  const quick = isSmaller(experiment, options.quick);
  const begin = performance.now();
  const images = experiment.images === true ? await options.images() : undefined;
  const rows = images && { rows: images.train.rows, tests: images.test.rows };
  const setup = setupOf(experiment, { quick, images: rows, set });
  const seeds = seedsOf(experiment, options);
  const place = new Place({
    gpu,
    seeds,
    quick,
    signal,
    say,
    images: options.images,
    ...(rates?.[experiment.name] && { rates: rates[experiment.name]! }),
  });
  const { values, data } = await experiment.run(place, setup);
  const measured = {
    values: finite(values),
    setup,
    seeds,
    quick,
    ...(set && { set }),
    ...(images && { images: images.name }),
  };
  const { verdict, passed } = judge(experiment, measured);
  return {
    name: experiment.name,
    row: experiment.row,
    date: new Date().toISOString(),
    adapter: gpu.adapter,
    ...measured,
    data: JSON.parse(JSON.stringify(data)) as Json, // values that are not finite become null, as in the file
    rates: place.rates,
    seconds: (performance.now() - begin) / 1000,
    verdict,
    passed,
  };
}

/** JSON has no NaN, so it becomes null. */
const finite = (values: Readonly<Record<string, readonly number[]>>): Values =>
  Object.fromEntries(
    Object.entries(values).map(([name, list]) => [name, list.map((v) => (Number.isFinite(v) ? v : null))]),
  );
