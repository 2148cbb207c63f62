/** A job that a sweep sends to a worker. It is only data: a worker opens no path and runs no code from a job. */
import { ActigradError, unknownName } from "../../core/errors.ts";
import { type OptionTable, type OptionValues, checkOptions } from "../../core/options.ts";
import { datasetNames, parseActivation } from "../../index.ts";
import type { ErrorRecord } from "../../host/job.ts";
import { type Cell, usualSeeds } from "../../../bench/contest/result.ts";
import { levels } from "../../../bench/contest/task.ts";
import { taskNames } from "../../../bench/contest/tasks/index.ts";
import { datasetSpec } from "../jobs/dataset-spec.ts";
import { activationNetworks, trainOptions } from "../jobs/train-options.ts";

/** Limits on a job: letters, digits and signs of all its texts together, and its values. */
const MOST_CHARACTERS = 64 * 1024;
const MOST_VALUES = 4096;
/** Most points per recorded step. */
export const MOST_POINTS = 256;

const { model, layers, activation, optimizer, batch, seed, norm, init, loss } = trainOptions;
const { momentum, weightDecay, schedule, warmup, clipNorm, clipValue, lr } = trainOptions;
const text = { longest: 1024 } as const;

/** Shared by all points of one step. */
export const sharedOptions = {
  dataset: { ...text, kind: "word", default: "spirals", doc: "mnist, spirals, circles, xor or moons" },
  steps: { kind: "number", whole: true, default: 300, min: 1, max: 1e7, doc: "updates of each training" },
  model: { ...model, choices: activationNetworks },
  layers: { ...layers, default: [32, 32], max: 65_536, most: 64 },
  activation: { ...activation, ...text, most: 64 },
  norm,
  init: { ...init, ...text },
  loss: { ...loss, ...text },
  optimizer: { ...optimizer, ...text },
  momentum,
  weightDecay,
  schedule: { ...schedule, ...text },
  warmup,
  clipNorm,
  clipValue,
  batch,
  dataSeed: { ...seed, doc: "seed of generated rows, the split and the order of rows" },
  validation: {
    ...trainOptions.validation,
    default: 0.2,
    doc: "share of the training rows held back for validation",
  },
} as const satisfies OptionTable;

/** Own values of each replica of a step. */
export const replicaOptions = {
  lr: { kind: "number", default: 0.001, min: 0, doc: lr.doc },
  seed: { ...seed, doc: "seed of the starting weights" },
} as const satisfies OptionTable;

/** One activation on one task of the contest. */
export const cellOptions = {
  task: { kind: "word", choices: taskNames, required: true, doc: "a task of the contest" },
  level: { kind: "word", choices: levels, default: "S", doc: "how much the contest trains" },
  activation: { ...text, kind: "word", default: "relu", value: "NAME|FORMULA", doc: "a name or a formula" },
  seeds: {
    kind: "number",
    whole: true,
    min: 1,
    max: 64,
    default: usualSeeds,
    doc: "seeds of the final trainings",
  },
  init: { kind: "word", choices: ["fitting", "same"], default: "fitting", doc: "starting weights" },
  steps: {
    kind: "number",
    whole: true,
    min: 1,
    max: 1e6,
    doc: "steps of each training, instead of the level's",
  },
  rates: { kind: "numbers", min: 0, most: 32, doc: "learning rates, instead of a growing grid" },
} as const satisfies OptionTable;

const key = { kind: "word", longest: 1024, required: true } as const;
const id = { ...key, longest: 64 } as const;
const tables = {
  train: {
    id,
    ...sharedOptions,
    keys: { kind: "words", longest: 1024, most: MOST_POINTS, required: true },
    lr: { kind: "numbers", min: 0, most: MOST_POINTS, required: true },
    seeds: { kind: "numbers", min: 0, whole: true, most: MOST_POINTS, required: true },
  },
  cell: { id, key, ...cellOptions },
  noop: { id, key, ms: { kind: "number", min: 0, max: 60_000, default: 0 } },
} as const satisfies Record<string, OptionTable>;

