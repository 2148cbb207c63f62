/** Checkpoints as files: safetensors, with where training stood as JSON in the metadata. */
import { ActigradError } from "../../core/errors.ts";
import { fromJson, toJson } from "../../core/json.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";
import { storeFloat32, tensorFloat32 } from "./tensor-values.ts";

const KEY = "actigrad.checkpoint";

/** Tensors by name, and anything that JSON can hold. */
interface Content {
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;
  readonly position: unknown;
}

/** A checkpoint as the bytes of a safetensors file. */
export function writeCheckpoint({ tensors, position }: Content): Uint8Array<ArrayBuffer> {
  const stored = [...tensors].map(([name, { data, shape }]) => [name, storeFloat32(data, shape)] as const);
  return writeSafetensors(new Map(stored), new Map([[KEY, toJson(position)]]));
}

/** @throws ActigradError "format" for what is no safetensors file, or none that `writeCheckpoint` made */
export function readCheckpoint(bytes: Uint8Array, name: string): Content {
  const { tensors, metadata } = readSafetensors(bytes, name);
  const text = metadata.get(KEY);
  if (text === undefined) {
    throw new ActigradError("format", `${name}: it is no checkpoint, its metadata has no "${KEY}"`, {
      hint: "resume from a file that `actigrad train --checkpoint` wrote",
    });
  }
  let position: unknown;
  try {
    position = fromJson(text);
  } catch {
    throw new ActigradError("format", `${name}: where training stood is damaged`);
  }
  const values = [...tensors].map(
    ([tensor, stored]) => [tensor, { shape: stored.shape, data: tensorFloat32(stored) }] as const,
  );
  return { tensors: new Map(values), position };
}
