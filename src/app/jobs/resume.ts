/** Checkpoints of a training: what is written besides the states, and what has to agree to resume from one. */
import { ActigradError } from "../../core/errors.ts";
import { dashed } from "../../core/options.ts";
import { isSame } from "../../core/same.ts";
import {
  type Dataset,
  type LoadedData,
  type SaveOptions,
  type StoredCheckpoint,
  type Trainer,
  load,
  save,
} from "../../index.ts";
import { type TrainOptions, freeOnResume, trainOptions } from "./train-options.ts";

/** What to save: moving averages instead of the weights, if there are any, and all options except names of files. */
export function whatToSave(data: LoadedData, options: TrainOptions): SaveOptions {
  const { save: _save, checkpoint: _checkpoint, resume: _resume, ...about } = options;
  return { data, average: options.ema !== undefined, options: about };
}

/** The bytes of a checkpoint that `readCheckpoint` takes. @param soFar anything else to keep */
export async function checkpointOf(
  trainer: Trainer,
  data: LoadedData,
  options: TrainOptions,
  soFar?: unknown,
): Promise<Uint8Array<ArrayBuffer>> {
  const extra = { rows: await fingerprint(data.train), ...(soFar !== undefined && { soFar }) };
  return save(trainer, { ...whatToSave(data, options), extra, checkpoint: data.train });
}

/**
 * The checkpoint in a file, which must be from this training.
 * @param name of the file, for messages
 * @throws ActigradError "format" for a model without states or options, "option" that names the differences
 */
export async function readCheckpoint(
  bytes: Uint8Array,
  name: string,
  { train }: Pick<LoadedData, "train">,
  options: TrainOptions,
): Promise<StoredCheckpoint> {
  const { checkpoint, options: before, extra } = load(bytes, { name });
  if (checkpoint === undefined || typeof before !== "object" || before === null)
    throw new ActigradError("format", `${name}: the model has no states to train on from`, {
      hint: "resume from a file that `actigrad train --checkpoint` wrote",
    });
  const { rows } = (extra ?? {}) as { readonly rows?: unknown };
  const sameRows = rows === undefined ? undefined : rows === (await fingerprint(train));
  const differs = differences(before, options, sameRows);
  if (differs.length === 0) return checkpoint;
  throw new ActigradError("option", `${name} belongs to another training: ${differs.join("; ")}`, {
    hint: "give the options that it was trained with (--epochs may be more), or leave out --resume to start over",
    differs,
  });
}

/** The differences, one sentence each. @param sameRows undefined if the file does not say which rows it has seen */
function differences(before: object, now: TrainOptions, sameRows: boolean | undefined): string[] {
  const then = before as Partial<Record<string, unknown>>;
  const defaults: Partial<Record<string, { readonly kind: string; readonly default?: unknown }>> =
    trainOptions;
  const free: readonly string[] = sameRows === undefined ? freeOnResume : [...freeOnResume, "dataset"];
  const names = new Set([...Object.keys(then), ...Object.keys(now)].filter((name) => !free.includes(name)));
  const options = [...names].flatMap((name) => {
    // An option that an earlier version did not have was at its default.
    const had = then[name] ?? defaults[name]?.default;
    const has = (now as Partial<Record<string, unknown>>)[name];
    return isSame(had, has) ? [] : [`${dashed(name)} was ${text(had)}, here it is ${text(has)}`];
  });
  return sameRows === false ? ["the training rows differ from those it was trained on", ...options] : options;
}

const text = (value: unknown): string => (value === undefined ? "not given" : String(value));

const fingerprints = new WeakMap<Dataset, Promise<string>>();

/** Identifies rows: a digest of their numbers and targets. */
export function fingerprint(dataset: Dataset): Promise<string> {
  const known = fingerprints.get(dataset) ?? digestOf(dataset);
  fingerprints.set(dataset, known);
  return known;
}

async function digestOf(dataset: Dataset): Promise<string> {
  const { x } = dataset;
  const targets = dataset.kind === "classes" ? dataset.labels : dataset.targets;
  const digests = await Promise.all([x, targets].map(sha256));
  const both = await sha256(Uint8Array.from(digests.flatMap((digest) => [...digest])));
  return [...both.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const sha256 = async (values: ArrayBufferView): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", values as ArrayBufferView<ArrayBuffer>));
