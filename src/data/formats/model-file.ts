/**
 * A model as one file: safetensors, with the description as JSON in the metadata (docs/model-file.md). Files are untrusted: any
 * fault is an ActigradError "format", and nothing from a file is ever run as code.
 */
import { ActigradError, nearest } from "../../core/errors.ts";
import { fromJson, toJson } from "../../core/json.ts";
import type { ReadLike } from "../prepare.ts";
import { readLikeFault } from "../read-like.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";
import { type Tensor, type Weights, tensorFloat32 } from "./tensor.ts";

/** The version that is written, and the only one that can be read. */
export const MODEL_VERSION = 1;

const MODEL_KEY = "actigrad.model";
const POSITION_KEY = "actigrad.checkpoint";
const STATE = "state/";

/** Meaning of a model's outputs. */
export type OutputKind = "logits" | "logProbabilities" | "probabilities" | "values";

const outputKinds: readonly OutputKind[] = ["logits", "logProbabilities", "probabilities", "values"];

/** A model file's description of its tensors. */
export interface ModelDescription {
  /** The version of the package that wrote the file. */
  readonly engine: string;
  /** The layers as data (see `describeLayers`). */
  readonly layers: readonly unknown[];
  readonly outputs: OutputKind;
  /** How the rows that it was trained on were read. */
  readonly data?: ReadLike;
  /** How it was trained, for people. */
  readonly training?: unknown;
  /** The options given to the writer, such as a command's. */
  readonly options?: unknown;
  /** Anything else that the writer wants to keep. */
  readonly extra?: unknown;
  /** For a language model: how to turn text into tokens (see `tokenizerOf`). */
  readonly tokenizer?: unknown;
}

/** The states from which training resumes, [replicas, ...] by the engine's names, and its position. */
export interface StoredCheckpoint {
  readonly tensors: Weights;
  readonly position: unknown;
}

/** Contents of a model file. */
export interface ModelFile extends ModelDescription {
  /** One per replica, with PyTorch's names and layouts. */
  readonly weights: readonly Weights[];
  readonly checkpoint?: StoredCheckpoint;
}

/** @throws ActigradError "option" for values that JSON or safetensors cannot hold */
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
 * Reads what `writeModelFile` wrote, and checks everything but the layers. `name` is for messages.
 * @throws ActigradError "format" for another kind of file, another version, or a damaged file
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
      throw fault("the JSON in its metadata is damaged"); // also RangeError, for endless nesting
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

/** The description, with each member checked. Unknown members are refused: they may change what others mean. */
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
