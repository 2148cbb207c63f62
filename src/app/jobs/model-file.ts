import { ActigradError } from "../../core/errors.ts";
import { fromJson, toJson } from "../../core/json.ts";
import {
  type NetworkName,
  type NetworkSpec,
  type NormName,
  type ReadLike,
  type Trainer,
  type Weights,
  networkNames,
  normNames,
  readSafetensors,
  storeFloat32,
  tensorFloat32,
  writeSafetensors,
} from "../../index.ts";

/** What a saved model needs beside its weights; kept in the safetensors file's metadata. */
export interface ModelFile extends NetworkSpec {
  /** How the rows that it was trained on were read. */
  readonly data: ReadLike;
}

const KEY = "actigrad.model";

/**
 * The first replica's weights under PyTorch's names and layouts; further replicas as `1/0.weight` and so on.
 * @param order which replica comes first, and which then
 */
export async function writeModel(
  trainer: Trainer,
  model: ModelFile,
  order: readonly number[],
  average = false,
): Promise<Uint8Array<ArrayBuffer>> {
  const entries = new Map<string, ReturnType<typeof storeFloat32>>();
  for (const [place, replica] of order.entries()) {
    for (const [name, { shape, data }] of await trainer.weights(replica, { average })) {
      entries.set(place === 0 ? name : `${place}/${name}`, storeFloat32(data, shape));
    }
  }
  return writeSafetensors(entries, new Map([[KEY, toJson(model)]]));
}

/** Reads what `writeModel` wrote: the model and the first replica's weights. @throws ActigradError "format" */
export function readModel(bytes: Uint8Array, name: string): { model: ModelFile; weights: Weights } {
  const { tensors, metadata } = readSafetensors(bytes, name);
  const text = metadata.get(KEY);
  if (text === undefined) {
    throw new ActigradError("format", `${name}: its metadata has no "${KEY}", so the layers are unknown`, {
      hint: "load a file that `actigrad train --save` wrote",
    });
  }
  const weights = new Map(
    [...tensors]
      .filter(([tensor]) => !tensor.includes("/"))
      .map(([tensor, stored]) => [tensor, { shape: stored.shape, data: tensorFloat32(stored) }] as const),
  );
  return { model: parseModel(text, name), weights };
}

function parseModel(text: string, name: string): ModelFile {
  let value: unknown;
  try {
    value = fromJson(text);
  } catch {
    value = undefined;
  }
  const m = (value ?? {}) as Record<string, unknown>;
  const { inputs, hidden, outputs, activations, init, last, data, model, norm, sample } = m;
  const good =
    typeof inputs === "number" &&
    typeof outputs === "number" &&
    numbers(hidden) &&
    strings(activations) &&
    (init === undefined || typeof init === "string") &&
    (last === undefined || typeof last === "string") &&
    (model === undefined || networkNames.includes(model as NetworkName)) &&
    (norm === undefined || normNames.includes(norm as NormName)) &&
    (sample === undefined || numbers(sample)) &&
    isReadLike(data);
  if (!good)
    throw new ActigradError("format", `${name}: the description of the layers in its metadata is damaged`);
  return m as unknown as ModelFile;
}

const numbers = (v: unknown): v is number[] => Array.isArray(v) && v.every((n) => Number.isFinite(n));
const strings = (v: unknown): v is string[] => Array.isArray(v) && v.every((s) => typeof s === "string");
const record = (v: unknown): Record<string, unknown> | undefined =>
  typeof v === "object" && v !== null ? (v as Record<string, unknown>) : undefined;

function isReadLike(value: unknown): value is ReadLike {
  const { task, classNames, scaling } = record(value) ?? {};
  const { bytes, features, targets } = record(scaling) ?? {};
  const isStandardisation = (v: unknown): boolean => {
    const { mean, std } = record(v) ?? {};
    return numbers(mean) && numbers(std) && mean.length === std.length;
  };
  return (
    (task === "classes" || task === "values") &&
    (classNames === undefined || strings(classNames)) &&
    record(scaling) !== undefined &&
    (bytes === undefined || numbers([record(bytes)?.scale, record(bytes)?.shift])) &&
    (features === undefined || isStandardisation(features)) &&
    (targets === undefined || isStandardisation(targets))
  );
}
