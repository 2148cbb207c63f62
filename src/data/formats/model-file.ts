/**
 * A model as one file: safetensors, with what the tensors are of as JSON in the metadata (docs/model-file.md). Files come
 * from strangers: whatever is wrong is an ActigradError "format", and nothing of a file is ever run as code.
 */
import { ActigradError, nearest } from "../../core/errors.ts";
import { fromJson, toJson } from "../../core/json.ts";
import type { ReadLike } from "../prepare.ts";
import { readLikeFault } from "../read-like.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";
import { type Tensor, type Weights, tensorFloat32 } from "./tensor.ts";

/** The version that is written, and the only one that is read. */
export const MODEL_VERSION = 1;

const MODEL_KEY = "actigrad.model";
const POSITION_KEY = "actigrad.checkpoint";
const STATE = "state/";

/** What the numbers that come out of a model are. */
export type OutputKind = "logits" | "logProbabilities" | "probabilities" | "values";

const outputKinds: readonly OutputKind[] = ["logits", "logProbabilities", "probabilities", "values"];

/** What a model file says about its tensors. */
export interface ModelDescription {
  /** The version of the package that wrote it. */
  readonly engine: string;
  /** The layers as data (see `describeLayers`). */
  readonly layers: readonly unknown[];
  readonly outputs: OutputKind;
  /** How the rows that it was trained on were read. */
  readonly data?: ReadLike;
  /** How it was trained, for people. */
  readonly training?: unknown;
  /** What the writer was asked for, such as a command's options. */
  readonly options?: unknown;
  /** Whatever else its writer wants to keep. */
  readonly extra?: unknown;
  /** Of a language model what makes its tokens of text (see `tokenizerOf`). */
  readonly tokenizer?: unknown;
}

/** The states from which training goes on, [replicas, ...] by the engine's names, and where it stood. */
export interface StoredCheckpoint {
  readonly tensors: Weights;
  readonly position: unknown;
}

/** What a model file holds. */
export interface ModelFile extends ModelDescription {
  /** One a replica, under PyTorch's names and layouts. */
  readonly weights: readonly Weights[];
  readonly checkpoint?: StoredCheckpoint;
}

/** @throws ActigradError "option" for what no JSON or no safetensors file holds */
export function writeModelFile({ weights, checkpoint, ...about }: ModelFile): Uint8Array<ArrayBuffer> {
  const tensors: (readonly [string, Tensor])[] = weights.flatMap((own, replica) =>
    [...own].map(([name, tensor]) => [replica === 0 ? name : `${replica}/${name}`, tensor] as const),
  );
  const metadata: [string, string][] = [[MODEL_KEY, toJson({ version: MODEL_VERSION, ...about })]];
  if (checkpoint !== undefined) {
    for (const [name, tensor] of checkpoint.tensors) tensors.push([STATE + name, tensor]);
    metadata.push([POSITION_KEY, toJson(checkpoint.position)]);
  }
  return writeSafetensors(tensors, metadata);
}

/**
 * Reads what `writeModelFile` wrote, everything but the layers checked. `name` is for messages.
 * @throws ActigradError "format" for another file, another version, or a damaged one
 */
export function readModelFile(bytes: Uint8Array, name: string): ModelFile {
  const { tensors, metadata } = readSafetensors(bytes, name);
  const fault = (message: string, hint?: string): ActigradError =>
    new ActigradError("format", `${name}: ${message}`, { name, ...(hint !== undefined && { hint }) });
  const text = metadata.get(MODEL_KEY);
  if (text === undefined) {
    const [what, hint] = metadata.has(POSITION_KEY)
      ? ["it is a checkpoint from before version 1 of the model file", "train again with this version"]
      : ["it holds only tensors", "readSafetensors reads them; setWeights gives them to a model of your own"];
    throw fault(`its metadata has no "${MODEL_KEY}": ${what}`, hint);
  }
  const json = (part: string): unknown => {
    try {
      return fromJson(part);
    } catch {
      throw fault("the JSON in its metadata is damaged"); // RangeError too, for nesting without end
    }
  };
  const about = description(json(text), fault);
  const weights: Map<string, Tensor<Float32Array>>[] = [];
  const states = new Map<string, Tensor<Float32Array>>();
  for (const [key, tensor] of tensors) {
    const stored = { shape: tensor.shape, data: tensorFloat32(tensor) };
    const [, replica, own] = /^(\d+)\/(.*)$/s.exec(key) ?? [];
    if (key.startsWith(STATE)) states.set(key.slice(STATE.length), stored);
    else if (Number(replica ?? 0) > tensors.size)
      throw fault(`tensor "${key}" belongs to a replica that does not exist`);
    else (weights[Number(replica ?? 0)] ??= new Map()).set(own ?? key, stored);
  }
  weights[0] ??= new Map();
  for (let r = 0; r < weights.length; r++)
    if (weights[r] === undefined) throw fault(`the tensors of replica ${r} are missing`);
  const position = metadata.get(POSITION_KEY);
  if (position === undefined && states.size > 0) throw fault("it does not say how far its training had got");
  return {
    ...about,
    weights,
    ...(position !== undefined && { checkpoint: { tensors: states, position: json(position) } }),
  };
}

const fields = [
  "version",
  "engine",
  "layers",
  "outputs",
  "data",
  "training",
  "options",
  "extra",
  "tokenizer",
];

/** The description, each member held to what it may be; one that is unknown may change what others mean. */
function description(
  value: unknown,
  fault: (message: string, hint?: string) => ActigradError,
): ModelDescription {
  const { version, ...about } = (value ?? {}) as Partial<ModelDescription> & { readonly version?: unknown };
  if (version === undefined && "activations" in about)
    throw fault("it is a model from before version 1 of the model file", "train again with this version");
  if (version !== MODEL_VERSION) {
    const got = JSON.stringify(version)?.slice(0, 40) ?? "none";
    throw fault(
      `version ${got} of the model file, expected ${MODEL_VERSION}`,
      "read it with the actigrad that wrote it",
    );
  }
  const unknown = Object.keys(about).find((key) => !fields.includes(key));
  if (unknown !== undefined) {
    const near = nearest(unknown, fields);
    throw fault(`unknown "${unknown.slice(0, 40)}" in its description`, near && `did you mean "${near}"?`);
  }
  const { engine, layers, outputs, data } = about;
  if (typeof engine !== "string") throw fault("expected the version of its engine as text");
  if (!Array.isArray(layers)) throw fault("expected a list of layers");
  if (!outputKinds.some((kind) => kind === outputs))
    throw fault(`outputs must be ${outputKinds.join(", ")}, got ${JSON.stringify(outputs)?.slice(0, 40)}`);
  const wrong = data === undefined ? undefined : readLikeFault(data);
  if (wrong !== undefined) throw fault(`how its rows were read: ${wrong}`);
  return about as ModelDescription;
}
