/**
 * Reads other people's language models: GPT-2's and Llama's names and layouts in Hugging Face's safetensors files, with their
 * config.json.
 */
import { ActigradError } from "../core/errors.ts";
import { elements } from "../core/shape.ts";
import { readSafetensors } from "../data/formats/safetensors.ts";
import { type Tensor, type Weights, tensorFloat32 } from "../data/formats/tensor.ts";
import { parseActivation } from "../nn/parse.ts";
import { type GptOptions, gpt } from "../nn/sequence/gpt.ts";
import { crossEntropy } from "../nn/losses/index.ts";
import type { Model } from "../nn/sequential.ts";
import { predictionGraph } from "./step.ts";

/** A tensor of a file, and where its rows go in a tensor of the model. */
export interface FilePart {
  readonly name: string;
  readonly view: string;
  /** The row of the model's tensor where its first row goes. */
  readonly from: number;
  /** As the file has it. */
  readonly shape: readonly number[];
  /** Whether the file stores the transpose, as GPT-2's Conv1D does. */
  readonly turned: boolean;
}

/** A model from its config, and where its weights are in files. */
export interface ForeignModel {
  readonly options: GptOptions;
  readonly model: Model;
  readonly parts: readonly FilePart[];
}

type Config = Readonly<Record<string, unknown>>;

const fault = (message: string, hint?: string): ActigradError =>
  new ActigradError("format", `config.json: ${message}`, { ...(hint !== undefined && { hint }) });

function count(config: Config, name: string, usual?: number): number {
  const value = config[name] ?? usual;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1) return value;
  throw fault(`${name}: expected a whole number of at least 1, got ${JSON.stringify(value)}`);
}

function positive(config: Config, name: string, usual: number): number {
  const value = config[name] ?? usual;
  if (typeof value === "number" && value > 0) return value;
  throw fault(`${name}: expected a number above 0, got ${JSON.stringify(value)}`);
}

/** Hugging Face's names of activations, with ours. */
const activationNames: Readonly<Record<string, string>> = {
  gelu_new: "gelu_tanh",
  gelu_pytorch_tanh: "gelu_tanh",
  gelu_fast: "gelu_tanh",
  gelu: "gelu",
  relu: "relu",
  silu: "silu",
  swish: "silu",
};
const gatedNames: Readonly<Record<string, string>> = { silu: "swiglu", gelu: "geglu", relu: "reglu" };

function activationName(config: Config, field: string, usual: string): string {
  const given = String(config[field] ?? usual);
  const name = activationNames[given];
  if (name !== undefined) return name;
  throw fault(
    `${field}: the activation "${given}" is not supported`,
    `known: ${Object.keys(activationNames).join(", ")}`,
  );
}

/** Settings that must match what the engine computes. @throws ActigradError "format" with both values */
function expect(config: Config, wanted: Config): void {
  for (const [name, value] of Object.entries(wanted)) {
    const given = config[name] ?? value;
    if (given !== value)
      throw fault(`${name} is ${JSON.stringify(given)}, the engine supports only ${JSON.stringify(value)}`);
  }
}

/**
 * The model of a GPT-2 or Llama config.json, and the names and layouts of its weights.
 * @param context tokens that it sees at once; default and maximum: its number of positions
 * @throws ActigradError "format" for another kind of model, or settings that the engine does not support; "shape" for a context
 * longer than the positions
 */
export function foreignModel(config: unknown, context?: number): ForeignModel {
  if (typeof config !== "object" || config === null || Array.isArray(config))
    throw fault("expected an object");
  const { model_type: type } = config as Config;
  if (type === "gpt2") return gpt2(config as Config, context);
  if (type === "llama") return llama(config as Config, context);
  throw fault(`model_type: expected gpt2 or llama, got ${JSON.stringify(type)}`);
}

