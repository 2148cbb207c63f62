import { ActigradError } from "../../core/errors.ts";
import { fromJson, toJson } from "../../core/json.ts";
import {
  type NetworkName,
  type NetworkSpec,
  type NormName,
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
  readonly classNames?: readonly string[];
  /** What was done to the features of a table, to be done to new rows too. */
  readonly standardisation?: { readonly mean: readonly number[]; readonly std: readonly number[] };
}

const KEY = "actigrad.mlp";

/** The first replica's weights under PyTorch's names and layouts; further replicas as `1/0.weight` and so on. */
export async function writeModel(
  trainer: Trainer,
  model: ModelFile,
  average = false,
): Promise<Uint8Array<ArrayBuffer>> {
  const entries = new Map<string, ReturnType<typeof storeFloat32>>();
  for (let replica = 0; replica < trainer.replicas; replica++) {
    for (const [name, { shape, data }] of await trainer.weights(replica, { average })) {
      entries.set(replica === 0 ? name : `${replica}/${name}`, storeFloat32(data, shape));
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
  const numbers = (v: unknown): v is number[] => Array.isArray(v) && v.every((n) => typeof n === "number");
  const strings = (v: unknown): v is string[] => Array.isArray(v) && v.every((s) => typeof s === "string");
  const m = (value ?? {}) as Record<string, unknown>;
  const {
    inputs,
    hidden,
    outputs,
    activations,
    init,
    last,
    classNames,
    standardisation,
    model,
    norm,
    sample,
  } = m;
  const s = (standardisation ?? { mean: [], std: [] }) as Record<string, unknown>;
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
    (classNames === undefined || strings(classNames)) &&
    numbers(s.mean) &&
    numbers(s.std);
  if (!good)
    throw new ActigradError("format", `${name}: the description of the layers in its metadata is damaged`);
  return m as unknown as ModelFile;
}