/** Points of one shape as replicas of one step: element i of `keys`, `lr` and `seeds` belongs to point i. */
export type TrainJob = { readonly kind: "train" } & OptionValues<typeof tables.train>;
export type CellJob = { readonly kind: "cell" } & OptionValues<typeof tables.cell>;
/** Waits for some milliseconds, to measure the queue itself. */
export type NoopJob = { readonly kind: "noop" } & OptionValues<typeof tables.noop>;
/** `id` identifies jobs of one sweep; `key` or `keys` name its points. */
export type SweepJob = TrainJob | CellJob | NoopJob;

/** Result of a point. */
export interface PointResult {
  readonly key: string;
  /** NaN for a diverged training, which is never the best. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly diverged: boolean;
  /** For a cell of the contest: everything that the contest's report shows. */
  readonly cell?: Cell;
}

/** A computed job, with what depends only on time and place. */
export interface JobDone {
  readonly id: string;
  readonly points: readonly PointResult[];
  /** Of the computation alone. */
  readonly seconds: number;
  /** "Chrome 149.0.1.2 headless, SwiftShader" */
  readonly where: string;
}

/** A job that was refused, failed, or killed its workers, and is set aside. */
export interface JobFailed {
  readonly id: string;
  readonly error: ErrorRecord;
  /** A line per attempt, if there were several. */
  readonly log: readonly string[];
}

export type JobResult = JobDone | JobFailed;

/** The names of a job's points. */
export const keysOf = (job: SweepJob): readonly string[] => (job.kind === "train" ? job.keys : [job.key]);

/** Workers that a job may kill before it is set aside. */
export const MOST_KILLS = 3;

/** Checks a job from elsewhere. @throws ActigradError "option" or "formula" for an invalid one */
export function checkJob(value: unknown): SweepJob {
  checkSize(value);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ActigradError("option", "expected a job: an object with kind, id and the options of its kind");
  const { kind, ...rest } = value as { readonly kind?: unknown };
  if (typeof kind !== "string" || !Object.hasOwn(tables, kind))
    throw unknownName("kind of job", String(kind), Object.keys(tables));
  const known = kind as SweepJob["kind"];
  const job = { kind: known, ...checkOptions(`job of kind ${kind}`, tables[known], rest) } as SweepJob;
  if (!/^[\w.-]+$/.test(job.id))
    throw new ActigradError(
      "option",
      `job: expected an id of letters, digits, ".", "-", "_", got "${job.id}"`,
    );
  if (job.kind === "noop") return job;
  for (const one of [job.activation].flat()) parseActivation(one);
  if (job.kind === "train") checkTraining(job);
  return job;
}

function checkTraining({ dataset, keys, lr, seeds }: TrainJob): void {
  if (datasetSpec(dataset, datasetNames).paths.length > 0)
    throw new ActigradError("option", `job: expected a named dataset, got "${dataset}"`, {
      hint: `a worker cannot read files; use ${datasetNames.join(", ")}`,
    });
  if (lr.length !== keys.length || seeds.length !== keys.length || new Set(keys).size !== keys.length)
    throw new ActigradError(
      "option",
      `job: expected as many rates and seeds as keys, each key once, got ${lr.length} rates, ${seeds.length} seeds, ${keys.length} keys`,
    );
}

/** Checked before anything else: what is too large is not even quoted in a message. */
function checkSize(value: unknown): void {
  const left = [value];
  let [characters, values] = [0, 0];
  while (left.length > 0) {
    const one = left.pop();
    values++;
    if (typeof one === "string") characters += one.length;
    if (typeof one === "object" && one !== null) {
      const names = Object.keys(one);
      values += names.length;
      characters += Array.isArray(one) ? 0 : names.join("").length;
      if (values <= MOST_VALUES) left.push(...Object.values(one));
    }
    if (characters > MOST_CHARACTERS || values > MOST_VALUES)
      throw new ActigradError(
        "option",
        `job: expected at most ${MOST_CHARACTERS} characters and ${MOST_VALUES} values, got more`,
      );
  }
}