function gpt2(config: Config, context: number | undefined): ForeignModel {
  expect(config, {
    scale_attn_weights: true,
    scale_attn_by_inverse_layer_idx: false,
    reorder_and_upcast_attn: false,
    add_cross_attention: false,
  });
  const [width, positions] = [count(config, "n_embd"), count(config, "n_positions")];
  const vocabulary = count(config, "vocab_size");
  const hidden = count(config, "n_inner", 4 * width);
  const layers = count(config, "n_layer");
  const tied = config["tie_word_embeddings"] !== false;
  const options: GptOptions = {
    vocabulary,
    context: context ?? positions,
    positions,
    layers,
    heads: count(config, "n_head"),
    width,
    hidden,
    activation: parseActivation(activationName(config, "activation_function", "gelu_new")),
    eps: positive(config, "layer_norm_epsilon", 1e-5),
    tied,
  };
  const parts: FilePart[] = [];
  const add = (name: string, view: string, shape: readonly number[], turned = false): void => {
    parts.push({ name: `transformer.${name}`, view, from: 0, shape, turned });
  };
  add("wte.weight", "0.weight", [vocabulary, width]);
  add("wpe.weight", "1.weight", [positions, width]);
  for (let i = 0; i < layers; i++) {
    const [file, own] = [`h.${i}`, String(i + 2)];
    for (const n of [1, 2])
      for (const kind of ["weight", "bias"])
        add(`${file}.ln_${n}.${kind}`, `${own}.norm${n}.${kind}`, [width]);
    add(`${file}.attn.c_attn.weight`, `${own}.self_attn.in_proj_weight`, [width, 3 * width], true);
    add(`${file}.attn.c_attn.bias`, `${own}.self_attn.in_proj_bias`, [3 * width]);
    add(`${file}.attn.c_proj.weight`, `${own}.self_attn.out_proj.weight`, [width, width], true);
    add(`${file}.attn.c_proj.bias`, `${own}.self_attn.out_proj.bias`, [width]);
    add(`${file}.mlp.c_fc.weight`, `${own}.linear1.weight`, [width, hidden], true);
    add(`${file}.mlp.c_fc.bias`, `${own}.linear1.bias`, [hidden]);
    add(`${file}.mlp.c_proj.weight`, `${own}.linear2.weight`, [hidden, width], true);
    add(`${file}.mlp.c_proj.bias`, `${own}.linear2.bias`, [width]);
  }
  for (const kind of ["weight", "bias"]) add(`ln_f.${kind}`, `${layers + 2}.${kind}`, [width]);
  if (!tied)
    parts.push({
      name: "lm_head.weight",
      view: `${layers + 3}.weight`,
      from: 0,
      shape: [vocabulary, width],
      turned: false,
    });
  return { options, model: gpt(options), parts };
}

function llama(config: Config, context: number | undefined): ForeignModel {
  expect(config, { attention_bias: false, mlp_bias: false });
  if (config["rope_scaling"] !== undefined && config["rope_scaling"] !== null)
    throw fault("rope_scaling: scaled positions are not supported");
  const [width, heads] = [count(config, "hidden_size"), count(config, "num_attention_heads")];
  const keyHeads = count(config, "num_key_value_heads", heads);
  const dim = count(config, "head_dim", width / heads);
  if (dim * heads !== width)
    throw fault(
      `head_dim is ${dim} and there are ${heads} heads, which make ${dim * heads} features, not hidden_size ${width}`,
    );
  const vocabulary = count(config, "vocab_size");
  const hidden = count(config, "intermediate_size");
  const layers = count(config, "num_hidden_layers");
  const positions = count(config, "max_position_embeddings", 2048);
  const tied = config["tie_word_embeddings"] === true;
  const act = activationName(config, "hidden_act", "silu");
  const gate = gatedNames[act];
  if (gate === undefined) throw fault(`hidden_act: a unit gated by ${act} is not supported`);
  const options: GptOptions = {
    vocabulary,
    context: context ?? positions,
    positions,
    layers,
    heads,
    keyHeads,
    width,
    hidden,
    activation: parseActivation(gate),
    normType: "rms",
    eps: positive(config, "rms_norm_eps", 1e-6),
    bias: false,
    rotary: { base: positive(config, "rope_theta", 10_000) },
    tied,
  };
  const parts: FilePart[] = [];
  const add = (name: string, view: string, shape: readonly number[], from = 0): void => {
    parts.push({ name, view, from, shape, turned: false });
  };
  add("model.embed_tokens.weight", "0.weight", [vocabulary, width]);
  for (let i = 0; i < layers; i++) {
    const [file, own] = [`model.layers.${i}`, String(i + 1)];
    add(`${file}.input_layernorm.weight`, `${own}.norm1.weight`, [width]);
    add(`${file}.post_attention_layernorm.weight`, `${own}.norm2.weight`, [width]);
    const packed = `${own}.self_attn.in_proj_weight`;
    add(`${file}.self_attn.q_proj.weight`, packed, [width, width]);
    add(`${file}.self_attn.k_proj.weight`, packed, [keyHeads * dim, width], width);
    add(`${file}.self_attn.v_proj.weight`, packed, [keyHeads * dim, width], width + keyHeads * dim);
    add(`${file}.self_attn.o_proj.weight`, `${own}.self_attn.out_proj.weight`, [width, width]);
    add(`${file}.mlp.gate_proj.weight`, `${own}.linear_gate.weight`, [hidden, width]);
    add(`${file}.mlp.up_proj.weight`, `${own}.linear1.weight`, [hidden, width]);
    add(`${file}.mlp.down_proj.weight`, `${own}.linear2.weight`, [width, hidden]);
  }
  add("model.norm.weight", `${layers + 1}.weight`, [width]);
  if (!tied) add("lm_head.weight", `${layers + 2}.weight`, [vocabulary, width]);
  return { options, model: gpt(options), parts };
}

/** Index of a part's element i in the model's tensor with `columns` columns. */
export function placeOf({ shape, turned, from }: FilePart, i: number): number {
  const [rows, columns] = shape.length === 1 ? [shape[0]!, 1] : (shape as [number, number]);
  if (turned) return ((i % columns) + from) * rows + Math.floor(i / columns);
  return from * columns + i;
}

/**
 * The weights of a model from the tensors of files, with the engine's names and layouts; F16 and BF16 become float32.
 * @throws ActigradError "format" for a missing tensor, "shape" for one that differs from the config
 */
export function foreignWeights(
  { model, parts }: ForeignModel,
  tensors: ReadonlyMap<string, Tensor>,
): Weights {
  const { parameters } = predictionGraph({ model, loss: crossEntropy(), replicas: 1, batch: 1 });
  const weights = new Map<string, Tensor<Float32Array>>();
  for (const { name, shape } of parameters.flatMap(({ views }) => views))
    weights.set(name, { shape, data: new Float32Array(elements(shape)) });
  for (const part of parts) {
    // GPT-2's own files omit the first word of the names.
    const tensor = tensors.get(part.name) ?? tensors.get(part.name.replace(/^(transformer|model)\./, ""));
    if (tensor === undefined)
      throw new ActigradError(
        "format",
        `the weights have no tensor "${part.name}", which the config asks for`,
      );
    if (tensor.shape.join() !== part.shape.join())
      throw new ActigradError(
        "shape",
        `${part.name} is [${tensor.shape.join(",")}], the config says [${part.shape.join(",")}]`,
        { hint: "give the config.json that came with these weights" },
      );
    const values = tensorFloat32(tensor);
    const { data } = weights.get(part.view)!;
    for (let i = 0; i < values.length; i++) data[placeOf(part, i)] = values[i]!;
  }
  return weights;
}

/** Reads a file of a model by its name in the folder. */
export type ReadPart = (name: string) => Promise<Uint8Array<ArrayBuffer>>;

const parseJson = (bytes: Uint8Array, name: string): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new ActigradError("format", `${name}: expected JSON`);
  }
};

const INDEX = "model.safetensors.index.json";

/** The files of a folder that contain the weights: those named by an index, if there is one. */
async function weightFiles(read: ReadPart): Promise<readonly string[]> {
  const index = await read(INDEX).catch((error: unknown) => {
    if (error instanceof ActigradError && error.code === "file") return undefined;
    throw error;
  });
  if (index === undefined) return ["model.safetensors"];
  const { weight_map: map } = (parseJson(index, INDEX) ?? {}) as { readonly weight_map?: unknown };
  if (typeof map !== "object" || map === null)
    throw new ActigradError("format", `${INDEX}: expected a weight_map`);
  const names = [...new Set(Object.values(map).map(String))];
  const outside = names.find((file) => !/^[\w-][\w.-]*\.safetensors$/.test(file));
  if (outside === undefined) return names;
  throw new ActigradError(
    "format",
    `${INDEX}: ${JSON.stringify(outside)} is not a safetensors file in the folder`,
  );
}

/**
 * A model from a Hugging Face folder: GPT-2 or Llama by its config.json, with weights from model.safetensors, or from the files
 * that model.safetensors.index.json names; F16 and BF16 become float32.
 *
 *     const { model, weights } = await loadHuggingFace((name) => readFile(join(folder, name)));
 *
 * @param read returns the bytes of a file in the folder, or throws an ActigradError "file" if it does not exist
 * @param context tokens that the model sees at once; default and maximum: its number of positions
 * @throws ActigradError "format" for another kind of model, a missing tensor, a damaged file; "shape" for a tensor that differs
 * from the config, or a context longer than the positions
 */
export async function loadHuggingFace(
  read: ReadPart,
  context?: number,
): Promise<ForeignModel & { readonly weights: Weights }> {
  const foreign = foreignModel(parseJson(await read("config.json"), "config.json"), context);
  const tensors = new Map<string, Tensor>();
  for (const name of await weightFiles(read))
    for (const [key, tensor] of readSafetensors(await read(name), name).tensors) tensors.set(key, tensor);
  return { ...foreign, weights: foreignWeights(foreign, tensors) };
}
